// Secrets are wiped as soon as they are sealed.
#include "cli/home/keyring.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::cli::home {

using base::Bytes;
using base::ErrorCode;
using base::refuse;

namespace {
struct Wiped {
    Bytes bytes;
    explicit Wiped(Bytes value) : bytes(std::move(value)) {}
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    ~Wiped() { crypto::wipe(bytes); }
};

base::Result<Bytes> open_secret(const std::filesystem::path& path, const Passphrase& passphrase) {
    PLACET_TRY_ASSIGN(const Bytes file, read_file(path, 64 * 1024));
    auto secret = crypto::open_key(file, passphrase.text());
    if (!secret) return refuse(secret.error().code, secret.error().message, path.string());
    return secret;
}
}  // namespace

crypto::ScryptCost scrypt_cost() {
    const char* wanted = std::getenv("PLACET_SCRYPT_LOG2N");
    const int log2_n = wanted ? std::atoi(wanted) : 15;
    return {.log2_n = static_cast<std::uint8_t>(std::clamp(log2_n, 10, 20))};
}

base::Result<crypto::PublicKey> generate_key(const std::filesystem::path& path, const std::string& purpose, crypto::Algorithm algorithm,
                                             const Passphrase& passphrase) {
    const crypto::SigningKey key = crypto::SigningKey::generate(algorithm);
    const Wiped secret(key.secret());
    const crypto::SealedKeyInfo info{purpose, algorithm == crypto::Algorithm::es256 ? "es256" : "es256k", crypto::to_text(key.public_key())};
    PLACET_TRY(create_private(path, crypto::seal_key(info, secret.bytes, passphrase.text(), scrypt_cost())));
    return key.public_key();
}

base::Result<crypto::ed25519::PublicKey> generate_note_key(const std::filesystem::path& path, const Passphrase& passphrase) {
    auto secret = crypto::random_fixed<crypto::ed25519::SecretKey>();
    const auto key = crypto::ed25519::public_key(secret);
    const crypto::SealedKeyInfo info{"note", "ed25519", base::to_hex(key.view())};
    const Bytes file = crypto::seal_key(info, secret.view(), passphrase.text(), scrypt_cost());
    crypto::wipe(secret.octets);
    PLACET_TRY(create_private(path, file));
    return key;
}

base::Status generate_symmetric_key(const std::filesystem::path& path, const std::string& purpose, const Passphrase& passphrase) {
    const Wiped secret(crypto::random_bytes(32));
    return create_private(path, crypto::seal_key({purpose, "aes-256-gcm", ""}, secret.bytes, passphrase.text(), scrypt_cost()));
}

base::Result<crypto::SpkiHash> generate_tls(const TlsFiles& files, const crypto::CertificateRequest& request, const Passphrase& passphrase) {
    PLACET_TRY_ASSIGN(crypto::CertificateAndKey made, crypto::make_certificate(request));
    const Wiped secret(base::to_bytes(made.key_pem));
    crypto::wipe({reinterpret_cast<std::uint8_t*>(made.key_pem.data()), made.key_pem.size()});
    const crypto::SealedKeyInfo info{"tls", "tls-pem", base::to_hex(made.spki.view())};
    PLACET_TRY(create_private(files.key_path, crypto::seal_key(info, secret.bytes, passphrase.text(), scrypt_cost())));
    PLACET_TRY(replace_file(files.certificate_path, base::as_bytes(made.certificate_pem)));
    return made.spki;
}

base::Result<crypto::SealedKeyInfo> read_info(const std::filesystem::path& path) {
    PLACET_TRY_ASSIGN(const Bytes file, read_file(path, 64 * 1024));
    auto info = crypto::read_key_info(file);
    if (!info) return refuse(info.error().code, "is no key file of Placet: " + info.error().message, path.string());
    return info;
}

base::Result<crypto::SigningKey> open_signing_key(const std::filesystem::path& path, const Passphrase& passphrase) {
    PLACET_TRY_ASSIGN(const crypto::SealedKeyInfo info, read_info(path));
    if (info.algorithm != "es256k" && info.algorithm != "es256")
        return refuse(ErrorCode::invalid_value, "is a key of algorithm " + info.algorithm + ", which signs no transactions", path.string());
    PLACET_TRY_ASSIGN(Bytes opened, open_secret(path, passphrase));
    const Wiped secret(std::move(opened));
    return crypto::SigningKey::from_secret(info.algorithm == "es256" ? crypto::Algorithm::es256 : crypto::Algorithm::es256k, secret.bytes);
}

base::Result<std::string> open_tls_key(const std::filesystem::path& path, const Passphrase& passphrase) {
    PLACET_TRY_ASSIGN(const crypto::SealedKeyInfo info, read_info(path));
    if (info.algorithm != "tls-pem") return refuse(ErrorCode::invalid_value, "is no TLS key", path.string());
    PLACET_TRY_ASSIGN(Bytes opened, open_secret(path, passphrase));
    const Wiped secret(std::move(opened));
    return std::string(base::as_text(secret.bytes));
}

std::vector<KeyListing> list_keys(const std::filesystem::path& folder) {
    std::vector<KeyListing> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() != ".key") continue;
        if (auto info = read_info(entry.path())) out.push_back({entry.path(), std::move(*info)});
    }
    std::ranges::sort(out, {}, &KeyListing::path);
    return out;
}

base::TimeMs now_ms() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<base::TimeMs>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

}  // namespace placet::cli::home
