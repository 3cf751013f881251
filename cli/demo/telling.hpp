// Small words of the story: numbers with their nouns, ids without brackets.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace placet::cli::demo {

/// "1 consent", "2 consents".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);
/// The texts of an array, divided by commas.
[[nodiscard]] std::string joined(const nlohmann::json& texts);

}  // namespace placet::cli::demo
