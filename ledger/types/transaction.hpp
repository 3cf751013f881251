// A transaction: COSE_Sign1 (RFC 9052 §4.2), untagged, that any language can make:
//
//   [ protected: bstr .cbor {1: alg, 4: kid}, {}, payload: bstr, signature: bstr .size 64 ]
//   kid = the sender's compressed public key; external_aad = genesis hash;
//   payload = [1, kind, nonce(16), expires_at_ms, after / null, [* part commitment], body]
//
// A signature is checked from the bytes alone; whether the key is enrolled is decided in contracts::execute.
// The id covers what is signed; the digest covers every octet, signature included, and keys every cache.
#pragma once

#include <optional>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/types/part.hpp"

namespace placet::types {

struct NonceTag {};
using Nonce = base::FixedBytes<16, NonceTag>;
/// tagged_hash("placet/transaction/1", Sig_structure)
using TransactionId = Hash;

inline constexpr std::size_t kMaxTransactionBytes = 256 * 1024;
inline constexpr std::size_t kMaxPartsPerTransaction = 8;
/// The longest life of a transaction, in block time (consensus.md, Requests).
inline constexpr TimeMs kMaxLifeMs = 10 * 60 * 1000;

struct Payload {
    std::uint64_t kind = 0;  ///< which command: contracts/command.hpp
    Nonce nonce;             ///< 128 random bits: the salt of the leaf, too
    TimeMs expires_at_ms = 0;
    std::optional<TransactionId> after;  ///< executes only after this one of the same sender
    std::vector<Hash> parts;             ///< commitments, in the order in which the parts travel
    Bytes body;                          ///< one canonical CBOR item: the command
    bool operator==(const Payload&) const = default;
};

struct Transaction {
    Payload payload;
    crypto::PublicKey sender;
    crypto::Signature signature;
    TransactionId id;  ///< derived
    Hash digest;       ///< derived: sha256 of `bytes`
    Bytes bytes;       ///< the COSE_Sign1 as received
};

/// Signs `payload`. The result always decodes and verifies.
[[nodiscard]] Transaction sign(const Payload& payload, const crypto::SigningKey& key, const Hash& genesis);
/// Shape and canonicity only (malformed, not_canonical, too_large, unsupported); `verify_signature` is apart because it costs 50 µs.
[[nodiscard]] Result<Transaction> decode_transaction(BytesView bytes, const Hash& genesis);
[[nodiscard]] bool verify_signature(const Transaction& transaction, const Hash& genesis) noexcept;

/// What is signed outside our own process (an HSM, another language): the Sig_structure's bytes; sign their SHA-256.
[[nodiscard]] Bytes signature_input(const Payload& payload, const crypto::PublicKey& sender, const Hash& genesis);
[[nodiscard]] Transaction assemble(const Payload& payload, const crypto::PublicKey& sender, const crypto::Signature& signature, const Hash& genesis);

/// A transaction with its parts, as a client submits it and as nodes forward it: [transaction, [* part]].
struct Submission {
    Bytes transaction;
    std::vector<Bytes> parts;  ///< encoded Parts; on the wire between validators only, never to observers
    bool operator==(const Submission&) const = default;
};
inline constexpr std::size_t kMaxSubmissionBytes = 900 * 1024;
[[nodiscard]] Bytes encode(const Submission& submission);
[[nodiscard]] Result<Submission> decode_submission(BytesView bytes);
/// Refuses parts that are not exactly those the transaction commits to.
[[nodiscard]] Status check_parts(const Transaction& transaction, const std::vector<Bytes>& parts);

}  // namespace placet::types
