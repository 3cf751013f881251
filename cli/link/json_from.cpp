// The one place that turns a parsed JSON text into the commands' own value, so that no command includes the parser.
#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "cli/link/session.hpp"

namespace placet::cli::link {

namespace {
frame::Json convert(const nlohmann::json& value) {  // depth is bounded by parse_json
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_unsigned()) return value.get<std::uint64_t>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_number_float()) return value.dump();  // a text: no answer of ours has fractions that are computed with
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array()) {
        frame::Json out(frame::Json::Array{});
        for (const auto& item : value) out.push(convert(item));
        return out;
    }
    if (value.is_object()) {
        frame::Json out = frame::Json::object();
        for (const auto& [key, item] : value.items()) out.set(key, convert(item));
        return out;
    }
    return {};
}
}  // namespace

base::Result<frame::Json> json_from(std::string_view text) {
    PLACET_TRY_ASSIGN(const nlohmann::json parsed, api::dto::parse_json(text, {.bytes = 64 * 1024 * 1024, .depth = 64}));
    return convert(parsed);
}

}  // namespace placet::cli::link
