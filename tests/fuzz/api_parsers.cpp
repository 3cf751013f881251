// Fuzzes what REST reads from strangers: request and response heads, queries' percent-encoding, JSON, base64, requests for access.
// Properties: no crash, no growth beyond the input's order, and base64 has one text per value.
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "api/dto/receipt.hpp"
#include "api/dto/request.hpp"
#include "api/http/head.hpp"
#include "api/routes/table.hpp"

using namespace placet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto head = api::http::parse_head(text)) {
        if (head->request.headers.size() > api::http::kMaxHeaders || head->request.path.empty()) std::abort();
        static_cast<void>(api::routes::match(head->request.method, head->request.path));
    }
    static_cast<void>(api::http::parse_response_head(text));
    static_cast<void>(api::http::percent_decode(text));
    static_cast<void>(api::dto::parse_json(text));
    static_cast<void>(api::dto::receipt_from_json(text));
    static_cast<void>(api::dto::request_from_json(text));
    if (const auto bytes = api::dto::from_base64(text))
        if (api::dto::to_base64(*bytes) != text) std::abort();
    return 0;
}
