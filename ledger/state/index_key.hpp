// Index keys: which sub-log an event belongs to (docs: audit.md, index map). A sub-log is an RFC 6962 tree of its own
// over rows in the order of execution; its head (count, root) is an entry of the authenticated map, so that "these are
// all" and "there is none" can be proved. The rules decide which keys an event has (contracts); this file only says how
// a key looks.
//
//   index key            = [kind, id]                     id: bstr .size 32, or tstr of 1 to 128 octets
//   map key of its head  = ["index", 1, kind, id]         1 = version of the index functions
//   map value            = [count, root]
//   row                  = [leaf index, row, block_time_ms, leaf hash]
//                        / [leaf index, row, block_time_ms, leaf hash, active count, active root]   (consent decisions)
//   sub-log leaf         = the row's octets
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/time.hpp"
#include "ledger/crypto/hash.hpp"
#include "ledger/types/part.hpp"

namespace placet::state {

/// Numbers are consensus-critical: never reuse one.
enum class IndexKind : std::uint8_t {
    consent_of_patient = 1,  ///< every consent decision about a pseudonym
    implicit_policy = 2,     ///< a custodian's policies that hold without a consent
    access_of_patient = 3,   ///< every access, and every refusal of one, to a pseudonym's record
    access_by_actor = 4,     ///< by a researcher (or any actor that asks)
    access_of_dataset = 5,
    access_at_custodian = 6,    ///< every batch and release of a custodian
    erasure_order = 7,          ///< an order's own confirmations; id = the order's transaction id
    trail_read_of_patient = 8,  ///< who read the trail of a pseudonym
    trail_read_at = 9,          ///< every read of a trail served by a node or organisation
};
inline constexpr std::uint64_t kIndexVersion = 1;
inline constexpr std::size_t kMaxIndexIdBytes = 128;

/// True where the id is 32 octets (a pseudonym or a transaction id) and not text.
[[nodiscard]] constexpr bool has_binary_id(IndexKind kind) noexcept {
    return kind == IndexKind::consent_of_patient || kind == IndexKind::access_of_patient ||
           kind == IndexKind::erasure_order || kind == IndexKind::trail_read_of_patient;
}

struct IndexKey {
    IndexKind kind = IndexKind::consent_of_patient;
    base::Bytes id;  ///< 32 octets, or UTF-8 text, as has_binary_id says
    auto operator<=>(const IndexKey&) const = default;
};

/// Of the kinds whose id is binary; the id of another kind is refused by ASSERT.
[[nodiscard]] IndexKey index_key(IndexKind kind, const types::Pseudonym& pseudonym);
[[nodiscard]] IndexKey index_key(IndexKind kind, const crypto::Hash& id);
/// Of the kinds whose id is text, valid UTF-8 of 1 to kMaxIndexIdBytes octets (ASSERT: check input before).
[[nodiscard]] IndexKey index_key(IndexKind kind, std::string_view id);

/// [kind, id]: what BlockRecord's appends carry and the store sorts by.
[[nodiscard]] base::Bytes encode(const IndexKey& key);
[[nodiscard]] base::Result<IndexKey> decode_index_key(base::BytesView bytes);

/// Key of the sub-log's head in the authenticated map, from an encoded index key.
[[nodiscard]] base::Bytes head_key(base::BytesView encoded_index_key);
[[nodiscard]] base::Bytes head_key(const IndexKey& key);
/// True for every map key that only the assembly of blocks may write: those that begin with "index".
[[nodiscard]] bool is_reserved_key(base::BytesView map_key) noexcept;

/// Head of a sub-log: the value in the map.
struct SubLogHead {
    std::uint64_t count = 0;
    crypto::Hash root;
    bool operator==(const SubLogHead&) const = default;
};
[[nodiscard]] base::Bytes encode(const SubLogHead& head);
[[nodiscard]] base::Result<SubLogHead> decode_sub_log_head(base::BytesView bytes);

/// The consents in force for a pseudonym after a decision: RFC 6962 over their encodings, ordered by the rules.
struct ActiveSet {
    std::uint64_t count = 0;
    crypto::Hash root;
    bool operator==(const ActiveSet&) const = default;
};

/// One entry of a sub-log. Rows of one sub-log ascend strictly by (leaf_index, row).
struct IndexRow {
    std::uint64_t leaf_index = 0;  ///< of the event leaf in the log
    std::uint64_t row = 0;         ///< within the event (rows of a batch); 0 where it has none
    base::TimeMs block_time_ms = 0;
    crypto::Hash leaf_hash;  ///< RFC 6962 leaf hash of the event leaf
    std::optional<ActiveSet> active;
    bool operator==(const IndexRow&) const = default;
};
[[nodiscard]] base::Bytes encode(const IndexRow& row);
[[nodiscard]] base::Result<IndexRow> decode_index_row(base::BytesView bytes);

}  // namespace placet::state
