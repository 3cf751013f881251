// AES-256-GCM with a random 96-bit nonce in front and the 128-bit tag behind.
#include "ledger/crypto/aead.hpp"

#include <openssl/evp.h>

#include <climits>
#include <memory>

#include "ledger/base/assert.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::crypto {
namespace {

using base::BytesView;

constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

struct CipherContextFree {
    void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherContextFree>;

const EVP_CIPHER* fetched_cipher() noexcept {
    static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    ASSERT(cipher != nullptr, "the crypto library has no AES-256-GCM");
    return cipher;
}

// OpenSSL counts in int: longer inputs are not ours.
int length_of(BytesView view) noexcept {
    ASSERT(view.size() <= INT_MAX, "more than 2 GiB for one AES-GCM call");
    return static_cast<int>(view.size());
}

}  // namespace

base::Bytes seal(const AeadKey& key, BytesView plaintext, BytesView associated) {
    base::Bytes out = random_bytes(kNonceSize);
    out.resize(kNonceSize + plaintext.size() + kTagSize);
    const CipherContext context{EVP_CIPHER_CTX_new()};
    int written = 0;
    std::uint8_t* const body = out.data() + kNonceSize;
    bool good = context && EVP_EncryptInit_ex2(context.get(), fetched_cipher(), key.data(), out.data(), nullptr) == 1;
    if (!associated.empty())
        good = good && EVP_EncryptUpdate(context.get(), nullptr, &written, associated.data(), length_of(associated)) == 1;
    if (!plaintext.empty())
        good = good && EVP_EncryptUpdate(context.get(), body, &written, plaintext.data(), length_of(plaintext)) == 1;
    good = good && EVP_EncryptFinal_ex(context.get(), body + plaintext.size(), &written) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, body + plaintext.size()) == 1;
    ASSERT(good, "AES-256-GCM encryption failed");
    return out;
}

base::Result<base::Bytes> open(const AeadKey& key, BytesView sealed, BytesView associated) {
    if (sealed.size() < kNonceSize + kTagSize)
        return base::refuse(base::ErrorCode::corrupt, "the sealed bytes are shorter than a nonce and a tag");
    const BytesView body = sealed.subspan(kNonceSize, sealed.size() - kNonceSize - kTagSize);
    base::Bytes tag = base::to_bytes(sealed.last(kTagSize));
    base::Bytes out(body.size());
    const CipherContext context{EVP_CIPHER_CTX_new()};
    int written = 0;
    std::uint8_t none = 0;
    bool good = context && EVP_DecryptInit_ex2(context.get(), fetched_cipher(), key.data(), sealed.data(), nullptr) == 1;
    if (!associated.empty())
        good = good && EVP_DecryptUpdate(context.get(), nullptr, &written, associated.data(), length_of(associated)) == 1;
    if (!body.empty())
        good = good && EVP_DecryptUpdate(context.get(), out.data(), &written, body.data(), length_of(body)) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1;
    good = good && EVP_DecryptFinal_ex(context.get(), &none, &written) == 1;
    if (!good)
        return base::refuse(base::ErrorCode::corrupt, "the sealed bytes were changed, or sealed under another key or name");
    return out;
}

}  // namespace placet::crypto
