// Genesis: the one file everybody trusts. Its hash is the name of the chain, stands in every signature, and is what
// regulators compare by eye (`placet genesis fingerprint`). JSON at the edge (api/dto), canonical CBOR here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/crypto/certificate.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/types/part.hpp"

namespace placet::types {

using ReplicaId = std::uint32_t;  ///< position in the validator set of an epoch, from 0
using Epoch = std::uint64_t;
using Height = std::uint64_t;  ///< of a sealed block = its sequence number; genesis is height 0
using View = std::uint64_t;

/// How TLS peers and clients are pinned (ledger/crypto/certificate.hpp).
using SpkiHash = crypto::SpkiHash;

struct Validator {
    std::string name;                     ///< "hospital-a"; [a-z0-9-]{1,32}, unique
    std::string organisation;             ///< whose seat it is
    crypto::PublicKey vote_key;           ///< consensus messages
    crypto::PublicKey checkpoint_key;     ///< seals; never the same as vote_key
    crypto::PublicKey service_key;        ///< the node's own transactions (cohort results, read records): actor "node@<name>"
    crypto::ed25519::PublicKey note_key;  ///< C2SP notes on its own origin
    SpkiHash tls_spki;                    ///< of its validator-to-validator and REST certificate
    std::string peer_address;             ///< host:port for validators
    std::string api_address;              ///< host:port for REST
    bool operator==(const Validator&) const = default;
};

struct ValidatorSet {
    Epoch epoch = 0;
    std::vector<Validator> validators;  ///< 1 to 64, in the order of ReplicaId
    bool operator==(const ValidatorSet&) const = default;

    [[nodiscard]] std::size_t n() const noexcept { return validators.size(); }
    [[nodiscard]] std::size_t f() const noexcept;  ///< ⌊(n−1)/3⌋
    [[nodiscard]] std::size_t q() const noexcept;  ///< ⌈(n+f+1)/2⌉
};
/// ⌊(n−1)/3⌋ and ⌈(n+f+1)/2⌉ (consensus.md, Thresholds).
[[nodiscard]] constexpr std::size_t max_faulty(std::size_t n) noexcept { return n == 0 ? 0 : (n - 1) / 3; }
[[nodiscard]] constexpr std::size_t quorum(std::size_t n) noexcept { return (n + max_faulty(n) + 2) / 2; }

struct Organisation {
    std::string id;     ///< "hospital-a"; [a-z0-9-]{1,32}
    std::string title;  ///< "St. Anna Hospital"
    std::string kind;   ///< "hospital", "university", "regulator"
    std::string country;  ///< ISO 3166-1 alpha-2
    crypto::PublicKey recovery_key;      ///< offline; recovery epochs
    crypto::PublicKey operator_key;      ///< first actor of the organisation: id "operator@<id>"
    SpkiHash operator_spki;              ///< its client certificate; zero = none
    bool operator==(const Organisation&) const = default;
};

struct Genesis {
    std::string chain;                 ///< [a-z0-9-]{1,64}
    TimeMs created_at_ms = 0;
    ValidatorSet validators;           ///< epoch 0
    std::vector<Organisation> organisations;
    std::uint64_t checkpoint_interval = 128;  ///< K: garbage collection only
    std::uint64_t window = 16;                ///< unsealed sequence numbers
    std::uint64_t format_version = 1;
    std::uint64_t rule_version = 1;
    std::uint64_t index_version = 1;
    std::vector<std::string> witnesses;       ///< C2SP verifier keys of witnesses
    bool operator==(const Genesis&) const = default;
};

/// Texts must be UTF-8 (ASSERT): check() a genesis that was not decoded first. decode_genesis looks at shape alone.
[[nodiscard]] Bytes encode(const Genesis& genesis);
[[nodiscard]] Result<Genesis> decode_genesis(BytesView bytes);
/// Every rule a genesis must keep: names, unique keys, 1–64 seats, one organisation at most max(1, f) seats, K, window.
[[nodiscard]] Status check(const Genesis& genesis);
/// tagged_hash("placet/genesis/1", encode(genesis))
[[nodiscard]] Hash genesis_hash(const Genesis& genesis) noexcept;
/// tagged_hash("placet/validator-set/1", [epoch, [* validator]])
[[nodiscard]] Hash validator_set_hash(const ValidatorSet& set) noexcept;

}  // namespace placet::types
