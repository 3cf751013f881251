// Key files: made, listed and opened. Each is one sealed key (ledger/crypto/sealed_key.hpp), mode 0600; the public part is
// readable without the passphrase.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/home/passphrase.hpp"
#include "ledger/crypto/aead.hpp"
#include "ledger/crypto/certificate.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/crypto/sealed_key.hpp"

namespace placet::cli::home {

struct KeyListing {
    std::filesystem::path path;
    crypto::SealedKeyInfo info;
};

/// scrypt's cost for new files: PLACET_SCRYPT_LOG2N lowers it in tests (10 to 20), else 15.
[[nodiscard]] crypto::ScryptCost scrypt_cost();

/// A new signing key at `path`; never overwrites. `purpose` is one of sealed_key.hpp's.
[[nodiscard]] base::Result<crypto::PublicKey> generate_key(const std::filesystem::path& path, const std::string& purpose,
                                                           crypto::Algorithm algorithm, const Passphrase& passphrase);
[[nodiscard]] base::Result<crypto::ed25519::PublicKey> generate_note_key(const std::filesystem::path& path, const Passphrase& passphrase);
/// 32 random octets ("parts-root", "documents").
[[nodiscard]] base::Status generate_symmetric_key(const std::filesystem::path& path, const std::string& purpose, const Passphrase& passphrase);
/// A TLS key at `key_path` and its self-signed certificate, in clear, at `certificate_path`.
struct TlsFiles {
    std::filesystem::path key_path;
    std::filesystem::path certificate_path;
};
[[nodiscard]] base::Result<crypto::SpkiHash> generate_tls(const TlsFiles& files, const crypto::CertificateRequest& request,
                                                          const Passphrase& passphrase);

[[nodiscard]] base::Result<crypto::SealedKeyInfo> read_info(const std::filesystem::path& path);
[[nodiscard]] base::Result<crypto::SigningKey> open_signing_key(const std::filesystem::path& path, const Passphrase& passphrase);
[[nodiscard]] base::Result<std::string> open_tls_key(const std::filesystem::path& path, const Passphrase& passphrase);

/// Every *.key file of the folder (not below it), by name; a file that is no key is left out.
[[nodiscard]] std::vector<KeyListing> list_keys(const std::filesystem::path& folder);

/// The wall clock: the only place of this room that reads it for keys and certificates.
[[nodiscard]] base::TimeMs now_ms();

}  // namespace placet::cli::home
