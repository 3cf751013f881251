// The strict filter of heads. One pass over the lines; every refusal names the place and what to send instead.
#include "api/http/head.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace placet::api::http {
namespace {

struct Fields {
    std::size_t count = 0;
    std::optional<std::uint64_t> content_length;
    Framing::Connection connection = Framing::Connection::keep_alive;
    std::size_t hosts = 0;
    std::string_view host;
};

std::unexpected<HeadRefusal> no(unsigned status, std::string type, std::string field, std::string message) {
    return std::unexpected(HeadRefusal{status, std::move(type), std::move(field), std::move(message)});
}

/// RFC 9110 §5.6.2 tchar.
bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

/// RFC 9110 §5.5: visible ASCII, blanks and obs-text; no other control character.
bool is_field_value(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet == '\t' || (octet >= 0x20 && octet != 0x7f);
    });
}

/// RFC 3986: what may stand in a path and query. A fragment, a space or an octet above 0x7e may not.
bool is_target(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        return c > 0x20 && c < 0x7f && std::string_view("\"#<>\\^`{|}").find(c) == std::string_view::npos;
    });
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// `lower` is in lower case already.
bool is_word(std::string_view text, std::string_view lower) noexcept {
    return std::ranges::equal(text, lower,
                              [](char c, char wanted) { return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == wanted; });
}

/// Takes the next CRLF-ended line off `rest`; a bare CR or LF inside it is refused.
std::expected<std::string_view, HeadRefusal> next_line(std::string_view& rest) {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos)
        return no(400, "malformed_head", "", "a line of the request head does not end in CRLF");
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
        return no(400, "malformed_head", "", "a bare CR, LF or NUL stands in the request head");
    return line;
}

std::expected<std::uint64_t, HeadRefusal> parse_length(std::string_view value) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    const bool digits = !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || error == std::errc::invalid_argument || end != value.data() + value.size())
        return no(400, "content_length_refused", "Content-Length", "Content-Length must be one decimal number");
    if (error != std::errc{} || length > UINT64_MAX / 2)
        return no(413, "too_large", "Content-Length", "the body is larger than this server takes");
    return length;
}

std::expected<void, HeadRefusal> take_connection(std::string_view value, Fields& fields) {
    for (std::size_t begin = 0; begin <= value.size();) {
        const std::size_t comma = std::min(value.find(',', begin), value.size());
        const std::string_view option = trimmed(value.substr(begin, comma - begin));
        if (is_word(option, "close")) fields.connection = Framing::Connection::close;
        if (is_word(option, "upgrade"))
            return no(400, "upgrade_refused", "Connection", "this server does not upgrade connections");
        begin = comma + 1;
    }
    return {};
}

/// The headers that decide where a message ends and to whom it is meant.
std::expected<void, HeadRefusal> take_framing(std::string_view name, std::string_view value, Fields& fields) {
    if (is_word(name, "transfer-encoding"))
        return no(400, "transfer_encoding_refused", "Transfer-Encoding",
                  "send the body with Content-Length: no Transfer-Encoding is taken");
    if (is_word(name, "te") || is_word(name, "trailer"))
        return no(400, "transfer_encoding_refused", is_word(name, "te") ? "TE" : "Trailer",
                  "trailers and transfer codings are not taken");
    if (is_word(name, "upgrade"))
        return no(400, "upgrade_refused", "Upgrade", "this server does not upgrade connections");
    if (is_word(name, "expect"))
        return no(417, "expect_refused", "Expect", "send the body at once: Expect is not taken");
    if (is_word(name, "content-encoding") && value != "identity")
        return no(415, "content_encoding_refused", "Content-Encoding", "compressed bodies are not taken");
    if (is_word(name, "connection")) return take_connection(value, fields);
    if (is_word(name, "host") && ++fields.hosts == 1) fields.host = value;
    if (is_word(name, "content-length")) {
        if (fields.content_length)
            return no(400, "content_length_refused", "Content-Length", "Content-Length is given more than once");
        auto length = parse_length(value);
        if (!length) return std::unexpected(std::move(length).error());
        fields.content_length = *length;
    }
    return {};
}

