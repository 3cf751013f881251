// What a Byzantine replica does with the messages of the honest core inside it: keeps silent, says two things, lies,
// delays, repeats, withholds, floods. Signs with its own keys only.
#pragma once

#include "consensus/faults.hpp"
#include "tests/sim/fake_crypto.hpp"
#include "tests/sim/prng.hpp"
#include "tests/sim/scenario.hpp"

namespace placet::sim {

using consensus::Message;
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
        : faulty_(faulty), n_(validators.n()), signer_(validators.validators[faulty.id]), fault_(fault) {}

    /// What leaves instead of `message` to `to`.
    [[nodiscard]] std::vector<Lie> twist(types::ReplicaId to, const MessagePtr& message, Prng& prng);
    /// What it may say again.
    void heard(const MessagePtr& message);
    /// The liar's clock when it proposes, in ms.
    [[nodiscard]] base::TimeMs clock(base::TimeMs honest) const noexcept {
        return faulty_.how == Misbehaviour::wrong_clock && honest / 1000 % 2 == 0 ? honest + 60'000 : honest;
    }

private:
    [[nodiscard]] MessagePtr resign(consensus::Message message);
    [[nodiscard]] MessagePtr other_side(const MessagePtr& message);
    [[nodiscard]] MessagePtr forged(const MessagePtr& message, Prng& prng);
    [[nodiscard]] MessagePtr with_other_body(const MessagePtr& message);
    [[nodiscard]] std::vector<Lie> repeated(types::ReplicaId to, const MessagePtr& message, Prng& prng);
    [[nodiscard]] bool is_withheld(types::ReplicaId to, const Message& message) const;
    [[nodiscard]] std::vector<Lie> with_forgeries(types::ReplicaId to, const MessagePtr& message, Prng& prng);
    [[nodiscard]] std::vector<Lie> in_other_names(types::ReplicaId to, const MessagePtr& message, Prng& prng);
    [[nodiscard]] std::vector<Lie> with_huge_view(types::ReplicaId to, const MessagePtr& message, Prng& prng);
    [[nodiscard]] std::vector<Lie> with_flood(types::ReplicaId to, const MessagePtr& message, Prng& prng);

    Faulty faulty_;
    std::size_t n_;
    FakeSigner signer_;
    consensus::Fault fault_;
    std::map<std::pair<types::View, types::Height>, consensus::Hash> alternatives_;  ///< the second proposal of a slot
    std::uint64_t sent_ = 0;
    std::vector<MessagePtr> memory_;  ///< of a replayer: a ring of kMemory messages, its own and others'
    std::size_t memory_at_ = 0;
    MessagePtr heard_proposal_;  ///< the last pre-prepare of somebody else
};

}  // namespace placet::sim
