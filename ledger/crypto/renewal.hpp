// Another certificate for a TLS key that there is: who is pinned is pinned by the key, so peers and clients go on as
// before. Needed when a certificate ends or its file is damaged. Implemented in certificate.cpp, beside the making of
// the first one.
#pragma once

#include "ledger/crypto/certificate.hpp"

namespace placet::crypto {

/// The certificate in PEM. `key_pem`: CertificateAndKey::key_pem; malformed if it holds no private key; errors of
/// make_certificate.
[[nodiscard]] base::Result<std::string> certificate_for(std::string_view key_pem, const CertificateRequest& request);

}  // namespace placet::crypto
