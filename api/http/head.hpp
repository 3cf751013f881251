// The strict reader of a request head: the only HTTP grammar of the server. It takes HTTP/1.1 in origin-form with exactly
// one Host and at most one numeric Content-Length, and refuses whatever two servers could read differently: any
// Transfer-Encoding, repeated or listed lengths, obs-fold, bare CR or LF, Upgrade, Expect, blanks before the colon
// (RFC 9112 §2.2, §5.1, §6.1, §6.3). Total and bounded; fuzzed.
#pragma once

#include <cstdint>
#include <string_view>

#include "api/http/message.hpp"
#include "ledger/base/error.hpp"

namespace placet::api::http {

inline constexpr std::size_t kMaxHeaders = 64;
inline constexpr std::size_t kMaxTargetBytes = 4096;

struct Head {
    Request request;                   ///< method, path, query, headers
    std::uint64_t content_length = 0;
    enum class Connection : std::uint8_t { keep_alive, close } connection = Connection::keep_alive;
};

/// Why a head is refused, and with what status.
struct HeadRefusal {
    unsigned status = 400;
    std::string type;     ///< problem type: "transfer_encoding_refused"
    std::string field;    ///< header or part of the request line
    std::string message;
};

/// `head` ends with its CRLF CRLF.
[[nodiscard]] std::expected<Head, HeadRefusal> parse_head(std::string_view head);

/// The same grammar for a response's head: status, headers, content length (which must be there unless the status is 204).
struct ResponseHead {
    Response response;
    std::uint64_t content_length = 0;
    Head::Connection connection = Head::Connection::keep_alive;
};
[[nodiscard]] base::Result<ResponseHead> parse_response_head(std::string_view head);

}  // namespace placet::api::http
