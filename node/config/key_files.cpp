// Opening a node's keys: see key_files.hpp.
#include "node/config/key_files.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "ledger/crypto/sealed_key.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

constexpr std::size_t kMaxKeyFile = 64 * 1024;
constexpr const char* kRestore = "restore it from its backup (docs/operations.md, \"A damaged key file\")";

/// What is wrong inside a file, with the file's name and the way back.
std::unexpected<base::Error> damaged(const fs::path& path, const base::Error& error) {
    return base::refuse(error.code, fmt::format("is damaged: {}; {}", error.message, kRestore), path.string());
}

base::Result<std::string> read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) return base::refuse(ErrorCode::io, "cannot be read", path.string());
    if (content.str().size() > kMaxKeyFile) return base::refuse(ErrorCode::too_large, "too large for a key", path.string());
    return content.str();
}

base::Status check_private(const fs::path& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return base::refuse(ErrorCode::io, "does not exist or cannot be read", path.string());
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) return base::refuse(ErrorCode::io, "others may read it: chmod 600", path.string());
    return {};
}

struct Expected {
    std::string purpose;
    std::string file;
};

base::Result<base::Bytes> open_sealed(const fs::path& folder, const Expected& expected, const std::string& passphrase) {
    const fs::path path = folder / expected.file;
    PLACET_TRY(check_private(path));
    PLACET_TRY_ASSIGN(const std::string content, read_text(path));
    const auto info = crypto::read_key_info(base::as_bytes(content));
    if (!info) return damaged(path, info.error());
    if (info->purpose != expected.purpose)
        return base::refuse(ErrorCode::invalid_value,
                            fmt::format("is a key for '{}', not for '{}'", info->purpose, expected.purpose),
                            path.string());
    auto secret = crypto::open_key(base::as_bytes(content), passphrase);
    if (!secret)
        return base::refuse(secret.error().code,
                            fmt::format("does not open: wrong passphrase, or a damaged file; {}", kRestore),
                            path.string());
    return secret;
}

base::Result<crypto::SigningKey> open_signing(const fs::path& folder, const Expected& expected, const std::string& passphrase) {
    PLACET_TRY_ASSIGN(base::Bytes secret, open_sealed(folder, expected, passphrase));
    PLACET_TRY_ASSIGN(const std::string content, read_text(folder / expected.file));
    PLACET_TRY_ASSIGN(const auto info, crypto::read_key_info(base::as_bytes(content)));
    auto key = crypto::SigningKey::from_secret(info.algorithm == "es256" ? crypto::Algorithm::es256 : crypto::Algorithm::es256k, secret);
    crypto::wipe(secret);
    if (!key) return damaged(folder / expected.file, key.error());
    if (crypto::to_text(key->public_key()) != info.public_text)
        return damaged(folder / expected.file, {ErrorCode::corrupt, "the key inside is not the one it names", {}});
    return key;
}

template <class Fixed>
base::Result<Fixed> open_fixed(const fs::path& folder, const Expected& expected, const std::string& passphrase) {
    PLACET_TRY_ASSIGN(base::Bytes secret, open_sealed(folder, expected, passphrase));
    const bool fits = secret.size() == Fixed::kSize;
    const Fixed key = Fixed::copy_of(secret);
    crypto::wipe(secret);
    if (!fits)
        return damaged(folder / expected.file, {ErrorCode::malformed, "the key inside has the wrong length", {}});
    return key;
}

/// The certificate beside the key: one that can be read, and the key's own.
base::Status read_certificate(const fs::path& path, TlsFiles& out) {
    const auto unusable = [&](const base::Error& error) {
        return base::refuse(
            error.code,
            fmt::format(
                "is no certificate of tls.key: {}; restore it from its backup, or make a new one for the same key "
                "(docs/operations.md, \"A damaged key file\")",
                error.message),
            path.string());
    };
    PLACET_TRY_ASSIGN(out.certificate_pem, read_text(path));
    const auto spki = crypto::spki_of_pem(out.certificate_pem);
    if (!spki) return unusable(spki.error());
    const auto expires_ms = crypto::expiry_of_pem(out.certificate_pem);
    if (!expires_ms) return unusable(expires_ms.error());
    if (const auto pair = crypto::check_key_pair(out.certificate_pem, out.key_pem); !pair)
        return unusable(pair.error());
    out.spki = *spki;
    out.expires_ms = *expires_ms;
    return {};
}

base::Result<TlsFiles> open_tls(const fs::path& folder, const std::string& passphrase) {
    PLACET_TRY_ASSIGN(base::Bytes key, open_sealed(folder, {"tls", "tls.key"}, passphrase));
    TlsFiles out;
    out.key_pem = std::string(base::as_text(key));
    crypto::wipe(key);
    PLACET_TRY(read_certificate(folder / "tls.crt", out));
    return out;
}

}  // namespace

base::Result<std::string> read_passphrase(const Config& config) {
    fs::path path = config.passphrase_file;
    if (path.empty()) {
        const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
        if (credentials != nullptr) path = fs::path(credentials) / "placet-passphrase";
    }
    if (path.empty())
        return base::refuse(ErrorCode::invalid_value,
                            "no passphrase for the keys: set passphrase_file (or PLACET_PASSPHRASE_FILE), or LoadCredential=placet-passphrase", "passphrase_file");
    PLACET_TRY(check_private(path));
    PLACET_TRY_ASSIGN(std::string text, read_text(path));
    text.resize(std::min(text.find('\n'), text.size()));
    while (!text.empty() && text.back() == '\r') text.pop_back();
    if (text.empty()) return base::refuse(ErrorCode::invalid_value, "its first line is empty", path.string());
    return text;
}

namespace {

base::Result<NodeKeys> open_from(const Config& config, const fs::path& folder) {
    PLACET_TRY_ASSIGN(std::string passphrase, read_passphrase(config));
    NodeKeys out;
    PLACET_TRY_ASSIGN(out.tls, open_tls(folder, passphrase));
    if (config.role() == NodeRole::validator) {
        PLACET_TRY_ASSIGN(auto vote, open_signing(folder, {"vote", "vote.key"}, passphrase));
        PLACET_TRY_ASSIGN(auto checkpoint, open_signing(folder, {"checkpoint", "checkpoint.key"}, passphrase));
        PLACET_TRY_ASSIGN(auto service, open_signing(folder, {"transaction", "service.key"}, passphrase));
        PLACET_TRY_ASSIGN(const auto note, open_fixed<crypto::ed25519::SecretKey>(folder, {"note", "note.key"}, passphrase));
        PLACET_TRY_ASSIGN(const auto root, open_fixed<crypto::AeadKey>(config.keys, {"parts-root", "parts-root.key"}, passphrase));
        out.validator.emplace(ValidatorKeys{std::move(vote), std::move(checkpoint), std::move(service), note, root});
    }
    crypto::wipe({reinterpret_cast<std::uint8_t*>(passphrase.data()), passphrase.size()});
    return out;
}

}  // namespace

base::Result<NodeKeys> open_keys(const Config& config) { return open_from(config, config.keys); }

base::Result<NodeKeys> open_next_keys(const Config& config) {
    fs::path folder = config.keys;
    folder += ".next";
    std::error_code error;
    if (!fs::is_directory(folder, error)) return base::refuse(ErrorCode::not_found, "there are no keys for a later epoch", folder.string());
    return open_from(config, folder);
}

void forbid_core_dumps() noexcept {
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
    (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace placet::node
