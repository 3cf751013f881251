// See telling.hpp.
#include "cli/demo/telling.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace placet::cli::demo {

std::string counted(std::uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string joined(const nlohmann::json& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text.get<std::string>();
    return out;
}

}  // namespace placet::cli::demo
