// The strict filter of heads: what two servers could read differently is refused (security.md, trap 2).
#include "api/http/head.hpp"

#include <catch2/catch.hpp>

#include "api/http/message.hpp"

using namespace placet::api::http;

namespace {

std::string head(const std::string& headers, const std::string& line = "GET /v1/status HTTP/1.1") {
    return line + "\r\n" + headers + "\r\n";
}

std::string refusal(const std::string& text) {
    const auto framing = check_request_head(text);
    return framing ? "accepted" : framing.error().type;
}

}  // namespace

TEST_CASE("a plain request head says where its message ends") {
    const auto framing = check_request_head(
        head("Host: ledger.example:8443\r\nX-Thing:  a b \r\nContent-Length: 5\r\n", "POST /v1/x?y=1&z=%20 HTTP/1.1"));
    REQUIRE(framing.has_value());
    CHECK(framing->content_length == 5);
    CHECK(framing->headers == 3);
    CHECK(framing->connection == Framing::Connection::keep_alive);
    CHECK(check_request_head(head("Host: a\r\nConnection: x, CLOSE\r\n")).value().connection ==
          Framing::Connection::close);
}

TEST_CASE("every way of framing a body that is not one decimal Content-Length is refused") {
    for (const char* coding : {"chunked", "identity", "xchunked", "chunked, identity", "gzip", "", "Chunked"})
        CHECK(refusal(head("Host: a\r\nTransfer-Encoding: " + std::string(coding) + "\r\n")) ==
              "transfer_encoding_refused");
    for (const char* length : {"4, 4", "+4", "-1", "0x4", "4 4", "", "4.0", "18446744073709551616x"})
        CHECK(refusal(head("Host: a\r\nContent-Length: " + std::string(length) + "\r\n")) == "content_length_refused");
    CHECK(refusal(head("Host: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n")) == "content_length_refused");
    CHECK(refusal(head("Host: a\r\nContent-Length: 99999999999999999999\r\n")) == "too_large");
    CHECK(refusal(head("Host: a\r\nTrailer: x\r\n")) == "transfer_encoding_refused");
}

TEST_CASE("lines that servers read differently are refused") {
    CHECK(refusal(head("Host: a\r\nX: b\r\n folded\r\n")) == "obsolete_folding");
    CHECK(refusal(head("Host: a\r\nX : b\r\n")) == "malformed_header");
    CHECK(refusal(head("Host: a\r\nno colon\r\n")) == "malformed_header");
    CHECK(refusal(head("Host: a\r\nX: a\nY: b\r\n")) == "malformed_head");
    CHECK(refusal(head("Host: a\r\nX: a\rb\r\n")) == "malformed_head");
    CHECK(refusal(head(std::string("Host: a\r\nX: a\0b\r\n", 18))) == "malformed_head");
    CHECK(refusal(head("Host: a\r\n: b\r\n")) == "malformed_header");
    CHECK(refusal(head("Host: a\r\nX: \x01\r\n")) == "malformed_header");
}

TEST_CASE("there is exactly one plain Host") {
    CHECK(refusal(head("")) == "host_refused");
    CHECK(refusal(head("Host: a\r\nHost: a\r\n")) == "host_refused");
    CHECK(refusal(head("Host: \r\n")) == "host_refused");
    CHECK(refusal(head("Host: a, b\r\n")) == "host_refused");
    CHECK(refusal(head("Host: user@a\r\n")) == "host_refused");
}

TEST_CASE("the request line is HTTP/1.1 in origin-form") {
    const auto line = [](const std::string& text) { return refusal(text + "\r\nHost: a\r\n\r\n"); };
    CHECK(line("GET / HTTP/1.1") == "accepted");
    CHECK(line("GET / HTTP/1.0") == "http_version_refused");
    CHECK(line("GET / HTTP/2.0") == "http_version_refused");
    CHECK(line("GET /") == "malformed_request_line");
    CHECK(line("GET  / HTTP/1.1") == "target_refused");
    CHECK(line("get / HTTP/1.1") == "malformed_request_line");
    CHECK(line("GET http://a/ HTTP/1.1") == "target_refused");
    CHECK(line("OPTIONS * HTTP/1.1") == "target_refused");
    CHECK(line("CONNECT a:443 HTTP/1.1") == "target_refused");
    CHECK(line("GET /#f HTTP/1.1") == "target_refused");
    CHECK(line("GET /\xc3\xa4 HTTP/1.1") == "target_refused");
    CHECK(line("GET /" + std::string(5000, 'a') + " HTTP/1.1") == "target_too_long");
}

TEST_CASE("upgrades, expectations, compressed bodies and crowds of headers are refused") {
    CHECK(refusal(head("Host: a\r\nUpgrade: h2c\r\n")) == "upgrade_refused");
    CHECK(refusal(head("Host: a\r\nConnection: keep-alive, Upgrade\r\n")) == "upgrade_refused");
    CHECK(refusal(head("Host: a\r\nExpect: 100-continue\r\n")) == "expect_refused");
    CHECK(refusal(head("Host: a\r\nContent-Encoding: gzip\r\n")) == "content_encoding_refused");
    std::string many = "Host: a\r\n";
    for (int i = 0; i < 63; ++i) many += "X: y\r\n";
    CHECK(refusal(head(many)) == "accepted");
    CHECK(refusal(head(many + "X: y\r\n")) == "too_many_headers");
}

TEST_CASE("no prefix, suffix or flipped octet of a head is read as something longer than it is") {
    const std::string whole = head("Host: a\r\nContent-Length: 3\r\n", "POST /v1/transactions HTTP/1.1");
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK(refusal(whole.substr(0, size)) != "accepted");
    CHECK(refusal(whole + "x") == "malformed_head");
    for (std::size_t i = 0; i < whole.size(); ++i)
        for (int bit = 0; bit < 8; ++bit) {
            std::string flipped = whole;
            flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
            const auto framing = check_request_head(flipped);
            if (framing) CHECK(framing->headers <= 2);
        }
}

TEST_CASE("percent-decoding is strict and encoding reverses it") {
    CHECK(percent_decode("a%20b+c").value() == "a b+c");
    CHECK_FALSE(percent_decode("%2").has_value());
    CHECK_FALSE(percent_decode("%zz").has_value());
    CHECK_FALSE(percent_decode("%ff").has_value());
    CHECK(percent_decode(percent_encode("gew\xc3\xb6hnlich/@?")).value() == "gew\xc3\xb6hnlich/@?");
}
