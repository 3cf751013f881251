// What executing an ordered block yields (contracts makes it, BlockAssembly turns it into leaves, roots and a vote).
//
// How the rules hand over sub-log entries: they know which index keys an event has, but not where its leaf will stand.
// So an append names the key and the row within the event; position, time and leaf hash are filled in at assembly:
//
//   effects.appends.push_back({state::index_key(IndexKind::access_of_patient, pseudonym), row});
//
// Writes: keys and values are canonical CBOR, class P only. Later writes win over earlier ones of the same key, within
// an event and between events. Keys that begin with the text "index" are the assembly's own (is_reserved_key).
#pragma once

#include <vector>

#include "ledger/state/index_key.hpp"
#include "ledger/types/block.hpp"

namespace placet::state {

struct PendingAppend {
    IndexKey key;
    std::uint64_t row = 0;  ///< ascending per key within an event; two appends of one event never agree in (key, row)
    std::optional<ActiveSet> active;  ///< consent_of_patient only
    bool operator==(const PendingAppend&) const = default;
};

/// One executed transaction: exactly one event leaf. A duplicate of an executed transaction has none and is left out.
struct EventEffects {
    types::TransactionId id;  ///< of the transaction, for the store's look-up
    base::Bytes transaction;  ///< the COSE_Sign1, as in the leaf
    types::Outcome outcome;
    std::vector<types::StateWrite> writes;
    std::vector<PendingAppend> appends;
    bool operator==(const EventEffects&) const = default;
};

struct ExecutedBlock {
    types::Height height = 0;          ///< = sequence number
    base::TimeMs block_time_ms = 0;    ///< > the previous block's
    std::vector<EventEffects> events;  ///< in execution order; empty for a null request
    std::vector<types::StateWrite>
        closing_writes;            ///< after the last event: what block time alone changes (expired ids)
    types::Epoch epoch = 0;        ///< whose validators seal this block
    crypto::Hash validators;       ///< validator_set_hash of that epoch
    crypto::Hash next_validators;  ///< of the epoch that seals the next block
    bool operator==(const ExecutedBlock&) const = default;
};

}  // namespace placet::state
