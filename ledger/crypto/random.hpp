// Randomness from the operating system, for keys, nonces and salts. Never called by consensus, contracts or state.
#pragma once

#include <span>

#include "ledger/base/bytes.hpp"

namespace placet::crypto {

/// Fills `out` from the CSPRNG; a failing generator ends the process (ASSERT).
void fill_random(std::span<std::uint8_t> out);
[[nodiscard]] base::Bytes random_bytes(std::size_t size);
template <class Fixed>
[[nodiscard]] Fixed random_fixed() {
    Fixed out;
    fill_random(out.octets);
    return out;
}

}  // namespace placet::crypto
