// Base64 (RFC 4648 §4, with padding): bytes in JSON, checkpoint texts and signed notes.
#pragma once

#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace placet::base {

[[nodiscard]] std::string to_base64(BytesView bytes);

/// Refuses missing padding, white space, other alphabets and non-zero bits behind the end (malformed): one text per value.
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

}  // namespace placet::base
