// Fuzzes what REST reads from strangers: request and response heads, queries' percent-encoding, JSON, base64, requests
// for access. Properties: no crash, no growth beyond the input's order, a head that the filter takes and Beast takes
// too ends at the same octet for both with the same body to come, and base64 has one text per value.
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "api/dto/receipt.hpp"
#include "api/dto/request.hpp"
#include "api/http/head.hpp"
#include "api/routes/table.hpp"

using namespace placet;

namespace {

namespace beast = boost::beast;

template <bool is_request>
void agree(std::string_view head, const api::http::Framing& framing) {
    if (framing.headers > api::http::kMaxHeaders) std::abort();
    beast::http::parser<is_request, beast::http::empty_body> parser;
    parser.header_limit(UINT32_MAX);
    parser.body_limit(boost::none);
    boost::system::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error) return;
    if (used != head.size() || !parser.is_header_done() || parser.chunked()) std::abort();
    if (parser.content_length().value_or(0) != framing.content_length) std::abort();
    if constexpr (is_request)
        static_cast<void>(
            api::routes::match(std::string(parser.get().method_string()), std::string(parser.get().target())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto framing = api::http::check_request_head(text)) agree<true>(text, *framing);
    if (const auto framing = api::http::check_response_head(text)) agree<false>(text, *framing);
    static_cast<void>(api::http::percent_decode(text));
    static_cast<void>(api::dto::parse_json(text));
    static_cast<void>(api::dto::receipt_from_json(text));
    static_cast<void>(api::dto::request_from_json(text));
    if (const auto bytes = api::dto::from_base64(text))
        if (api::dto::to_base64(*bytes) != text) std::abort();
    return 0;
}
