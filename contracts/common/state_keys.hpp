// The first item of every map key: which kind of entry it is. Keys are canonical CBOR arrays [entry kind, id…], so that a prefix
// of items is a prefix of octets and a scan finds all entries below it. Sub-log heads live in the same map under their own
// keys (ledger/state), whose first item is a text and never collides with these.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contracts/common/codec.hpp"
#include "ledger/state/reader.hpp"

namespace placet::contracts {

enum class EntryKind : std::uint64_t {
    organisation = 1,     ///< [1, id]
    actor = 2,            ///< [2, id]
    actor_by_key = 3,     ///< [3, alg, point] → actor id
    actor_by_spki = 4,    ///< [4, spki] → actor id
    policy = 5,           ///< [5, custodian]
    parameter = 6,        ///< [6, name] → value
    proposal = 7,         ///< [7, id]
    validator_proposal = 8,  ///< [8, id]
    diseases_in_force = 9,  ///< [9] → table of diseases by which requests are decided
    live_id = 10,         ///< [10, transaction id] → LiveId
    live_ids_of = 11,     ///< [11, height] → ids to forget
    live_cursor = 12,     ///< [12] → first height not yet forgotten
    chain = 13,           ///< [13] → genesis parameters that rules read
    validator_set = 14,   ///< [14, epoch] → types::ValidatorSet; owned by ledger/state/validator_sets.hpp
    membership = 15,      ///< [15] → the epoch that seals the next block, and what follows it
    validator_key = 16,   ///< [16, alg, point] → validator whose vote or checkpoint key it is or was
    recent_root = 17,     ///< [17, slot] → height, log root
    patient = 20,         ///< [20, custodian, pseudonym]
    consent = 21,         ///< [21, custodian, pseudonym, consent id]
    active_set = 22,      ///< [22, custodian, pseudonym]
    memberships = 23,     ///< [23, custodian, pseudonym] → dataset ids
    dataset = 30,         ///< [30, id]
    member = 31,          ///< [31, dataset id, pseudonym]
    dataset_grants = 32,  ///< [32, dataset id] → ids of live grants
    disease_table = 33,   ///< [33, table id]
    disease = 34,         ///< [34, table id, disease id]
    request = 40,         ///< [40, id]
    grant = 41,           ///< [41, id]
    release = 42,         ///< [42, grant id, pseudonym]
    batch_head = 43,      ///< [43, custodian]
    batch = 44,           ///< [44, custodian, sequence]
    reads_head = 45,      ///< [45, node actor id]
    request_of = 46,      ///< [46, researcher's actor id, request id]
    notice = 47,          ///< [47, grant id, pseudonym] → withdrawal to acknowledge
    emergency_policy = 49,  ///< [49, custodian]
    break_glass = 50,       ///< [50, custodian, id] → emergency access with its reviews
    open_review = 51,       ///< [51, custodian, id] → while its review is open
};

/// Builds a key or a scan prefix: `KeyBuilder(EntryKind::member, 3).text(dataset).bytes(pseudonym.view()).take()`.
class KeyBuilder {
public:
    /// `items` of the whole key, the kind included; a prefix simply adds fewer.
    KeyBuilder(EntryKind kind, std::size_t items) { writer_.array(items).uint(static_cast<std::uint64_t>(kind)); }
    KeyBuilder& text(std::string_view value) { writer_.text(value); return *this; }
    KeyBuilder& bytes(BytesView value) { writer_.bytes(value); return *this; }
    KeyBuilder& uint(std::uint64_t value) { writer_.uint(value); return *this; }
    KeyBuilder& integer(std::int64_t value) { writer_.integer(value); return *this; }
    [[nodiscard]] Bytes take() { return std::move(writer_).take(); }

private:
    base::cbor::Writer writer_;
};

/// The prefix under which all entries of a kind with keys of `items` items stand.
[[nodiscard]] inline Bytes scan_prefix(EntryKind kind, std::size_t items) { return KeyBuilder(kind, items).take(); }

/// Reads and decodes one entry; `corrupt` if it does not decode: then our own state is broken.
template <Described T>
[[nodiscard]] Result<std::optional<T>> load(const state::StateReader& reader, const Bytes& key) {
    const std::optional<Bytes> value = reader.get(key);
    if (!value) return std::optional<T>{};
    Result<T> entry = decode<T>(*value);
    if (!entry) return refuse(ErrorCode::corrupt, "a map entry does not decode: " + entry.error().message, entry.error().field);
    return std::optional<T>(std::move(*entry));
}

/// Every entry below a prefix, ascending by key; `corrupt` as in load.
template <Described T>
[[nodiscard]] Result<std::vector<T>> load_all(const state::StateScanner& scanner, const Bytes& prefix) {
    std::vector<T> out;
    Status status;
    scanner.scan(prefix, [&](BytesView, BytesView value) {
        Result<T> entry = decode<T>(value);
        if (entry) out.push_back(std::move(*entry));
        else status = refuse(ErrorCode::corrupt, "a map entry does not decode: " + entry.error().message, entry.error().field);
        return status.has_value();
    });
    PLACET_TRY(std::move(status));
    return out;
}

}  // namespace placet::contracts
