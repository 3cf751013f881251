// The offline verifier: a bundle and a genesis file in, a verdict out. No network, no clock, no configuration, no trust in
// whoever handed the bundle over. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/proof/bundle.hpp"
#include "ledger/types/genesis.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::proof {

/// Whether a chain of fewer than four validators, which tolerates no faulty one, may prove anything.
enum class DevelopmentChains : std::uint8_t { refused, allowed };

struct VerifyOptions {
    DevelopmentChains development_chains = DevelopmentChains::refused;
    /// Freshness: the seal's block time must not lie before this instant.
    std::optional<base::TimeMs> not_before_ms;
    /// A checkpoint known from elsewhere (a witness, an earlier audit): the bundle must rest on exactly this size and root
    /// (a consistency bundle: on either end). Only this helps against q leaked keys.
    std::optional<merkle::TreeHead> pinned;
};

/// Something proved, by name, for machines ("block_height", "27").
struct Fact {
    std::string name;
    std::string value;
    bool operator==(const Fact&) const = default;
};

struct Verdict {
    BundleKind kind = BundleKind::event;
    bool proved = false;
    std::string reason;                       ///< disproved: why, in a sentence; empty when proved
    std::vector<std::string> proves;          ///< sentences; empty when disproved
    std::vector<std::string> does_not_prove;  ///< sentences: always printed beside the others
    std::vector<Fact> facts;                  ///< empty when disproved
    /// Event bundles that are proved: what the ledger holds, for callers that know the commands.
    std::optional<types::EventLeaf> event;
    std::optional<types::Transaction> transaction;
    /// Proved state and index bundles.
    std::optional<StateBundle> state;
    std::optional<IndexBundle> index;
};

/// An Error means unreadable: not a bundle, or the genesis breaks its own rules (exit 2). A verdict that is not `proved`
/// means that the bundle does not hold (exit 1): changed, of another chain, or badly signed.
[[nodiscard]] Result<Verdict> verify(BytesView bundle, const types::Genesis& genesis, const VerifyOptions& options = {});

}  // namespace placet::proof
