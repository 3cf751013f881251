// What the log holds. A leaf is a canonical CBOR array [kind, version, …] whose kind the executor gives; it is never
// copied from input, so no event can pass for a commit leaf.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ledger/types/transaction.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::types {

enum class LeafKind : std::uint8_t { event = 1, commit = 2 };

/// How a transaction ended. A refusal is a receipt like a success, and as provable.
struct Outcome {
    bool accepted = false;
    std::string code;  ///< stable, snake_case: "recorded", "consent_not_in_force", … (docs/formats/outcomes.md)
    Bytes detail;      ///< one canonical CBOR item of the command's own shape; never class E
    bool operator==(const Outcome&) const = default;
};

/// [1, 1, height, block_time_ms, transaction: bstr, accepted, code, detail: bstr]
struct EventLeaf {
    Height height = 0;
    TimeMs block_time_ms = 0;
    Bytes transaction;  ///< the whole COSE_Sign1: who asked for what is proved by the leaf
    Outcome outcome;
    bool operator==(const EventLeaf&) const = default;
};

/// [2, 1, height, block_time_ms, leaves, map_root, validators, next_validators, previous]; the last leaf of each block.
/// A verifier takes one only at index = size − 1 of a certified checkpoint.
struct CommitLeaf {
    Height height = 0;
    TimeMs block_time_ms = 0;
    std::uint64_t leaves = 0;  ///< leaves of this block, this one included
    Hash map_root;             ///< of the index map and contract state after this block
    Hash validators;           ///< validator_set_hash of the epoch that seals this block
    Hash next_validators;      ///< of the epoch that seals the next
    Hash previous;             ///< RFC 6962 leaf hash of the previous block's commit leaf
    bool operator==(const CommitLeaf&) const = default;
};

using Leaf = std::variant<EventLeaf, CommitLeaf>;

[[nodiscard]] Bytes encode(const EventLeaf& leaf);
[[nodiscard]] Bytes encode(const CommitLeaf& leaf);
[[nodiscard]] Result<Leaf> decode_leaf(BytesView bytes);

}  // namespace placet::types
