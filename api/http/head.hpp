// The strict filter in front of the HTTP library's parser, which frames more laxly than is safe: it reads nothing into
// fields, but says whether a complete head is HTTP/1.1 in origin-form with exactly one Host and at most one numeric
// Content-Length, and refuses whatever two servers could read differently: any Transfer-Encoding, repeated or listed
// lengths, obs-fold, bare CR or LF, Upgrade, Expect, blanks before the colon (RFC 9112 §2.2, §5.1, §6.1, §6.3). Total,
// bounded, without allocation unless it refuses; fuzzed.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace placet::api::http {

inline constexpr std::size_t kMaxHeaders = 64;
inline constexpr std::size_t kMaxTargetBytes = 4096;

/// Where the message ends, and whether another may follow.
struct Framing {
    std::uint64_t content_length = 0;
    std::size_t headers = 0;
    enum class Connection : std::uint8_t { keep_alive, close } connection = Connection::keep_alive;
};

/// Why a head is refused, and with what status.
struct HeadRefusal {
    unsigned status = 400;
    std::string type;   ///< problem type: "transfer_encoding_refused"
    std::string field;  ///< header or part of the request line
    std::string message;
};

/// `head` ends with its CRLF CRLF.
[[nodiscard]] std::expected<Framing, HeadRefusal> check_request_head(std::string_view head);

/// The same grammar for a response's head, which has a Content-Length unless its status is 204 or 304.
[[nodiscard]] base::Result<Framing> check_response_head(std::string_view head);

}  // namespace placet::api::http
