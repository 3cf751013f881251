// Any canonical CBOR item as JSON that people can read: arrays as arrays, octets as {"hex": …}. Where a described struct is
// known, api/dto/records.hpp gives its fields by name; this is for the rest.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ledger/base/bytes.hpp"

namespace placet::api::dto {

/// null for an empty or undecodable item. Nesting beyond 16 is shown as its octets.
[[nodiscard]] nlohmann::json cbor_view(base::BytesView item);

}  // namespace placet::api::dto
