// How rules see the state: point reads of map entries, and of erasable parts by commitment. Whatever execute reads comes
// through here (consensus.md, State transfer); there is no scan, so a step's cost is bounded.
#pragma once

#include <functional>
#include <optional>

#include "ledger/types/block.hpp"

namespace placet::state {

class StateReader {
public:
    virtual ~StateReader() = default;
    /// The value of a map entry, as of this reader's height.
    [[nodiscard]] virtual std::optional<base::Bytes> get(base::BytesView key) const = 0;
    /// The decoded-and-checked encoded Part with this commitment; none if erased (the map says so) or never seen.
    [[nodiscard]] virtual std::optional<base::Bytes> part(const crypto::Hash& commitment) const = 0;
};

/// Reads off the block (REST queries, cohort evaluation): a reader at one sealed height that can also walk keys.
class StateScanner : public StateReader {
public:
    /// Calls `visit(key, value)` for every entry whose key starts with `prefix`, ascending, until it returns false.
    virtual void scan(base::BytesView prefix, const std::function<bool(base::BytesView key, base::BytesView value)>& visit) const = 0;
    [[nodiscard]] virtual types::Height height() const = 0;
    [[nodiscard]] virtual base::TimeMs block_time_ms() const = 0;
};

}  // namespace placet::state
