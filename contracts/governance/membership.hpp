// Who seals: the epoch of the next block, the change that waits, keys that validators have or had, and recent log roots; and what the
// end of every block does about them. The sets themselves stand in the map under state::validator_set_key.
#pragma once

#include "contracts/common/transition.hpp"
#include "contracts/governance/entries.hpp"
#include "ledger/state/validator_sets.hpp"

namespace placet::contracts::governance {

struct Membership {
    types::Epoch epoch = 0;              ///< seals the next block
    types::Height last_height = 0;       ///< of this epoch; 0 = no change waits
    std::vector<types::Validator> next;  ///< of epoch + 1, in the order of ReplicaId; empty = no change waits
    bool operator==(const Membership&) const = default;

    [[nodiscard]] bool waits() const noexcept { return last_height != 0; }
    [[nodiscard]] types::ValidatorSet next_set() const { return {epoch + 1, next}; }

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("epoch", self.epoch);
        archive("last_height", self.last_height);
        archive("next", self.next, 64);
    }
};

/// Whose vote or checkpoint key it is or was. Such a key never comes back.
struct ValidatorKey {
    std::string validator;
    bool operator==(const ValidatorKey&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("validator", self.validator, kMaxId);
    }
};

struct RecentRoot {
    types::Height height = 0;
    Hash root;
    bool operator==(const RecentRoot&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("height", self.height);
        archive("root", self.root);
    }
};

/// Every so many heights the log root stays in the map; so many of them.
inline constexpr types::Height kRootStride = 16;
inline constexpr types::Height kRootSlots = 256;

[[nodiscard]] Bytes membership_key();
[[nodiscard]] Bytes validator_key_key(const crypto::PublicKey& key);
[[nodiscard]] Bytes recent_root_key(types::Height height);

/// A chain that never changed its set has no entry: epoch 0, nothing waits.
[[nodiscard]] Result<Membership> membership(const state::StateReader& reader);
/// The set that seals the next block. Needs the map of a chain from genesis_writes.
[[nodiscard]] Result<types::ValidatorSet> current_set(const state::StateReader& reader);
/// The next multiple of `stride` at or above `height` + `window`: where an epoch ends whose change was adopted at `height`.
[[nodiscard]] constexpr types::Height epoch_end(types::Height height, std::uint64_t stride, std::uint64_t window) noexcept {
    return (height + window + stride - 1) / stride * stride;
}

/// The actor of a validator's service key.
[[nodiscard]] Actor node_actor(const types::Validator& validator, TimeMs since_ms);
/// Takes the keys of a validator that is to come, so that nobody else enrols them meanwhile. An observer keeps its certificate until then.
[[nodiscard]] Status claim_keys(Transition& state, const types::Validator& validator);
/// What the first set claims.
[[nodiscard]] std::vector<types::StateWrite> genesis_membership_writes(const types::ValidatorSet& set);

/// The change's effect on `set`, or what stands in its way (a refusal); `out` is the set that would follow.
[[nodiscard]] Result<std::optional<Verdict>> change_set(const Transition& state, const ProposeValidator& change, std::vector<types::Validator>& out);
/// Puts an adopted change into the waiting set and reserves its keys; nothing, or the refusal that keeps the vote from deciding now.
[[nodiscard]] Result<std::optional<Verdict>> adopt_change(Transition& state, const ProposeValidator& change);

/// After the last transaction of a block: keeps `previous_root` (of height − 1) where its turn is, and at the epoch's last height puts the
/// waiting set into effect. Returns validator_set_hash of the set that seals the next block if it is another one.
[[nodiscard]] Result<std::optional<Hash>> close_block(Transition& state, const Hash& previous_root);

}  // namespace placet::contracts::governance
