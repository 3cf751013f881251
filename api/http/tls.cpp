// TLS contexts.
#include "api/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace placet::api::http {
namespace {

using base::ErrorCode;
using base::refuse;
using base::Result;

constexpr long kMaxCertificateBytes = 16 * 1024;

struct FreeBio {
    void operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
};
struct FreeCertificate {
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
struct FreeKey {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

base::Status use_certificate(SSL_CTX* context, const std::string& certificate_pem, const std::string& key_pem) {
    PLACET_TRY(crypto::check_key_pair(certificate_pem, key_pem));
    const Bio certificate_in(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
    const Bio key_in(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
    const std::unique_ptr<X509, FreeCertificate> certificate(PEM_read_bio_X509(certificate_in.get(), nullptr, nullptr, nullptr));
    const std::unique_ptr<EVP_PKEY, FreeKey> key(PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
    if (!certificate || !key || SSL_CTX_use_certificate(context, certificate.get()) != 1 || SSL_CTX_use_PrivateKey(context, key.get()) != 1)
        return refuse(ErrorCode::invalid_value, "TLS does not take this certificate and key: " + tls_error(), "certificate");
    return {};
}

/// There is no chain to build: the handshake proves the key, and the key is what is known. Only the dates are looked at.
int check_dates(X509_STORE_CTX* store, void*) {
    const X509* certificate = X509_STORE_CTX_get0_cert(store);
    if (certificate == nullptr) return 1;
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_HAS_EXPIRED);
        return 0;
    }
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
        X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_NOT_YET_VALID);
        return 0;
    }
    return 1;
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size, void*) {
    static constexpr unsigned char kOurs[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

Result<TlsContext> make_context(const SSL_METHOD* method) {
    TlsContext context(SSL_CTX_new(method));
    if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1)
        return refuse(ErrorCode::internal, "OpenSSL cannot make a TLS 1.3 context: " + tls_error());
    SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_cert_list(context.get(), kMaxCertificateBytes);
    SSL_CTX_set_cert_verify_callback(context.get(), check_dates, nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    return context;
}

}  // namespace

Result<TlsContext> make_server_context(const std::string& certificate_pem, const std::string& key_pem) {
    PLACET_TRY_ASSIGN(TlsContext context, make_context(TLS_server_method()));
    PLACET_TRY(use_certificate(context.get(), certificate_pem, key_pem));
    SSL_CTX_set_num_tickets(context.get(), 0);
    SSL_CTX_set_max_early_data(context.get(), 0);
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    return context;
}

Result<TlsContext> make_client_context(const std::string& certificate_pem, const std::string& key_pem) {
    PLACET_TRY_ASSIGN(TlsContext context, make_context(TLS_client_method()));
    if (!certificate_pem.empty()) PLACET_TRY(use_certificate(context.get(), certificate_pem, key_pem));
    return context;
}

std::optional<crypto::SpkiHash> peer_spki(const SSL* tls) {
    const std::unique_ptr<X509, FreeCertificate> certificate(SSL_get1_peer_certificate(tls));
    if (!certificate) return std::nullopt;
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate.get(), &der);
    if (size <= 0) return std::nullopt;
    const auto spki = crypto::spki_of_der(base::BytesView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return spki.has_value() ? std::optional(*spki) : std::nullopt;
}

std::string tls_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "no reason given";
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "OpenSSL error " + std::to_string(code);
}

}  // namespace placet::api::http
