// What a Byzantine replica does with the messages of the honest core inside it: keeps silent, says two things, lies, delays. Signs with its own
// keys only.
#pragma once

#include "consensus/faults.hpp"
#include "tests/sim/fake_crypto.hpp"
#include "tests/sim/prng.hpp"
#include "tests/sim/scenario.hpp"

namespace placet::sim {

using consensus::MessagePtr;

/// A message on its way, as the liar wants it. `as_object`: does not pass the codec (a receiver that believes digests).
struct Lie {
    types::ReplicaId to = 0;
    MessagePtr message;
    std::uint64_t delay_us = 0;
    bool as_object = false;
};

class Liar {
public:
    Liar(Faulty faulty, const types::ValidatorSet& validators, consensus::Fault fault)
        : faulty_(faulty), signer_(validators.validators[faulty.id]), fault_(fault) {}

    /// What leaves instead of `message` to `to`.
    [[nodiscard]] std::vector<Lie> twist(types::ReplicaId to, const MessagePtr& message, Prng& prng);
    /// The liar's clock when it proposes, in ms.
    [[nodiscard]] base::TimeMs clock(base::TimeMs honest) const noexcept {
        return faulty_.how == Misbehaviour::wrong_clock && honest / 1000 % 2 == 0 ? honest + 60'000 : honest;
    }

private:
    [[nodiscard]] MessagePtr resign(consensus::Message message);
    [[nodiscard]] MessagePtr other_side(const MessagePtr& message);
    [[nodiscard]] MessagePtr forged(const MessagePtr& message, Prng& prng);
    [[nodiscard]] MessagePtr with_other_body(const MessagePtr& message);

    Faulty faulty_;
    FakeSigner signer_;
    consensus::Fault fault_;
    std::map<std::pair<types::View, types::Height>, consensus::Hash> alternatives_;  ///< the second proposal of a slot
    std::uint64_t sent_ = 0;
};

}  // namespace placet::sim
