// TLS 1.3 by OpenSSL for server and client: contexts with nothing optional on, and certificates taken for the key they
// carry. No resumption, tickets, early data or compression: every connection proves its key afresh.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "ledger/base/error.hpp"
#include "ledger/crypto/certificate.hpp"

namespace placet::api::http {

struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
struct FreeTls {
    void operator()(SSL* tls) const noexcept { SSL_free(tls); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;
using Tls = std::unique_ptr<SSL, FreeTls>;

/// Asks for a client certificate without demanding one; an expired one is refused, any other is taken for its key.
[[nodiscard]] base::Result<TlsContext> make_server_context(const std::string& certificate_pem, const std::string& key_pem);
/// With a client certificate if `certificate_pem` is not empty. The caller compares the server's key (peer_spki).
[[nodiscard]] base::Result<TlsContext> make_client_context(const std::string& certificate_pem, const std::string& key_pem);

/// Of the peer's certificate, after the handshake; none if it showed none.
[[nodiscard]] std::optional<crypto::SpkiHash> peer_spki(const SSL* tls);

/// The last OpenSSL error in words; clears the queue.
[[nodiscard]] std::string tls_error();

}  // namespace placet::api::http
