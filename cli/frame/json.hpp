// The value a command reports: what `--json` prints as one object on standard output. Keys keep the order in which they were
// set, so that the same command always prints the same shape. Reading JSON is not done here.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace placet::cli::frame {

class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;  ///< null
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(std::int64_t{value}) {}
    Json(std::int64_t value) : value_(value) {}
    Json(std::uint64_t value) : value_(value) {}
    Json(std::uint32_t value) : value_(std::uint64_t{value}) {}
    Json(const char* text) : value_(std::string(text)) {}
    Json(std::string text) : value_(std::move(text)) {}
    Json(std::string_view text) : value_(std::string(text)) {}
    Json(Array items) : value_(std::move(items)) {}
    template <class T>
    Json(const std::optional<T>& value) {
        if (value) *this = Json(*value);
    }

    [[nodiscard]] static Json object(std::initializer_list<Member> members = {});
    [[nodiscard]] static Json array(const std::vector<std::string>& texts = {});

    /// Sets a member of an object (a null becomes an object); an existing key is replaced in its place.
    Json& set(std::string_view key, Json value);
    /// Appends to an array (a null becomes an array).
    Json& push(Json value);
    /// Adds the members of `other`, an object or null.
    Json& merge(const Json& other);
    [[nodiscard]] const Json* find(std::string_view key) const;
    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    [[nodiscard]] std::size_t size() const;  ///< items of an array, members of an object, else 0
    /// The text of a string value, else empty.
    [[nodiscard]] std::string_view text() const;
    /// A member that may be missing: null then, and null of null. For reading answers straight down.
    [[nodiscard]] const Json& at(std::string_view key) const;
    [[nodiscard]] std::string text_at(std::string_view key) const { return std::string(at(key).text()); }
    /// A whole number, else `otherwise`.
    [[nodiscard]] std::uint64_t number(std::uint64_t otherwise = 0) const;
    [[nodiscard]] std::uint64_t number_at(std::string_view key, std::uint64_t otherwise = 0) const { return at(key).number(otherwise); }
    [[nodiscard]] bool truth() const;  ///< true for the value true alone
    /// The strings of an array.
    [[nodiscard]] std::vector<std::string> texts_at(std::string_view key) const;
    /// The items of an array, nothing for anything else: `for (const Json& row : answer.rows_at("items"))`.
    [[nodiscard]] const Array& rows_at(std::string_view key) const;
    [[nodiscard]] const Array* items() const { return std::get_if<Array>(&value_); }
    [[nodiscard]] const Object* members() const { return std::get_if<Object>(&value_); }

    /// One line, no spaces. Ill-formed UTF-8 becomes U+FFFD; control characters are escaped.
    [[nodiscard]] std::string dump() const;

private:
    void write(std::string& out) const;
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, std::string, Array, Object> value_;
};

}  // namespace placet::cli::frame
