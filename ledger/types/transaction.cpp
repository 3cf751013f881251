// COSE_Sign1 with exactly one shape, and submissions.
#include "ledger/types/transaction.hpp"

#include "ledger/base/assert.hpp"
#include "ledger/base/cbor.hpp"
#include "ledger/types/codec.hpp"

namespace placet::types {
namespace {

using base::ErrorCode;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::int64_t kCoseAlgorithm = 1;  // RFC 9052 §3.1, header parameter labels
constexpr std::int64_t kCoseKeyId = 4;

Bytes protected_header(const crypto::PublicKey& sender) {
    Writer out;
    out.map(2).integer(kCoseAlgorithm).integer(static_cast<std::int64_t>(sender.algorithm));
    out.integer(kCoseKeyId).bytes(sender.point.view());
    return std::move(out).take();
}

crypto::PublicKey read_protected_header(BytesView bytes, Reader& outer) {
    Reader in(bytes);
    crypto::PublicKey sender;
    in.map_of(2, "protected");
    if (in.integer("protected") != kCoseAlgorithm) in.fail(ErrorCode::malformed, "label 1 (alg) comes first", "protected");
    sender.algorithm = read_algorithm(in, "protected.alg");
    if (in.integer("protected") != kCoseKeyId) in.fail(ErrorCode::malformed, "label 4 (kid) comes second", "protected");
    sender.point = in.fixed<crypto::CompressedPoint>("protected.kid");
    if (base::Status status = in.finish(); !status) outer.fail(status.error().code, status.error().message, status.error().field);
    return sender;
}

Bytes encode_payload(const Payload& payload) {
    Writer out;
    out.array(7).uint(1).uint(payload.kind).bytes(payload.nonce.view()).uint(payload.expires_at_ms);
    if (payload.after) {
        out.bytes(payload.after->view());
    } else {
        out.null();
    }
    out.array(payload.parts.size());
    for (const Hash& part : payload.parts) out.bytes(part.view());
    out.raw(payload.body);
    return std::move(out).take();
}

Result<Payload> decode_payload(BytesView bytes) {
    Reader in(bytes);
    Payload payload;
    in.array_of(7, "payload");
    if (in.uint("payload.version") != 1) in.fail(ErrorCode::unsupported, "only payloads of version 1 are known", "payload.version");
    payload.kind = in.uint("payload.kind");
    payload.nonce = in.fixed<Nonce>("payload.nonce");
    payload.expires_at_ms = in.uint("payload.expires_at_ms");
    if (!in.maybe_null()) payload.after = in.fixed<TransactionId>("payload.after");
    const std::size_t parts = in.array(kMaxPartsPerTransaction, "payload.parts");
    for (std::size_t i = 0; i < parts && in.ok(); ++i) payload.parts.push_back(in.fixed<Hash>("payload.parts"));
    payload.body = base::to_bytes(in.item("payload.body"));
    PLACET_TRY(in.finish());
    return payload;
}

// Sig_structure of RFC 9052 §4.4.
Bytes sig_structure(BytesView protected_bytes, BytesView payload, const Hash& genesis) {
    Writer out;
    out.array(4).text("Signature1").bytes(protected_bytes).bytes(genesis.view()).bytes(payload);
    return std::move(out).take();
}

}  // namespace

Bytes signature_input(const Payload& payload, const crypto::PublicKey& sender, const Hash& genesis) {
    return sig_structure(protected_header(sender), encode_payload(payload), genesis);
}

Transaction assemble(const Payload& payload, const crypto::PublicKey& sender, const crypto::Signature& signature, const Hash& genesis) {
    Writer out;
    out.array(4).bytes(protected_header(sender)).map(0).bytes(encode_payload(payload)).bytes(signature.view());
    Result<Transaction> transaction = decode_transaction(out.view(), genesis);
    ASSERT(transaction.has_value(), "a payload that cannot be decoded: body not one canonical item, too many parts, or too large");
    return std::move(*transaction);
}

Transaction sign(const Payload& payload, const crypto::SigningKey& key, const Hash& genesis) {
    const Bytes input = signature_input(payload, key.public_key(), genesis);
    return assemble(payload, key.public_key(), key.sign(crypto::sha256(input)), genesis);
}

Result<Transaction> decode_transaction(BytesView bytes, const Hash& genesis) {
    if (bytes.size() > kMaxTransactionBytes)
        return base::refuse(ErrorCode::too_large,
                            "a transaction has at most " + std::to_string(kMaxTransactionBytes) + " octets", "transaction");
    Reader in(bytes);
    Transaction transaction;
    in.array_of(4, "transaction");
    const BytesView protected_bytes = in.bytes(64, "protected");
    if (in.ok()) transaction.sender = read_protected_header(protected_bytes, in);
    in.map_of(0, "unprotected");
    const BytesView payload = in.bytes(kMaxTransactionBytes, "payload");
    transaction.signature = in.fixed<crypto::Signature>("signature");
    PLACET_TRY(in.finish());
    PLACET_TRY_ASSIGN(transaction.payload, decode_payload(payload));
    transaction.id = crypto::tagged_hash("placet/transaction/1", sig_structure(protected_bytes, payload, genesis));
    transaction.digest = crypto::sha256(bytes);
    transaction.bytes = base::to_bytes(bytes);
    return transaction;
}

bool verify_signature(const Transaction& transaction, const Hash& genesis) noexcept {
    const Bytes input = signature_input(transaction.payload, transaction.sender, genesis);
    return crypto::verify(transaction.sender, crypto::sha256(input), transaction.signature);
}

Bytes encode(const Submission& submission) {
    Writer out;
    out.array(2).bytes(submission.transaction).array(submission.parts.size());
    for (const Bytes& part : submission.parts) out.bytes(part);
    return std::move(out).take();
}

Result<Submission> decode_submission(BytesView bytes) {
    if (bytes.size() > kMaxSubmissionBytes)
        return base::refuse(ErrorCode::too_large, "a submission has at most " + std::to_string(kMaxSubmissionBytes) + " octets",
                            "submission");
    Reader in(bytes);
    Submission submission;
    in.array_of(2, "submission");
    submission.transaction = base::to_bytes(in.bytes(kMaxTransactionBytes, "transaction"));
    const std::size_t parts = in.array(kMaxPartsPerTransaction, "parts");
    for (std::size_t i = 0; i < parts && in.ok(); ++i) submission.parts.push_back(base::to_bytes(in.bytes(kMaxSubmissionBytes, "parts")));
    PLACET_TRY(in.finish());
    return submission;
}

Status check_parts(const Transaction& transaction, const std::vector<Bytes>& parts) {
    if (parts.size() != transaction.payload.parts.size())
        return base::refuse(ErrorCode::invalid_value,
                            "the transaction names " + std::to_string(transaction.payload.parts.size()) + " parts, but " +
                                std::to_string(parts.size()) + " came with it",
                            "parts");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string field = "parts[" + std::to_string(i) + "]";
        if (part_commitment(parts[i]) != transaction.payload.parts[i])
            return base::refuse(ErrorCode::invalid_value, "the part is not the one that the transaction commits to", field);
        Result<Part> part = decode_part(parts[i]);
        if (!part) return base::refuse(part.error().code, part.error().message, field + "." + part.error().field);
    }
    return {};
}

}  // namespace placet::types
