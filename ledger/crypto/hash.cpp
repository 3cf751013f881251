// SHA-256 through one fetched EVP_MD and a digest context kept per thread: measured five times as fast as the one-shot
// call, which looks the algorithm up each time.
#include "ledger/crypto/hash.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>

#include "ledger/base/assert.hpp"

namespace placet::crypto {
namespace {

using base::BytesView;

struct ContextFree {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

// Lives as long as the process: freeing it at exit would race with OpenSSL's own clean-up.
const EVP_MD* fetched_sha256() noexcept {
    static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    ASSERT(digest != nullptr, "the crypto library has no SHA-256");
    return digest;
}

EVP_MD_CTX* thread_context() noexcept {
    thread_local const std::unique_ptr<EVP_MD_CTX, ContextFree> context{EVP_MD_CTX_new()};
    ASSERT(context != nullptr, "out of memory for a digest context");
    return context.get();
}

Hash hash_pieces(std::initializer_list<BytesView> pieces) noexcept {
    EVP_MD_CTX* const context = thread_context();
    Hash out;
    bool good = EVP_DigestInit_ex2(context, fetched_sha256(), nullptr) == 1;
    for (const BytesView piece : pieces)
        if (!piece.empty()) good = good && EVP_DigestUpdate(context, piece.data(), piece.size()) == 1;
    good = good && EVP_DigestFinal_ex(context, out.data(), nullptr) == 1;
    ASSERT(good, "SHA-256 failed");
    return out;
}

/// The hash of a tag, once a thread for each of the few tags there are.
Hash prefix_of(std::string_view tag) noexcept {
    struct Known {
        std::array<char, 48> tag;
        std::size_t size;
        Hash prefix;
    };
    constexpr std::size_t kMostTags = 32;
    thread_local std::array<Known, kMostTags> known;
    thread_local std::size_t count = 0;
    for (std::size_t i = 0; i < count; ++i)
        if (std::string_view(known[i].tag.data(), known[i].size) == tag) return known[i].prefix;
    const Hash prefix = hash_pieces({base::as_bytes(tag)});
    if (count < kMostTags && tag.size() <= known[count].tag.size()) {
        std::ranges::copy(tag, known[count].tag.begin());
        known[count].size = tag.size();
        known[count++].prefix = prefix;
    }
    return prefix;
}

}  // namespace

Hash sha256(BytesView data) noexcept { return hash_pieces({data}); }

Hash sha256(BytesView a, BytesView b, BytesView c) noexcept { return hash_pieces({a, b, c}); }

Hash tagged_hash(std::string_view tag, BytesView data) noexcept {
    const Hash prefix = prefix_of(tag);
    return hash_pieces({prefix.view(), prefix.view(), data});
}

Hash hmac_sha256(BytesView key, BytesView data) noexcept {
    // RFC 2104 by its definition: the digest context is reused, and an empty key needs no special case.
    constexpr std::size_t kBlock = 64;
    std::array<std::uint8_t, kBlock> inner{};
    if (key.size() > kBlock) {
        const Hash shortened = sha256(key);
        std::ranges::copy(shortened.octets, inner.begin());
    } else {
        std::ranges::copy(key, inner.begin());
    }
    std::array<std::uint8_t, kBlock> outer = inner;
    for (std::uint8_t& octet : inner) octet ^= 0x36;
    for (std::uint8_t& octet : outer) octet ^= 0x5c;
    const Hash message = sha256(inner, data);
    const Hash out = sha256(outer, message.view());
    OPENSSL_cleanse(inner.data(), inner.size());
    OPENSSL_cleanse(outer.data(), outer.size());
    return out;
}

base::Bytes hkdf_sha256(BytesView key, BytesView salt, BytesView info, std::size_t size) {
    ASSERT(size <= 255 * Hash::kSize, "HKDF gives at most 255 blocks");
    Hash pseudorandom_key = hmac_sha256(salt, key);  // extract
    base::Bytes out;
    base::Bytes block;
    for (std::uint8_t counter = 1; out.size() < size; ++counter) {  // expand: T(i) = HMAC(PRK, T(i−1) ‖ info ‖ i)
        base::append(block, info);
        block.push_back(counter);
        const Hash next = hmac_sha256(pseudorandom_key.view(), block);
        block = base::to_bytes(next.view());
        base::append(out, block);
    }
    out.resize(size);
    OPENSSL_cleanse(pseudorandom_key.data(), pseudorandom_key.size());
    return out;
}

}  // namespace placet::crypto
