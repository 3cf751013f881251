// Key files: the readable part is the associated data of the sealed part, so that it cannot be exchanged.
#include "ledger/crypto/sealed_key.hpp"

#include <openssl/evp.h>

#include "ledger/base/cbor.hpp"
#include "ledger/base/assert.hpp"
#include "ledger/crypto/aead.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::crypto {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::Result;

constexpr std::string_view kMagic = "placet-key";
constexpr std::size_t kMaxSecret = 64 * 1024;
constexpr std::size_t kMaxText = 512;
constexpr std::uint8_t kLeastLog2N = 10;
constexpr std::uint8_t kMostLog2N = 20;  // 1 GiB: a file must not be able to ask for more memory than that

struct KeyFile {
    SealedKeyInfo info;
    std::uint64_t n = 0;
    Bytes salt;
    Bytes sealed;
};

// Everything before the sealed part, which authenticates it.
Bytes readable_part(const KeyFile& file) {
    base::cbor::Writer out;
    out.array(10).text(kMagic).uint(1).text(file.info.purpose).text(file.info.algorithm).text(file.info.public_text);
    out.uint(file.n).uint(8).uint(1).bytes(file.salt);
    return std::move(out).take();
}

Result<KeyFile> parse(BytesView bytes) {
    base::cbor::Reader in(bytes);
    KeyFile file;
    in.array_of(10, "key file");
    if (in.text(kMaxText, "magic") != kMagic) in.fail(ErrorCode::malformed, "this is not a Placet key file", "magic");
    if (in.uint("version") != 1) in.fail(ErrorCode::unsupported, "only key files of version 1 are known", "version");
    file.info.purpose = in.text(kMaxText, "purpose");
    file.info.algorithm = in.text(kMaxText, "algorithm");
    file.info.public_text = in.text(kMaxText, "public");
    file.n = in.uint("N");
    const bool power_of_two = (file.n & (file.n - 1)) == 0;
    if (in.ok() && (!power_of_two || file.n < (1ULL << kLeastLog2N) || file.n > (1ULL << kMostLog2N)))
        in.fail(ErrorCode::invalid_value, "scrypt's N must be a power of two from 2^10 to 2^20", "N");
    if (in.uint("r") != 8) in.fail(ErrorCode::unsupported, "scrypt's r must be 8", "r");
    if (in.uint("p") != 1) in.fail(ErrorCode::unsupported, "scrypt's p must be 1", "p");
    file.salt = base::to_bytes(in.bytes(16, "salt"));
    if (in.ok() && file.salt.size() != 16) in.fail(ErrorCode::malformed, "the salt must have 16 octets", "salt");
    file.sealed = base::to_bytes(in.bytes(kMaxSecret + 28, "sealed"));
    PLACET_TRY(in.finish());
    return file;
}

AeadKey derive(std::string_view passphrase, const KeyFile& file) {
    AeadKey key;
    const std::uint64_t memory = 128 * 8 * (file.n + 32) + 4096;
    const int good = EVP_PBE_scrypt(passphrase.data() == nullptr ? "" : passphrase.data(), passphrase.size(), file.salt.data(),
                                    file.salt.size(), file.n, 8, 1, memory, key.data(), key.size());
    ASSERT(good == 1, "scrypt failed: not enough memory?");
    return key;
}

}  // namespace

Bytes seal_key(const SealedKeyInfo& info, BytesView secret, std::string_view passphrase, ScryptCost cost) {
    ASSERT(cost.log2_n >= kLeastLog2N && cost.log2_n <= kMostLog2N, "scrypt cost out of range");
    ASSERT(secret.size() <= kMaxSecret, "a secret of more than 64 KiB");
    KeyFile file{info, 1ULL << cost.log2_n, random_bytes(16), {}};
    Bytes readable = readable_part(file);
    AeadKey key = derive(passphrase, file);
    const Bytes sealed = seal(key, secret, readable);
    wipe(key.octets);
    return std::move(base::cbor::Writer{}.raw(readable).bytes(sealed)).take();
}

Result<SealedKeyInfo> read_key_info(BytesView file) {
    PLACET_TRY_ASSIGN(KeyFile parsed, parse(file));
    return std::move(parsed.info);
}

Result<Bytes> open_key(BytesView file, std::string_view passphrase) {
    PLACET_TRY_ASSIGN(const KeyFile parsed, parse(file));
    AeadKey key = derive(passphrase, parsed);
    Result<Bytes> secret = open(key, parsed.sealed, readable_part(parsed));
    wipe(key.octets);
    if (!secret) return base::refuse(ErrorCode::unauthenticated, "wrong passphrase, or the key file is damaged", "passphrase");
    return secret;
}

}  // namespace placet::crypto
