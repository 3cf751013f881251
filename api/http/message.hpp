// A request and its response as plain values: what handlers see of HTTP. Nothing of a socket, TLS or a library is here,
// so a handler is tested by calling it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/crypto/certificate.hpp"

namespace placet::api::http {

struct Header {
    std::string name;   ///< in lower case in requests
    std::string value;  ///< without surrounding blanks
    bool operator==(const Header&) const = default;
};

/// Who is at the other end, as far as TLS proves it.
struct Peer {
    std::string address;                    ///< textual IP address without port, for quotas and logs
    std::optional<crypto::SpkiHash> spki;   ///< of the client certificate whose key the client has proved to hold
};

struct Request {
    std::string method;           ///< "GET", "POST", …; a token in upper case
    std::string path;             ///< origin-form up to '?', still percent-encoded: "/v1/blocks/7"
    std::string query;            ///< after '?', still percent-encoded; empty if none
    std::vector<Header> headers;  ///< as received, repeated ones together; names in lower case
    base::Bytes body;
    Peer peer;
    std::string request_id;  ///< given by the server; 32 hexadecimal digits

    /// The value of the first header of this (lower-case) name, or an empty view.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

struct Response {
    unsigned status = 200;
    std::vector<Header> headers;  ///< Content-Length, Date and Connection are the server's own
    base::Bytes body;

    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;  ///< case-insensitive
    void set(std::string name, std::string value);                                ///< replaces a header of that name
};

/// A response with a body of text: `content_type` as given.
[[nodiscard]] Response text_response(unsigned status, std::string_view content_type, std::string_view body);

/// The words of a status code ("Not Found"); "Unknown" for one we never send.
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

/// Percent-decodes a path segment or query component ('+' stays '+'). Refuses bad escapes and text that is not UTF-8.
[[nodiscard]] base::Result<std::string> percent_decode(std::string_view text);
/// Percent-encodes all but RFC 3986's unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace placet::api::http
