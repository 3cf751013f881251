// Checkpoint digests, certificates and the C2SP text of a checkpoint.
#include "ledger/types/checkpoint.hpp"

#include <bit>

#include "ledger/base/base64.hpp"
#include "ledger/base/cbor.hpp"

namespace placet::types {
namespace {

using base::ErrorCode;
using base::refuse;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::size_t kMaxSigners = 64;

void write_body(Writer& out, const CheckpointBody& body) {
    out.uint(body.epoch).uint(body.height).uint(body.size).bytes(body.root.view()).uint(body.block_time_ms);
}

}  // namespace

Hash checkpoint_digest(const Hash& genesis, const CheckpointBody& body) noexcept {
    Writer out;
    out.array(6).bytes(genesis.view());
    write_body(out, body);
    return crypto::tagged_hash("placet/checkpoint/1", out.view());
}

Bytes encode(const QuorumCertificate& certificate) {
    Writer out;
    out.array(7);
    write_body(out, certificate.body);
    out.uint(certificate.signers).array(certificate.signatures.size());
    for (const crypto::Signature& signature : certificate.signatures) out.bytes(signature.view());
    return std::move(out).take();
}

Result<QuorumCertificate> decode_certificate(BytesView bytes) {
    Reader in(bytes);
    QuorumCertificate certificate;
    in.array_of(7, "certificate");
    certificate.body.epoch = in.uint("epoch");
    certificate.body.height = in.uint("height");
    certificate.body.size = in.uint("size");
    certificate.body.root = in.fixed<Hash>("root");
    certificate.body.block_time_ms = in.uint("block_time_ms");
    certificate.signers = in.uint("signers");
    const std::size_t count = in.array(kMaxSigners, "signatures");
    if (in.ok() && count != static_cast<std::size_t>(std::popcount(certificate.signers)))
        in.fail(ErrorCode::malformed, "the bitmap names another number of signers than there are signatures", "signers");
    for (std::size_t i = 0; i < count && in.ok(); ++i) certificate.signatures.push_back(in.fixed<crypto::Signature>("signatures"));
    PLACET_TRY(in.finish());
    return certificate;
}

Status verify(const QuorumCertificate& certificate, const ValidatorSet& set, const Hash& genesis) {
    if (certificate.body.epoch != set.epoch)
        return refuse(ErrorCode::invalid_proof,
                      "the certificate is of epoch " + std::to_string(certificate.body.epoch) + ", the validator set of epoch " +
                          std::to_string(set.epoch),
                      "epoch");
    const auto count = static_cast<std::size_t>(std::popcount(certificate.signers));
    if (count != certificate.signatures.size())
        return refuse(ErrorCode::invalid_proof, "the bitmap and the signatures do not agree in number", "signers");
    if (set.n() < 64 && certificate.signers >> set.n() != 0)
        return refuse(ErrorCode::invalid_proof, "the bitmap names a validator that is not in the set", "signers");
    if (count != set.q())
        return refuse(ErrorCode::invalid_proof,
                      "a seal has exactly " + std::to_string(set.q()) + " signatures, this one has " + std::to_string(count), "signers");
    const Hash digest = checkpoint_digest(genesis, certificate.body);
    std::size_t next = 0;
    for (std::size_t id = 0; id < set.n(); ++id) {
        if ((certificate.signers >> id & 1) == 0) continue;
        const Validator& validator = set.validators[id];
        if (!crypto::verify(validator.checkpoint_key, digest, certificate.signatures[next++]))
            return refuse(ErrorCode::invalid_signature, "the signature of validator " + validator.name + " does not verify", "signatures");
    }
    return {};
}

std::string checkpoint_text(std::string_view origin, const CheckpointBody& body) {
    std::string out(origin);
    out += '\n';
    out += std::to_string(body.size);
    out += '\n';
    out += base::to_base64(body.root.view());
    out += '\n';
    return out;
}

}  // namespace placet::types