std::expected<Fields, HeadRefusal> check_fields(std::string_view rest) {
    Fields fields;
    while (true) {
        const auto line = next_line(rest);
        if (!line) return std::unexpected(line.error());
        if (line->empty()) break;
        if (line->front() == ' ' || line->front() == '\t')
            return no(400, "obsolete_folding", "",
                      "a header continues on the next line: folding is obsolete and refused");
        const std::size_t colon = line->find(':');
        if (colon == std::string_view::npos) return no(400, "malformed_header", "", "a header has no colon");
        const std::string_view name = line->substr(0, colon);
        if (!is_token(name))
            return no(400, "malformed_header", "", "a header's name has a character that names may not have");
        const std::string_view value = trimmed(line->substr(colon + 1));
        if (!is_field_value(value))
            return no(400, "malformed_header", std::string(name), "a header's value has a control character");
        if (fields.count == kMaxHeaders)
            return no(431, "too_many_headers", "", "at most " + std::to_string(kMaxHeaders) + " headers are taken");
        ++fields.count;
        if (auto framing = take_framing(name, value, fields); !framing)
            return std::unexpected(std::move(framing).error());
    }
    if (!rest.empty()) return no(400, "malformed_head", "", "octets after the end of the head");
    return fields;
}

std::expected<void, HeadRefusal> check_request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return no(400, "malformed_request_line", "",
                  "a request begins with method, target and version, one blank between them");
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1") {
        const bool http = version.starts_with("HTTP/");
        return no(http ? 505 : 400, http ? "http_version_refused" : "malformed_request_line", "version",
                  "this server speaks HTTP/1.1 only");
    }
    const bool upper = std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (method.empty() || method.size() > 16 || !upper)
        return no(400, "malformed_request_line", "method", "not a method in upper case");
    if (target.empty() || target.front() != '/' || !is_target(target))
        return no(400, "target_refused", "target", "the target must be a path that begins with '/' (origin-form)");
    if (target.size() > kMaxTargetBytes)
        return no(414, "target_too_long", "target", "a target has at most 4096 octets");
    return {};
}

}  // namespace

std::expected<Framing, HeadRefusal> check_request_head(std::string_view text) {
    const auto line = next_line(text);
    if (!line) return std::unexpected(line.error());
    if (auto ok = check_request_line(*line); !ok) return std::unexpected(std::move(ok).error());
    auto fields = check_fields(text);
    if (!fields) return std::unexpected(std::move(fields).error());
    if (fields->hosts != 1)
        return no(400, "host_refused", "Host",
                  fields->hosts == 0 ? "the Host header is missing" : "the Host header is given more than once");
    if (fields->host.empty() || fields->host.find_first_of(" \t,/@") != std::string_view::npos)
        return no(400, "host_refused", "Host", "Host must be one host name with an optional port");
    return Framing{fields->content_length.value_or(0), fields->count, fields->connection};
}

base::Result<Framing> check_response_head(std::string_view text) {
    const auto malformed = [](std::string message) {
        return base::refuse(base::ErrorCode::malformed, "the server's answer: " + message);
    };
    const auto line = next_line(text);
    if (!line) return malformed(line.error().message);
    // "HTTP/1.1 200 OK"
    if (!line->starts_with("HTTP/1.1 ") || line->size() < 12) return malformed("not HTTP/1.1");
    unsigned status = 0;
    const auto [end, error] = std::from_chars(line->data() + 9, line->data() + 12, status);
    if (error != std::errc{} || end != line->data() + 12 || status < 100) return malformed("no status code");
    auto fields = check_fields(text);
    if (!fields) return malformed(fields.error().message);
    if (!fields->content_length && status != 204 && status != 304) return malformed("no Content-Length");
    return Framing{fields->content_length.value_or(0), fields->count, fields->connection};
}

}  // namespace placet::api::http
