// The shape of a described struct in words: "[custodian: tstr, pseudonym: bstr 32, key: key / null]". What docs/formats lists is made of
// the structs themselves.
#pragma once

#include <string>

#include "contracts/common/codec.hpp"

namespace placet::tests {

class ShapeWriter {
public:
    template <class T, class... Limits>
    void operator()(std::string_view name, const T& value, Limits... limits) {
        if (!text_.empty()) text_ += ", ";
        text_ += std::string(name) + ": " + type_of(value, limits...);
    }
    [[nodiscard]] std::string text() const { return "[" + text_ + "]"; }

private:
    template <class... Limits>
    static std::string type_of(const std::string&, Limits...) { return "tstr"; }
    template <class... Limits>
    static std::string type_of(const base::Bytes&, Limits...) { return "bstr"; }
    static std::string type_of(bool) { return "bool"; }
    template <class T, class... Limits>
    static std::string type_of(const T& value, Limits... limits) {
        if constexpr (contracts::Described<T>) {
            ShapeWriter inner;
            T::fields(inner, value);
            return inner.text();
        } else if constexpr (std::is_enum_v<T> || std::unsigned_integral<T>) {
            return "uint";
        } else if constexpr (std::same_as<T, crypto::PublicKey>) {
            return "key";
        } else if constexpr (std::same_as<T, types::Validator>) {
            return "validator";
        } else if constexpr (requires { T::kSize; }) {
            return "bstr " + std::to_string(T::kSize);
        } else if constexpr (requires { value.has_value(); }) {
            return type_of(typename T::value_type{}, limits...) + " / null";
        } else {
            return "[* " + item_of<typename T::value_type>() + "]";
        }
    }
    /// A list of lists of itself is named, not unrolled.
    template <class Item>
    static std::string item_of() {
        if constexpr (requires(Item item) { item.provisions; }) return "provision";
        else return type_of(Item{});
    }

    std::string text_;
};

template <contracts::Described T>
[[nodiscard]] std::string shape() {
    ShapeWriter writer;
    const T value;
    T::fields(writer, value);
    return writer.text();
}

}  // namespace placet::tests
