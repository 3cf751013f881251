// The wall clock, for proposals, admission, ages and logs. Nothing that is agreed on reads it.
#pragma once

#include <chrono>

#include "ledger/base/time.hpp"

namespace placet::node {

[[nodiscard]] inline base::TimeMs now_ms() noexcept {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<base::TimeMs>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace placet::node
