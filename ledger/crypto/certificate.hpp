// Self-signed TLS certificates, and the hash by which they are pinned. There is no certification authority: a peer is
// who its SubjectPublicKeyInfo says, so all that is read from a certificate is that key and the end of its validity.
// Used by network, api and cli; OpenSSL stays in the .cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/time.hpp"

namespace placet::crypto {

/// SHA-256 of a certificate's SubjectPublicKeyInfo (RFC 7469 §2.4): how TLS peers and clients are pinned.
struct SpkiHashTag {};
using SpkiHash = base::FixedBytes<32, SpkiHashTag>;

struct CertificateRequest {
    std::string common_name;              ///< 1 to 64 characters
    std::vector<std::string> alt_names;   ///< host names and IP addresses; an IP address is recognised as one
    base::TimeMs not_before_ms = 0;       ///< the caller's clock; five minutes are taken off for peers whose clock is behind
    unsigned days = 825;
};

struct CertificateAndKey {
    std::string certificate_pem;
    std::string key_pem;  ///< PKCS#8, unencrypted: seal it (sealed_key.hpp) before it reaches a disk
    SpkiHash spki;
};

/// A new P-256 key and its self-signed certificate (X.509 v3, ECDSA with SHA-256), for servers and clients alike.
[[nodiscard]] base::Result<CertificateAndKey> make_certificate(const CertificateRequest& request);

/// Of the first certificate in the PEM text; malformed if there is none.
[[nodiscard]] base::Result<SpkiHash> spki_of_pem(std::string_view certificate_pem);
/// Of one X.509 certificate in DER, as TLS hands it over.
[[nodiscard]] base::Result<SpkiHash> spki_of_der(base::BytesView certificate);

/// When the first certificate in the PEM text ends (notAfter).
[[nodiscard]] base::Result<base::TimeMs> expiry_of_pem(std::string_view certificate_pem);

/// Refuses a key that is not the certificate's own (invalid_value), or text that is neither (malformed).
[[nodiscard]] base::Status check_key_pair(std::string_view certificate_pem, std::string_view key_pem);

}  // namespace placet::crypto
