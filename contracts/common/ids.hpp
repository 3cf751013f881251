// What ids look like, and the checks of them that every command makes. Ids are class P: they never hold a person's name,
// number or birth date; the client that makes them sees to that.
#pragma once

#include <string_view>

#include "contracts/common/codec.hpp"

namespace placet::contracts {

/// Organisation: [a-z0-9-], 1 to 32.
[[nodiscard]] Status check_organisation_id(std::string_view id, std::string_view field);
/// "name@organisation", name [a-z0-9.-] 1 to 48.
[[nodiscard]] Status check_actor_id(std::string_view id, std::string_view field);
/// Datasets, requests, consents, grants, studies: [A-Za-z0-9._:-], 1 to 96.
[[nodiscard]] Status check_object_id(std::string_view id, std::string_view field);
/// A machine code ("better_offer"): [a-z0-9_], 1 to 64; empty where `field` may be left out is the caller's business.
[[nodiscard]] Status check_code(std::string_view code, std::string_view field);
/// ISO 3166-1 alpha-2, upper case.
[[nodiscard]] Status check_country(std::string_view code, std::string_view field);

/// What follows the '@'; empty if there is none.
[[nodiscard]] std::string_view organisation_of(std::string_view actor_id) noexcept;
/// What stands before the '@'.
[[nodiscard]] std::string_view name_of(std::string_view actor_id) noexcept;

}  // namespace placet::contracts
