// Any struct of the contracts that describes its fields (contracts/common/codec.hpp) as a JSON object with the same names:
// enumerators by their names, octets in hexadecimal, "…_ms" as RFC 3339 under the name without "_ms", absent options left out.
#pragma once

#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "api/dto/enum_names.hpp"
#include "api/dto/json_writer.hpp"
#include "contracts/common/codec.hpp"

namespace placet::api::dto {

class FieldJson {
public:
    /// Writes the fields into the object that is open in `writer`, but for those named in `without`.
    explicit FieldJson(JsonWriter& writer, std::initializer_list<std::string_view> without = {}) : writer_(writer), without_(without) {}

    template <class T>
    void operator()(std::string_view name, const T& value) { field(name, value); }
    template <class T>
    void operator()(std::string_view name, const T& value, std::size_t) { field(name, value); }
    template <class T>
    void operator()(std::string_view name, const T& value, std::size_t, std::size_t) { field(name, value); }

private:
    template <class T>
    void field(std::string_view name, const T& value) {
        if (std::ranges::find(without_, name) != without_.end()) return;
        if constexpr (requires { value.has_value(); }) {
            if (value.has_value()) field(name, *value);
        } else if constexpr (std::same_as<T, base::TimeMs>) {
            const bool is_instant = name.ends_with("_ms");
            writer_.key(is_instant ? name.substr(0, name.size() - 3) : name);
            if (is_instant) writer_.instant(value);
            else writer_.uint(value);
        } else {
            writer_.key(name);
            write(value);
        }
    }

    void write(const std::string& value) { writer_.text(value); }
    void write(const base::Bytes& value) { writer_.hex(value); }
    void write(const bool& value) { writer_.boolean(value); }
    void write(const crypto::PublicKey& key) { writer_.text(crypto::to_text(key)); }
    template <std::size_t N, class Tag>
    void write(const base::FixedBytes<N, Tag>& value) { writer_.hex(value.view()); }
    template <class T>
        requires(std::unsigned_integral<T> && !std::same_as<T, bool>)
    void write(const T& value) { writer_.uint(value); }
    template <class T>
        requires std::is_enum_v<T>
    void write(const T& value) {
        if constexpr (requires { std::string_view(to_string(value)); }) writer_.text(to_string(value));
        else if constexpr (requires { std::string_view(short_name(value)); }) writer_.text(short_name(value));
        else if constexpr (requires { name_of(value); })
            writer_.text(name_of(value));
        else writer_.uint(static_cast<std::uint64_t>(value));
    }
    template <class T>
    void write(const std::vector<T>& values) {
        writer_.begin_array();
        for (const auto& value : values) write(value);
        writer_.end_array();
    }
    template <contracts::Described T>
    void write(const T& value) {
        writer_.begin_object();
        FieldJson nested(writer_);
        T::fields(nested, value);
        writer_.end_object();
    }

    JsonWriter& writer_;
    std::vector<std::string_view> without_;
};

/// Writes the fields of `value` into the object that is open in `writer`.
template <contracts::Described T>
void write_fields(JsonWriter& writer, const T& value, std::initializer_list<std::string_view> without = {}) {
    FieldJson archive(writer, without);
    T::fields(archive, value);
}

/// `value` as one JSON object.
template <contracts::Described T>
[[nodiscard]] std::string described_json(const T& value) {
    JsonWriter writer;
    writer.begin_object();
    write_fields(writer, value);
    writer.end_object();
    return std::move(writer).finish();
}

}  // namespace placet::api::dto
