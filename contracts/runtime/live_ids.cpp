// Remembering and forgetting executed ids, a bounded number a block.
#include "contracts/runtime/live_ids.hpp"

#include <algorithm>

#include "contracts/runtime/execute.hpp"

namespace placet::contracts::runtime {
namespace {

struct IdsOfBlock {
    TimeMs last_expiry_ms = 0;
    std::vector<types::TransactionId> ids;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("last_expiry_ms", self.last_expiry_ms);
        archive("ids", self.ids, types::kMaxTransactionsPerProposal);
    }
};

struct Cursor {
    types::Height next = 1;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("next", self.next);
    }
};

Bytes id_key(const types::TransactionId& id) { return KeyBuilder(EntryKind::live_id, 2).bytes(id.view()).take(); }
Bytes list_key(types::Height height) { return KeyBuilder(EntryKind::live_ids_of, 2).uint(height).take(); }
Bytes cursor_key() { return KeyBuilder(EntryKind::live_cursor, 1).take(); }

/// Empty heights are stepped over without a write until so many have passed.
constexpr types::Height kCursorStride = 64;

}  // namespace

Result<std::optional<LiveId>> find_live_id(const state::StateReader& reader, const types::TransactionId& id) { return load<LiveId>(reader, id_key(id)); }

void remember(Transition& state) {
    const types::Transaction& transaction = state.transaction();
    state.put(id_key(transaction.id), LiveId{transaction.payload.expires_at_ms, state.height(), transaction.sender});
}

Status forget_expired(Transition& state, const std::vector<const types::Transaction*>& executed) {
    if (!executed.empty()) {
        IdsOfBlock list;
        for (const types::Transaction* one : executed) {
            list.last_expiry_ms = std::max(list.last_expiry_ms, one->payload.expires_at_ms);
            list.ids.push_back(one->id);
        }
        state.put(list_key(state.height()), list);
    }
    PLACET_TRY_ASSIGN(const std::optional<Cursor> stored, load<Cursor>(state, cursor_key()));
    const Cursor start = stored.value_or(Cursor{});
    Cursor cursor = start;
    std::size_t forgotten = 0;
    for (std::size_t steps = 0; cursor.next < state.height() && steps < kForgetPerBlock && forgotten < kForgetPerBlock; ++steps) {
        PLACET_TRY_ASSIGN(const std::optional<IdsOfBlock> list, load<IdsOfBlock>(state, list_key(cursor.next)));
        if (list && list->last_expiry_ms >= state.now_ms()) break;
        if (list) {
            for (const types::TransactionId& id : list->ids) state.remove(id_key(id));
            state.remove(list_key(cursor.next));
            forgotten += list->ids.size();
        }
        ++cursor.next;
    }
    if (forgotten > 0 || cursor.next >= start.next + kCursorStride) state.put(cursor_key(), cursor);
    return {};
}

Result<bool> is_executed(const state::StateReader& reader, const types::TransactionId& id) {
    PLACET_TRY_ASSIGN(const std::optional<LiveId> found, find_live_id(reader, id));
    return found.has_value();
}

}  // namespace placet::contracts::runtime
