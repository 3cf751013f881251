// Self-signed certificates: what is made reads back, and what does not belong together is refused.
#include <catch2/catch.hpp>

#include "ledger/crypto/certificate.hpp"

using namespace placet;
using base::ErrorCode;

TEST_CASE("a certificate made here names its key, its end, and belongs to its key only") {
    const auto made = crypto::make_certificate({"hospital-a", {"localhost", "127.0.0.1", "::1"}, 1795478400000ULL, 30});
    REQUIRE(made.has_value());
    CHECK(crypto::spki_of_pem(made->certificate_pem).value() == made->spki);
    CHECK(crypto::expiry_of_pem(made->certificate_pem).value() == 1795478400000ULL + 30 * 86400000ULL);
    CHECK(crypto::check_key_pair(made->certificate_pem, made->key_pem).has_value());
    const auto other = crypto::make_certificate({"hospital-b", {}, 1795478400000ULL, 30});
    REQUIRE(other.has_value());
    CHECK(other->spki != made->spki);
    CHECK(crypto::check_key_pair(made->certificate_pem, other->key_pem).error().code == ErrorCode::invalid_value);
}

TEST_CASE("a request for a certificate that could not mean what it says is refused") {
    CHECK(crypto::make_certificate({"", {}, 0, 30}).error().field == "common_name");
    CHECK(crypto::make_certificate({"a", {}, 0, 0}).error().field == "days");
    CHECK(crypto::make_certificate({"a", {"x,DNS:evil"}, 0, 30}).error().field == "alt_names");
    CHECK_FALSE(crypto::spki_of_pem("nothing").has_value());
    CHECK_FALSE(crypto::expiry_of_pem("").has_value());
    CHECK_FALSE(crypto::spki_of_der(base::as_bytes("nothing")).has_value());
    CHECK(crypto::check_key_pair("x", "y").error().code == ErrorCode::malformed);
}
