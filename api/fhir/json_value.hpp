// A JSON document as a tree that forgets nothing: members keep their order, numbers their digits (FHIR: 1.0 is not 1.00), and
// every value knows which octets of the source it came from, so that a resource inside a Bundle can be kept as it was given.
// Strict (RFC 8259): UTF-8 only, no duplicate member, no lone surrogate, bounded size, depth and number of values; total: it
// never throws. Not for our own DTOs (api/dto), which have no need of the source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::api::fhir {

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

/// "a string", "an object", …: for messages.
[[nodiscard]] std::string_view to_words(JsonKind kind) noexcept;

struct JsonMember;

struct JsonValue {
    JsonKind kind = JsonKind::null;
    std::string text;                  ///< string: decoded; number: its literal; boolean: "true" or "false"
    std::vector<JsonValue> elements;   ///< array
    std::vector<JsonMember> members;   ///< object, in source order
    std::size_t begin = 0;             ///< first octet in the source
    std::size_t end = 0;               ///< one past the last

    [[nodiscard]] bool is(JsonKind wanted) const noexcept { return kind == wanted; }
    /// The member's value, or nullptr; nullptr too if this is no object.
    [[nodiscard]] const JsonValue* find(std::string_view name) const noexcept;
    [[nodiscard]] JsonValue* find(std::string_view name) noexcept;
    /// The text of a string member; empty if absent or no string.
    [[nodiscard]] std::string_view text_of(std::string_view name) const noexcept;

    [[nodiscard]] static JsonValue string(std::string_view value);
    [[nodiscard]] static JsonValue number(std::uint64_t value);
    [[nodiscard]] static JsonValue object();
    [[nodiscard]] static JsonValue array();
    /// Replaces the member or appends it.
    void set(std::string_view name, JsonValue value);
    void erase(std::string_view name);
};

struct JsonMember {
    std::string name;
    JsonValue value;
};

struct JsonLimits {
    std::size_t max_bytes = std::size_t{64} << 20;
    std::size_t max_depth = 64;
    std::size_t max_values = 4'000'000;
};

/// One value and nothing but white space around it. Errors: malformed (with line and column), conflict (a duplicate member),
/// too_large (size, depth, number of values).
[[nodiscard]] base::Result<JsonValue> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Compact JSON; strings escaped, control characters as \u00XX.
[[nodiscard]] std::string write_json(const JsonValue& value);

}  // namespace placet::api::fhir
