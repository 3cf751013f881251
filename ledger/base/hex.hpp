// Lower-case hexadecimal, the one textual form of hashes, keys and ids at every edge.
#pragma once

#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::base {

[[nodiscard]] std::string to_hex(BytesView bytes);

/// Refuses odd lengths, upper case and anything that is not [0-9a-f] (malformed): one text per value.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

/// As from_hex, and refuses any other length than T::kSize.
template <class T>
[[nodiscard]] Result<T> fixed_from_hex(std::string_view text) {
    PLACET_TRY_ASSIGN(Bytes bytes, from_hex(text));
    if (bytes.size() != T::kSize)
        return refuse(ErrorCode::malformed,
                      "expected " + std::to_string(2 * T::kSize) + " hexadecimal digits, got " + std::to_string(text.size()));
    return T::copy_of(bytes);
}

}  // namespace placet::base
