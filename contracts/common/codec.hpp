// One description of a struct's fields serves both directions: every command and map entry has
// `template <class Archive> static void fields(Archive& archive, auto& self)`, run once by the writer and once by the reader
// of canonical CBOR, so that they cannot disagree. A struct is a positional array of its fields in that order.
//
// Pure functions; no state. Errors of `decode` are those of base::cbor::Reader (malformed, not_canonical, too_large).
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "ledger/base/cbor.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/types/codec.hpp"
#include "ledger/types/part.hpp"

namespace placet::contracts {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using base::TimeMs;
using crypto::Hash;
using types::Pseudonym;

/// The longest id, code, URL, sentence a struct of ours may hold, in octets.
inline constexpr std::size_t kMaxId = 96;
inline constexpr std::size_t kMaxCode = 256;
inline constexpr std::size_t kMaxTitle = 256;
inline constexpr std::size_t kMaxSentence = 512;

class FieldCounter {
public:
    template <class T>
    void operator()(std::string_view, T&) { ++count_; }
    template <class T>
    void operator()(std::string_view, T&, std::size_t) { ++count_; }
    template <class T>
    void operator()(std::string_view, T&, std::size_t, std::size_t) { ++count_; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    std::size_t count_ = 0;
};

template <class T>
concept Described = requires(FieldCounter& counter, T& value) { std::remove_const_t<T>::fields(counter, value); };

/// The number of fields of a described struct.
template <Described T>
[[nodiscard]] std::size_t field_count(const T& value) {
    FieldCounter counter;
    T::fields(counter, value);
    return counter.count();
}

class FieldWriter {
public:
    void operator()(std::string_view, const std::string& value, std::size_t = kMaxId) { writer_.text(value); }
    void operator()(std::string_view, const Bytes& value, std::size_t) { writer_.bytes(value); }
    void operator()(std::string_view, const std::vector<std::string>& values, std::size_t, std::size_t = kMaxId) {
        writer_.array(values.size());
        for (const auto& value : values) writer_.text(value);
    }
    void operator()(std::string_view, const bool& value) { writer_.boolean(value); }
    template <class T>
        requires(std::unsigned_integral<T> && !std::same_as<T, bool>)
    void operator()(std::string_view, const T& value) { writer_.uint(value); }
    template <class T>
        requires std::is_enum_v<T>
    void operator()(std::string_view, const T& value) { writer_.uint(static_cast<std::uint64_t>(value)); }
    template <std::size_t N, class Tag>
    void operator()(std::string_view, const base::FixedBytes<N, Tag>& value) { writer_.bytes(value.view()); }
    void operator()(std::string_view, const crypto::PublicKey& key) {
        writer_.array(2).integer(static_cast<std::int64_t>(key.algorithm)).bytes(key.point.view());
    }
    void operator()(std::string_view, const types::Validator& value) { types::write(writer_, value); }
    template <class T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value) (*this)(name, *value);
        else writer_.null();
    }
    template <class T>
    void operator()(std::string_view name, const std::vector<T>& values, std::size_t) {
        writer_.array(values.size());
        for (const auto& value : values) (*this)(name, value);
    }
    template <Described T>
    void operator()(std::string_view, const T& value) {
        writer_.array(field_count(value));
        T::fields(*this, value);
    }
    [[nodiscard]] base::cbor::Writer& writer() noexcept { return writer_; }

private:
    base::cbor::Writer writer_;
};

/// How deep described structs may nest (provisions): the reader recurses no further.
inline constexpr std::size_t kMaxNesting = 12;

class FieldReader {
public:
    explicit FieldReader(BytesView input) noexcept : reader_(input) {}

    void operator()(std::string_view name, std::string& value, std::size_t max_size = kMaxId) { value = reader_.text(max_size, name); }
    void operator()(std::string_view name, Bytes& value, std::size_t max_size) { value = base::to_bytes(reader_.bytes(max_size, name)); }
    void operator()(std::string_view name, std::vector<std::string>& values, std::size_t max_items, std::size_t max_size = kMaxId) {
        const std::size_t items = reader_.array(max_items, name);
        for (std::size_t i = 0; i < items && reader_.ok(); ++i) values.emplace_back(reader_.text(max_size, name));
    }
    void operator()(std::string_view name, bool& value) { value = reader_.boolean(name); }
    template <class T>
        requires(std::unsigned_integral<T> && !std::same_as<T, bool>)
    void operator()(std::string_view name, T& value) {
        value = static_cast<T>(reader_.uint_at_most(std::numeric_limits<T>::max(), name));
    }
    /// `last_of(T)` is the highest enumerator; enumerations have no gaps but their start (`first_of` defaults to 0).
    template <class T>
        requires std::is_enum_v<T>
    void operator()(std::string_view name, T& value) {
        value = static_cast<T>(reader_.uint_at_most(static_cast<std::uint64_t>(last_of(T{})), name));
    }
    template <std::size_t N, class Tag>
    void operator()(std::string_view name, base::FixedBytes<N, Tag>& value) {
        value = reader_.template fixed<base::FixedBytes<N, Tag>>(name);
    }
    void operator()(std::string_view name, crypto::PublicKey& key) {
        reader_.array_of(2, name);
        const std::int64_t algorithm = reader_.integer(name);
        if (reader_.ok() && algorithm != static_cast<std::int64_t>(crypto::Algorithm::es256) &&
            algorithm != static_cast<std::int64_t>(crypto::Algorithm::es256k))
            reader_.fail(ErrorCode::unsupported, "the key's algorithm must be -7 (ES256) or -47 (ES256K)", name);
        key.algorithm = static_cast<crypto::Algorithm>(algorithm);
        key.point = reader_.fixed<crypto::CompressedPoint>(name);
    }
    void operator()(std::string_view, types::Validator& value) { value = types::read_validator(reader_); }
    template <class T>
    void operator()(std::string_view name, std::optional<T>& value) {
        if (reader_.maybe_null()) value.reset();
        else (*this)(name, value.emplace());
    }
    template <class T>
    void operator()(std::string_view name, std::vector<T>& values, std::size_t max_items) {
        const std::size_t items = reader_.array(max_items, name);
        for (std::size_t i = 0; i < items && reader_.ok(); ++i) (*this)(name, values.emplace_back());
    }
    template <Described T>
    void operator()(std::string_view name, T& value) {
        if (++nesting_ > kMaxNesting) reader_.fail(ErrorCode::too_large, "nested too deeply", name);
        if (reader_.ok()) {
            reader_.array_of(field_count(value), name);
            if (reader_.ok()) T::fields(*this, value);
        }
        --nesting_;
    }
    [[nodiscard]] base::cbor::Reader& reader() noexcept { return reader_; }

private:
    base::cbor::Reader reader_;
    std::size_t nesting_ = 0;
};

/// The canonical CBOR of a command, entry or receipt detail.
template <Described T>
[[nodiscard]] Bytes encode(const T& value) {
    FieldWriter writer;
    writer({}, value);
    return std::move(writer.writer()).take();
}

/// The reverse; refuses anything but exactly one canonical item of T's shape. `decode<EnrolActor>(bytes)`.
template <Described T>
[[nodiscard]] Result<T> decode(BytesView bytes) {
    FieldReader reader(bytes);
    T value;
    reader("", value);
    PLACET_TRY(reader.reader().finish());
    return value;
}

}  // namespace placet::contracts
