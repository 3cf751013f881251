// The files of `placet match`: a dataset's terms and a request, as JSON, into what the matcher takes. Absent (or null)
// means that nothing is said; an empty list is well-formed. Everything that is not asked for, of a wrong type or
// repeated is refused with its field: "modifiers[1].months".
#pragma once

#include <string_view>

#include "contracts/dataset/match.hpp"

namespace placet::api::dto {

/// `{"permissions":["DUO:0000007"],"diseases":["MONDO:…"],"modifiers":[{"code":"DUO:0000025","months":12},…]}`. Codes
/// in any spelling; a code that is no permission (or no modifier) known here is kept for review; a parameter of another
/// modifier is refused.
[[nodiscard]] base::Result<contracts::dataset::Offer> offer_from_json(std::string_view text);

/// `{"purposes":["DS"],"diseases":["MONDO:…"],"controls":false,"sensitive":[],"forProfit":false,"months":12,"acceptedAt":"2026-01-01",…}`.
[[nodiscard]] base::Result<contracts::dataset::Ask> ask_from_json(std::string_view text);

}  // namespace placet::api::dto
