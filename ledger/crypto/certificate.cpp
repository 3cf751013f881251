// Certificates over OpenSSL 3: EVP and X509 only, no ENGINE, no low-level EC (security.md, trap 5).
#include "ledger/crypto/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "ledger/crypto/hash.hpp"
#include "ledger/crypto/random.hpp"
#include "ledger/crypto/renewal.hpp"

namespace placet::crypto {
namespace {

using base::ErrorCode;
using base::refuse;
using base::Result;

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* object) const noexcept { Free(object); }
};
void free_bio(BIO* bio) { BIO_free_all(bio); }
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION, X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO, free_bio>>;

constexpr long kClockSkewSeconds = 300;
constexpr unsigned kMaxDays = 36500;

std::unexpected<base::Error> failed(const char* what) {
    return refuse(ErrorCode::internal, std::string("OpenSSL could not ") + what);
}

/// Refuses what would change the meaning of the extension's text: only letters, digits, '.', '-', ':' and '*'.
Result<std::string> alt_name_text(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        const bool plain = !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](unsigned char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '*';
        });
        if (!plain) return refuse(ErrorCode::invalid_value, "not a host name or IP address: " + name, "alt_names");
        unsigned char address[16];
        const bool is_address = inet_pton(AF_INET, name.c_str(), address) == 1 || inet_pton(AF_INET6, name.c_str(), address) == 1;
        if (!out.empty()) out += ',';
        out += (is_address ? "IP:" : "DNS:") + name;
    }
    return out;
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    base::Bytes serial = random_bytes(16);
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7f) | 0x40);  // positive and of one length (RFC 5280 §4.1.2.2)
    std::unique_ptr<BIGNUM, Freer<BIGNUM, BN_free>> number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, const CertificateRequest& request) {
    const auto from = static_cast<std::time_t>(request.not_before_ms / 1000) - kClockSkewSeconds;
    const auto to = from + kClockSkewSeconds + static_cast<std::time_t>(request.days) * 86400;
    return ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr && ASN1_TIME_set(X509_getm_notAfter(certificate), to) != nullptr;
}

bool set_name(X509* certificate, const std::string& common_name) {
    X509_NAME* name = X509_get_subject_name(certificate);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 && X509_set_issuer_name(certificate, name) == 1;
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Certificate read_certificate(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

Key read_key(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    // An encrypted key must not ask on the terminal: the callback gives no passphrase.
    const auto no_passphrase = [](char*, int, int, void*) { return -1; };
    return Key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
}

Result<SpkiHash> spki_of(X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (size <= 0) return refuse(ErrorCode::malformed, "the certificate has no readable public key");
    const Hash hash = sha256(base::BytesView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return SpkiHash{hash.octets};
}

/// Self-signed, over the key's public part.
Result<Certificate> certificate_of(EVP_PKEY* key, const CertificateRequest& request) {
    if (request.common_name.empty() || request.common_name.size() > 64)
        return refuse(ErrorCode::invalid_value, "a common name has 1 to 64 characters", "common_name");
    if (request.days == 0 || request.days > kMaxDays)
        return refuse(ErrorCode::invalid_value, "a certificate lives 1 to 36500 days", "days");
    PLACET_TRY_ASSIGN(const std::string alt_names, alt_name_text(request.alt_names));
    Certificate certificate(X509_new());
    X509* x509 = certificate.get();
    if (x509 == nullptr || X509_set_version(x509, X509_VERSION_3) != 1 || !set_serial(x509) ||
        !set_validity(x509, request) || !set_name(x509, request.common_name) || X509_set_pubkey(x509, key) != 1)
        return failed("fill in the certificate");
    if (!add_extension(x509, NID_basic_constraints, "critical,CA:FALSE") || !add_extension(x509, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(x509, NID_ext_key_usage, "serverAuth,clientAuth") ||
        (!alt_names.empty() && !add_extension(x509, NID_subject_alt_name, alt_names)))
        return failed("add the certificate's extensions");
    if (X509_sign(x509, key, EVP_sha256()) == 0) return failed("sign the certificate");
    return certificate;
}

Result<std::string> pem_of(X509* certificate) {
    const Bio out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return failed("write the certificate");
    return text_of(out.get());
}

std::unexpected<base::Error> no_certificate() {
    return refuse(ErrorCode::malformed, "no certificate in PEM (-----BEGIN CERTIFICATE-----) found");
}

}  // namespace

Result<CertificateAndKey> make_certificate(const CertificateRequest& request) {
    const Key key(EVP_EC_gen("P-256"));
    if (!key) return failed("make a key");
    const Bio key_out(BIO_new(BIO_s_secmem()));
    if (!key_out || PEM_write_bio_PKCS8PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return failed("write the key");
    PLACET_TRY_ASSIGN(const Certificate certificate, certificate_of(key.get(), request));
    PLACET_TRY_ASSIGN(std::string pem, pem_of(certificate.get()));
    PLACET_TRY_ASSIGN(const SpkiHash spki, spki_of(certificate.get()));
    return CertificateAndKey{std::move(pem), text_of(key_out.get()), spki};
}

Result<std::string> certificate_for(std::string_view key_pem, const CertificateRequest& request) {
    const Key key = read_key(key_pem);
    if (!key) return refuse(ErrorCode::malformed, "no private key in PEM found");
    PLACET_TRY_ASSIGN(const Certificate certificate, certificate_of(key.get(), request));
    return pem_of(certificate.get());
}

Result<SpkiHash> spki_of_pem(std::string_view certificate_pem) {
    const Certificate certificate = read_certificate(certificate_pem);
    if (!certificate) return no_certificate();
    return spki_of(certificate.get());
}

Result<SpkiHash> spki_of_der(base::BytesView der) {
    const unsigned char* data = der.data();
    const Certificate certificate(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
    if (!certificate || data != der.data() + der.size()) return refuse(ErrorCode::malformed, "not one X.509 certificate in DER");
    return spki_of(certificate.get());
}

Result<base::TimeMs> expiry_of_pem(std::string_view certificate_pem) {
    const Certificate certificate = read_certificate(certificate_pem);
    if (!certificate) return no_certificate();
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1)
        return refuse(ErrorCode::malformed, "the certificate's end of validity cannot be read");
    const std::time_t seconds = timegm(&end);
    return seconds < 0 ? base::TimeMs{0} : static_cast<base::TimeMs>(seconds) * 1000;
}

base::Status check_key_pair(std::string_view certificate_pem, std::string_view key_pem) {
    const Certificate certificate = read_certificate(certificate_pem);
    if (!certificate) return no_certificate();
    const Key key = read_key(key_pem);
    if (!key) return refuse(ErrorCode::malformed, "no unencrypted private key in PEM found", "key");
    if (X509_check_private_key(certificate.get(), key.get()) != 1)
        return refuse(ErrorCode::invalid_value, "the private key is not the certificate's own", "key");
    return {};
}

}  // namespace placet::crypto
