// Randomness from OpenSSL's generator, which seeds itself from the operating system.
#include "ledger/crypto/random.hpp"

#include <openssl/rand.h>

#include <climits>

#include "ledger/base/assert.hpp"

namespace placet::crypto {

void fill_random(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const std::size_t part = std::min<std::size_t>(out.size(), INT_MAX);
        ASSERT(RAND_bytes(out.data(), static_cast<int>(part)) == 1, "the random generator failed");
        out = out.subspan(part);
    }
}

base::Bytes random_bytes(std::size_t size) {
    base::Bytes out(size);
    fill_random(out);
    return out;
}

}  // namespace placet::crypto
