// Strict JSON at the edge (RFC 8259 and I-JSON's demand of unique names): one value per text, no duplicate keys, bounded
// depth and size, valid UTF-8. Nothing is ever signed or hashed as re-serialised JSON. nlohmann/json is only forward
// declared here: include <nlohmann/json.hpp> in the .cpp that looks inside.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/time.hpp"

namespace placet::api::dto {

struct JsonLimits {
    std::size_t bytes = 1024 * 1024;
    std::size_t depth = 64;       ///< nested arrays and objects
    std::size_t values = 65536;   ///< in all; each takes many times its octets once read
};

/// Refuses (malformed, too_large) with line and column; a duplicate key is malformed with `field` = its JSON pointer.
[[nodiscard]] base::Result<nlohmann::json> parse_json(std::string_view text, JsonLimits limits = {});

/// One line, UTF-8; never throws: octets that are not UTF-8 come out as U+FFFD.
[[nodiscard]] std::string dump_json(const nlohmann::json& value);
/// The same over several lines, two blanks a level, for files people read.
[[nodiscard]] std::string dump_json_pretty(const nlohmann::json& value);

/// The candidate nearest to `name` by edit distance, or nothing if none is near enough to be meant.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name, const std::vector<std::string>& candidates);

[[nodiscard]] std::string to_base64(base::BytesView bytes);  ///< RFC 4648 §4, padded
/// Refuses line breaks, missing padding and non-zero trailing bits: one text per value.
[[nodiscard]] base::Result<base::Bytes> from_base64(std::string_view text);

/// Reads the fields of one object and refuses what it was not asked for. The first error sticks, like base::cbor::Reader:
/// read straight down, then ask `finish()`. `path` is where the object stands ("" or "validators[2]").
class ObjectReader {
public:
    ObjectReader(const nlohmann::json& object, std::string path);

    [[nodiscard]] bool has(std::string_view name) const;  ///< present and not null; does not count as read
    std::string text(std::string_view name, std::size_t max_size = 4096);
    std::optional<std::string> maybe_text(std::string_view name, std::size_t max_size = 4096);
    std::uint64_t uint(std::string_view name, std::uint64_t max = UINT64_MAX);
    std::optional<std::uint64_t> maybe_uint(std::string_view name, std::uint64_t max = UINT64_MAX);
    bool boolean(std::string_view name);
    base::Bytes hex(std::string_view name, std::size_t max_size);
    base::Bytes base64(std::string_view name, std::size_t max_size);
    base::TimeMs instant(std::string_view name);  ///< RFC 3339
    std::optional<base::TimeMs> maybe_instant(std::string_view name);
    std::vector<std::string> texts(std::string_view name, std::size_t max_items);        ///< array of strings; required
    std::vector<std::string> maybe_texts(std::string_view name, std::size_t max_items);  ///< empty if absent
    template <class Fixed>
    Fixed fixed(std::string_view name) {
        const base::Bytes value = hex(name, Fixed::kSize);
        if (ok() && value.size() != Fixed::kSize) fail(base::ErrorCode::malformed, "wrong length", name);
        return ok() ? Fixed::copy_of(value) : Fixed{};
    }
    /// The objects of an array field, each to be read by a reader of its own with path_of(name, i).
    std::vector<const nlohmann::json*> objects(std::string_view name, std::size_t max_items);
    /// An object field; null if absent (an error only when it is not an object).
    const nlohmann::json* maybe_object(std::string_view name);
    /// Any value; null if absent.
    const nlohmann::json* maybe_any(std::string_view name);

    [[nodiscard]] std::string path_of(std::string_view name) const;
    [[nodiscard]] std::string path_of(std::string_view name, std::size_t index) const;
    void fail(base::ErrorCode code, std::string message, std::string_view name);
    void fail(base::Error error);  ///< an error of a nested reader, as it is
    [[nodiscard]] bool ok() const noexcept { return !error_.has_value(); }
    /// Refuses (invalid_value) a field nobody asked for, naming the nearest one that exists.
    [[nodiscard]] base::Status finish();

private:
    const nlohmann::json* find(std::string_view name);
    const nlohmann::json* require(std::string_view name);

    const nlohmann::json* object_;
    std::string path_;
    std::set<std::string, std::less<>> asked_;
    std::optional<base::Error> error_;
};

}  // namespace placet::api::dto
