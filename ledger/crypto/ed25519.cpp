// Ed25519 by OpenSSL's EVP interface.
#include "ledger/crypto/ed25519.hpp"

#include <openssl/evp.h>

#include <memory>

#include "ledger/base/assert.hpp"

namespace placet::crypto::ed25519 {
namespace {

struct KeyFree {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
struct ContextFree {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

Key load_secret(const SecretKey& secret) noexcept {
    Key key{EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, secret.data(), secret.size())};
    ASSERT(key != nullptr, "the crypto library has no Ed25519");
    return key;
}

}  // namespace

PublicKey public_key(const SecretKey& secret) {
    const Key key = load_secret(secret);
    PublicKey out;
    std::size_t size = out.size();
    ASSERT(EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) == 1 && size == out.size(), "Ed25519 failed");
    return out;
}

Signature sign(const SecretKey& secret, base::BytesView message) {
    const Key key = load_secret(secret);
    const Context context{EVP_MD_CTX_new()};
    Signature out;
    std::size_t size = out.size();
    const bool good = context && EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.get(), nullptr) == 1 &&
                      EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) == 1;
    ASSERT(good && size == out.size(), "Ed25519 signing failed");
    return out;
}

bool verify(const PublicKey& key, base::BytesView message, const Signature& signature) noexcept {
    const Key loaded{EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, key.data(), key.size())};
    const Context context{EVP_MD_CTX_new()};
    return loaded && context &&
           EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, loaded.get(), nullptr) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

}  // namespace placet::crypto::ed25519
