// Shapes of ids, one loop over octets each.
#include "contracts/common/ids.hpp"

#include <algorithm>

#include "contracts/common/outcome.hpp"

namespace placet::contracts {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

Status refuse_id(std::string_view id, std::string_view field, std::string_view rule) {
    std::string message = "'";
    message.append(plain_text(id, kMaxId)).append("' is not ").append(rule);
    return refuse(ErrorCode::invalid_value, std::move(message), std::string(field));
}

bool is_organisation_id(std::string_view id) {
    return !id.empty() && id.size() <= 32 && std::ranges::all_of(id, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

}  // namespace

Status check_organisation_id(std::string_view id, std::string_view field) {
    if (is_organisation_id(id)) return {};
    return refuse_id(id, field, "an organisation's id: 1 to 32 of a-z, 0-9, -");
}

Status check_actor_id(std::string_view id, std::string_view field) {
    const std::string_view name = name_of(id);
    const bool name_fits = !name.empty() && name.size() <= 48 &&
                           std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '-'; });
    if (name_fits && is_organisation_id(organisation_of(id))) return {};
    return refuse_id(id, field, "an actor's id: name@organisation, the name 1 to 48 of a-z, 0-9, '.', -");
}

Status check_object_id(std::string_view id, std::string_view field) {
    const bool fits = !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, [](char c) {
        return is_lower(c) || is_upper(c) || is_digit(c) || c == '.' || c == '_' || c == ':' || c == '-';
    });
    if (fits) return {};
    return refuse_id(id, field, "an id: 1 to 96 of A-Z, a-z, 0-9, '.', '_', ':', '-'");
}

Status check_code(std::string_view code, std::string_view field) {
    const bool fits = !code.empty() && code.size() <= 64 &&
                      std::ranges::all_of(code, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
    if (fits) return {};
    return refuse_id(code, field, "a code: 1 to 64 of a-z, 0-9, '_'");
}

Status check_country(std::string_view code, std::string_view field) {
    if (code.size() == 2 && is_upper(code[0]) && is_upper(code[1])) return {};
    return refuse_id(code, field, "a country: two upper-case letters of ISO 3166-1");
}

std::string_view organisation_of(std::string_view actor_id) noexcept {
    const auto at = actor_id.find('@');
    return at == std::string_view::npos ? std::string_view{} : actor_id.substr(at + 1);
}

std::string_view name_of(std::string_view actor_id) noexcept {
    const auto at = actor_id.find('@');
    return at == std::string_view::npos ? std::string_view{} : actor_id.substr(0, at);
}

}  // namespace placet::contracts
