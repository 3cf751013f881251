// Keys and look-ups of governance.
#include "contracts/governance/entries.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"

namespace placet::contracts::governance {
namespace {

/// Value of the look-up entries by key and by certificate.
struct ActorReference {
    std::string actor;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("actor", self.actor, kMaxId);
    }
};

Result<std::optional<Actor>> follow(const state::StateReader& reader, const Bytes& key) {
    PLACET_TRY_ASSIGN(const std::optional<ActorReference> reference, load<ActorReference>(reader, key));
    if (!reference) return std::optional<Actor>{};
    return find_actor(reader, reference->actor);
}

}  // namespace

bool Actor::has(Role role) const noexcept { return std::ranges::find(roles, role) != roles.end(); }

Bytes chain_key() { return KeyBuilder(EntryKind::chain, 1).take(); }
Bytes organisation_key(std::string_view id) { return KeyBuilder(EntryKind::organisation, 2).text(id).take(); }
Bytes actor_key(std::string_view id) { return KeyBuilder(EntryKind::actor, 2).text(id).take(); }
Bytes actor_by_key_key(const crypto::PublicKey& key) {
    return KeyBuilder(EntryKind::actor_by_key, 3).integer(static_cast<std::int64_t>(key.algorithm)).bytes(key.point.view()).take();
}
Bytes actor_by_spki_key(const types::SpkiHash& spki) { return KeyBuilder(EntryKind::actor_by_spki, 2).bytes(spki.view()).take(); }
Bytes policy_key(std::string_view custodian) { return KeyBuilder(EntryKind::policy, 2).text(custodian).take(); }
Bytes parameter_key(std::string_view name) { return KeyBuilder(EntryKind::parameter, 2).text(name).take(); }
Bytes proposal_key(std::string_view id) { return KeyBuilder(EntryKind::proposal, 2).text(id).take(); }
Bytes validator_proposal_key(std::string_view id) { return KeyBuilder(EntryKind::validator_proposal, 2).text(id).take(); }
Bytes diseases_in_force_key() { return KeyBuilder(EntryKind::diseases_in_force, 1).take(); }

Bytes actor_reference_value(std::string_view actor) { return encode(ActorReference{std::string(actor)}); }

Result<std::optional<Organisation>> find_organisation(const state::StateReader& reader, std::string_view id) {
    return load<Organisation>(reader, organisation_key(id));
}
Result<std::optional<Actor>> find_actor(const state::StateReader& reader, std::string_view id) { return load<Actor>(reader, actor_key(id)); }
Result<std::optional<Actor>> find_actor_by_key(const state::StateReader& reader, const crypto::PublicKey& key) {
    return follow(reader, actor_by_key_key(key));
}
Result<std::optional<Actor>> find_sender(const state::StateReader& reader, const crypto::PublicKey& key) {
    PLACET_TRY_ASSIGN(std::optional<Actor> found, find_actor_by_key(reader, key));
    if (found && found->key != key) found.reset();
    return found;
}
Result<std::optional<Actor>> find_actor_by_spki(const state::StateReader& reader, const types::SpkiHash& spki) {
    return follow(reader, actor_by_spki_key(spki));
}

Result<ImplicitPolicy> implicit_policy(const state::StateReader& reader, std::string_view custodian) {
    PLACET_TRY_ASSIGN(const std::optional<CustodianPolicy> policy, load<CustodianPolicy>(reader, policy_key(custodian)));
    return policy ? policy->policy : ImplicitPolicy::none;
}

Result<std::optional<ProposalEntry>> find_proposal(const state::StateReader& reader, std::string_view id) {
    return load<ProposalEntry>(reader, proposal_key(id));
}

Result<std::optional<ValidatorProposalEntry>> find_validator_proposal(const state::StateReader& reader, std::string_view id) {
    return load<ValidatorProposalEntry>(reader, validator_proposal_key(id));
}

Result<std::uint64_t> parameter(const state::StateReader& reader, std::string_view name, std::uint64_t otherwise) {
    PLACET_TRY_ASSIGN(const std::optional<ParameterValue> found, load<ParameterValue>(reader, parameter_key(name)));
    return found ? found->value : otherwise;
}

std::string patient_actor_id(const Pseudonym& pseudonym, std::string_view custodian) {
    constexpr std::size_t kOctetsInName = 16;
    return "p-" + base::to_hex(pseudonym.view().first(kOctetsInName)) + "@" + std::string(custodian);
}

std::string node_actor_id(std::string_view validator) { return "node@" + std::string(validator); }

}  // namespace placet::contracts::governance
