// RFC 6962 §2.1 root over a short list held in memory: rows of a batch, a patient's active consents. The log itself and its proofs
// are ledger/merkle's; rules need no more than this.
#pragma once

#include <span>
#include <vector>

#include "contracts/common/codec.hpp"

namespace placet::contracts {

/// SHA-256 of nothing for an empty list. Leaf = H(00 ‖ octets), node = H(01 ‖ left ‖ right).
[[nodiscard]] Hash merkle_root(std::span<const Bytes> leaves);

}  // namespace placet::contracts
