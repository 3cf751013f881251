// Writes one JSON text from the outside in. The caller keeps the nesting right (ASSERT in finish); texts are quoted and made
// valid UTF-8 here, so that no value can break out of its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/time.hpp"

namespace placet::api::dto {

/// `text` as a JSON string with its quotes; octets that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string quoted(std::string_view text);

class JsonWriter {
public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& text(std::string_view value);
    JsonWriter& uint(std::uint64_t value);
    JsonWriter& boolean(const bool& value);
    JsonWriter& null();
    JsonWriter& hex(base::BytesView value);
    JsonWriter& instant(base::TimeMs value);  ///< RFC 3339; null for kForever
    /// A whole JSON value that was written elsewhere.
    JsonWriter& raw(std::string_view json);

    /// The text; everything opened must be closed.
    [[nodiscard]] std::string finish() &&;

private:
    void separate();
    std::string out_;
    std::size_t open_ = 0;
    bool first_ = true;
    bool after_key_ = false;
};

}  // namespace placet::api::dto
