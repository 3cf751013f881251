// Problem details, written by hand: this room knows no JSON library.
#include "api/http/problem.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::api::http {
namespace {

/// Length of the valid UTF-8 sequence at the beginning of `text`, or 0.
std::size_t utf8_length(std::string_view text) noexcept {
    for (std::size_t size = 1; size <= 4 && size <= text.size(); ++size)
        if (base::cbor::is_utf8(base::as_bytes(text.substr(0, size)))) return size;
    return 0;
}

void member(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out += ',';
    out += json_quoted(name);
    out += ':';
    out += json_quoted(value);
}

}  // namespace

std::string json_quoted(std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out = "\"";
    while (!text.empty()) {
        const auto octet = static_cast<unsigned char>(text.front());
        std::size_t used = 1;
        if (octet == '"' || octet == '\\') {
            out += '\\';
            out += text.front();
        } else if (octet < 0x20 || octet == 0x7f) {
            out += "\\u00";
            out += kDigits[octet >> 4];
            out += kDigits[octet & 15];
        } else if (octet < 0x80) {
            out += text.front();
        } else if (const std::size_t size = utf8_length(text); size > 0) {
            out += text.substr(0, size);
            used = size;
        } else {
            out += "\xef\xbf\xbd";
        }
        text.remove_prefix(used);
    }
    return out + '"';
}

Response to_response(const Problem& problem) {
    std::string body = "{\"type\":" + json_quoted(std::string(kProblemPrefix) + problem.kind);
    member(body, "title", reason_phrase(problem.status));
    body += ",\"status\":" + std::to_string(problem.status);
    member(body, "detail", problem.detail);
    member(body, "field", problem.field);
    member(body, "request_id", problem.request_id);
    member(body, "transaction", problem.transaction);
    Response response = text_response(problem.status, "application/problem+json", body + "}\n");
    response.set("Cache-Control", "no-store");
    return response;
}

}  // namespace placet::api::http
