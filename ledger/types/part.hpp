// Parts: bytes that travel beside a transaction and that the transaction names by commitment, so that a leaf keeps proving
// after they are gone. Three classes of bytes (architecture.md, decision 7): P is the transaction itself; E is erasable rule
// input, D an encrypted document; access rows are pruned by retention.
#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/time.hpp"
#include "ledger/crypto/hash.hpp"

namespace placet::types {

using base::Bytes;
using base::BytesView;
using base::Result;
using base::Status;
using base::TimeMs;
using crypto::Hash;

/// HMAC-SHA-256(s_p, custodian id), s_p random per patient and custodian: not linkable across custodians.
struct PseudonymTag {};
using Pseudonym = base::FixedBytes<32, PseudonymTag>;

enum class PartClass : std::uint8_t {
    erasable = 1,  ///< E: normalised codes a contract reads; no names, dates of birth or free text
    rows = 2,      ///< access rows of one batch (P, but prunable): their RFC 6962 root stands in the leaf
    document = 3,  ///< D: ciphertext made by the custodian; never read by a contract
};

/// Erasure works per (pseudonym, retention class).
enum class RetentionClass : std::uint8_t { consent_evidence = 1, access_log = 2, research = 3, governance = 4 };

struct SaltTag {};
using Salt = base::FixedBytes<64, SaltTag>;

struct Part {
    PartClass part_class = PartClass::erasable;
    RetentionClass retention = RetentionClass::consent_evidence;
    Pseudonym pseudonym;  ///< whose; zero where the part is nobody's alone (rows)
    Salt salt;            ///< random, kept with the payload: without it the commitment cannot be guessed
    Bytes payload;        ///< ≤ kMaxPayload
    static constexpr std::size_t kMaxPayload = 512 * 1024;
    bool operator==(const Part&) const = default;
};

/// [class, retention, pseudonym, salt, payload]
[[nodiscard]] Bytes encode(const Part& part);
[[nodiscard]] Result<Part> decode_part(BytesView bytes);

/// tagged_hash("placet/part/1", encoded part): what the transaction names.
[[nodiscard]] Hash part_commitment(BytesView encoded_part) noexcept;

}  // namespace placet::types
