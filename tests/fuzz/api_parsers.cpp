// Fuzzes what REST reads from strangers: request and response heads, queries' percent-encoding, JSON, base64, requests
// for access. Properties: no crash, no growth beyond the input's order, a head that the filter takes and Beast takes
// too ends at the same octet for both with the same body to come, and base64 has one text per value.
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <nlohmann/json.hpp>

#include "api/dto/genesis.hpp"
#include "api/dto/json.hpp"
#include "api/dto/receipt.hpp"
#include "api/dto/request.hpp"
#include "api/http/head.hpp"
#include "api/http/message.hpp"
#include "api/routes/table.hpp"
#include "tests/fuzz/targets.hpp"

namespace placet::fuzz {

namespace {

namespace beast = boost::beast;

template <bool is_request>
void agree(std::string_view head, const api::http::Framing& framing) {
    require(framing.headers <= api::http::kMaxHeaders);
    beast::http::parser<is_request, beast::http::empty_body> parser;
    parser.header_limit(UINT32_MAX);
    parser.body_limit(boost::none);
    boost::system::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error) return;
    require(used == head.size() && parser.is_header_done() && !parser.chunked());
    require(parser.content_length().value_or(0) == framing.content_length);
    if constexpr (is_request)
        static_cast<void>(
            api::routes::match(std::string(parser.get().method_string()), std::string(parser.get().target())));
}

}  // namespace

std::vector<Bytes> api_parser_seeds() {
    std::vector<Bytes> out;
    for (const std::string_view text :
         {"POST /v1/transactions?x=%20 HTTP/1.1\r\nHost: a:1\r\nContent-Type: application/cbor\r\nPrefer: "
          "wait=5\r\nContent-Length: 12\r\n\r\n",
          "GET /v1/blocks/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
          "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
          "{\"transaction\":\"00\",\"height\":7,\"outcome\":{\"code\":\"enrolled\"}}",
          "[1,-2,3.5e7,\"\\u00e4\",null,true]", "cGxhY2V0", "a%2Fb+c"})
        out.push_back(base::to_bytes(text));
    return out;
}

void run_api_parsers(BytesView input) {
    const std::string_view text = base::as_text(input);
    if (const auto framing = api::http::check_request_head(text)) agree<true>(text, *framing);
    if (const auto framing = api::http::check_response_head(text)) agree<false>(text, *framing);
    static_cast<void>(api::http::percent_decode(text));
    static_cast<void>(api::dto::parse_json(text));
    static_cast<void>(api::dto::receipt_from_json(text));
    static_cast<void>(api::dto::request_from_json(text));
    static_cast<void>(api::dto::genesis_from_json(text));
    if (const auto bytes = api::dto::from_base64(text)) require(api::dto::to_base64(*bytes) == text);
}

}  // namespace placet::fuzz
