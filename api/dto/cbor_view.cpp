// The reader is total; recursion is bounded by depth.
#include "api/dto/cbor_view.hpp"

#include <nlohmann/json.hpp>

#include "ledger/base/cbor.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::dto {
namespace {

using base::cbor::ItemType;
using nlohmann::json;

constexpr unsigned kMaxDepth = 16;

json octets(base::BytesView bytes) { return {{"hex", base::to_hex(bytes)}}; }

json view(base::cbor::Reader& reader, std::size_t limit, unsigned depth) {
    switch (reader.peek()) {
        case ItemType::uint: return reader.uint("item");
        case ItemType::negative: return reader.integer("item");
        case ItemType::bytes: return octets(reader.bytes(limit, "item"));
        case ItemType::text: return std::string(reader.text(limit, "item"));
        case ItemType::boolean: return reader.boolean("item");
        case ItemType::null: reader.null("item"); return nullptr;
        case ItemType::array: {
            if (depth == kMaxDepth) return octets(reader.item("item"));
            json out = json::array();
            const std::size_t items = reader.array(limit, "item");
            for (std::size_t i = 0; i < items && reader.ok(); ++i) out.push_back(view(reader, limit, depth + 1));
            return out;
        }
        case ItemType::map: return octets(reader.item("item"));
        case ItemType::end:
        case ItemType::invalid: break;
    }
    reader.fail(base::ErrorCode::malformed, "not an item", "item");
    return nullptr;
}

}  // namespace

json cbor_view(base::BytesView item) {
    if (item.empty()) return nullptr;
    base::cbor::Reader reader(item);
    json out = view(reader, item.size(), 0);
    return reader.finish().has_value() ? out : json(nullptr);
}

}  // namespace placet::api::dto
