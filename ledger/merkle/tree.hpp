// Hashing of the RFC 6962 / RFC 9162 tree: the event log, every sub-log, and the rows of a batch are such trees. Nothing
// here is tagged: stock tools must be able to recompute it.
#pragma once

#include <span>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/crypto/hash.hpp"

namespace placet::merkle {

using base::Bytes;
using base::BytesView;
using crypto::Hash;

/// SHA-256(00 ‖ entry), RFC 9162 §2.1.1.
[[nodiscard]] Hash leaf_hash(BytesView entry) noexcept;
/// SHA-256(01 ‖ left ‖ right).
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right) noexcept;
/// The root of a tree without leaves: SHA-256 of nothing.
[[nodiscard]] Hash empty_root() noexcept;

/// The root over `leaves`, which are leaf hashes.
[[nodiscard]] Hash root_of(std::span<const Hash> leaves);
/// The root over entries: what an access batch commits to.
[[nodiscard]] Hash root_of_entries(std::span<const Bytes> entries);
/// The leaf hashes of entries, in order.
[[nodiscard]] std::vector<Hash> leaf_hashes(std::span<const Bytes> entries);

}  // namespace placet::merkle
