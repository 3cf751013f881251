// Names, for JSON, of enumerators to which the contracts give none.
#pragma once

#include <string_view>

#include "contracts/dataset/duo.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::api::dto {

[[nodiscard]] constexpr std::string_view name_of(contracts::governance::ActorStatus status) noexcept {
    return status == contracts::governance::ActorStatus::active ? "active" : "revoked";
}
/// As a request writes them.
[[nodiscard]] constexpr std::string_view name_of(contracts::dataset::Stated stated) noexcept {
    using enum contracts::dataset::Stated;
    return stated == yes ? "yes" : stated == no ? "no" : "unknown";
}

}  // namespace placet::api::dto
