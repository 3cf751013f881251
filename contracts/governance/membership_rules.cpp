// Rules of changing the validator set: what a proposal must bring, what the set must keep, when it takes effect.
#include <algorithm>

#include "contracts/common/ids.hpp"
#include "contracts/governance/membership.hpp"
#include "contracts/governance/rules.hpp"

namespace placet::contracts::governance {
namespace {

using types::Validator;

constexpr std::size_t kMaxValidators = 64;
constexpr std::size_t kSafeSize = 4;  // fewer tolerate no faulty one

auto find_validator(auto& set, const std::string& name) { return std::ranges::find(set, name, &Validator::name); }

/// The key is nobody's and never was a validator's.
Result<bool> is_new(const Transition& state, const crypto::PublicKey& key) {
    PLACET_TRY_ASSIGN(const std::optional<ValidatorKey> validator, load<ValidatorKey>(state, validator_key_key(key)));
    PLACET_TRY_ASSIGN(const std::optional<Actor> actor, find_actor_by_key(state, key));
    return !validator && !actor;
}

/// The certificate is nobody's, this node's own, or that of an observer as which the node followed until now: one of the same organisation, or,
/// for one without a seat may have none, "follower-<validator>" of another that let it follow.
Result<bool> may_take(const Transition& state, const types::SpkiHash& spki, const Validator& validator) {
    PLACET_TRY_ASSIGN(const std::optional<Actor> holder, find_actor_by_spki(state, spki));
    if (!holder || holder->id == node_actor_id(validator.name)) return true;
    return holder->has(Role::observer) && (holder->organisation == validator.organisation || name_of(holder->id) == "follower-" + validator.name);
}

/// Keys that differ from those of `before` (none: all of them) are new. What a join in the same epoch reserved is its own.
Result<bool> keys_are_free(const Transition& state, const Validator& validator, const Validator* before) {
    for (const auto key : {&Validator::vote_key, &Validator::checkpoint_key, &Validator::service_key}) {
        if (before != nullptr && before->*key == validator.*key) continue;
        PLACET_TRY_ASSIGN(const bool free, is_new(state, validator.*key));
        if (!free) return false;
    }
    if (before != nullptr && before->tls_spki == validator.tls_spki) return true;
    return may_take(state, validator.tls_spki, validator);
}

/// An organisation that has been here keeps its nodes' names.
Result<bool> name_is_free(const Transition& state, const Validator& validator) {
    PLACET_TRY_ASSIGN(const std::optional<Actor> actor, find_actor(state, node_actor_id(validator.name)));
    return !actor || actor->organisation == validator.organisation;
}

Result<std::optional<Verdict>> bring_in(const Transition& state, const ProposeValidator& change, std::vector<Validator>& set) {
    const Validator& validator = *change.validator;
    PLACET_TRY_ASSIGN(const std::optional<Organisation> organisation, find_organisation(state, validator.organisation));
    if (!organisation) return std::optional(refused("organisation_unknown", validator.organisation));
    const auto held = find_validator(set, change.name);
    if (change.change == ValidatorChange::rotate) {
        if (held == set.end()) return std::optional(refused("validator_unknown", change.name));
        if (held->organisation != validator.organisation) return std::optional(refused("not_own", change.name));
        PLACET_TRY_ASSIGN(const bool free, keys_are_free(state, validator, &*held));
        if (!free) return std::optional(refused("key_in_use", change.name));
        *held = validator;
        return std::optional<Verdict>{};
    }
    PLACET_TRY_ASSIGN(const bool named, name_is_free(state, validator));
    if (held != set.end() || !named) return std::optional(refused("already_exists", change.name));
    PLACET_TRY_ASSIGN(const bool free, keys_are_free(state, validator, nullptr));
    if (!free) return std::optional(refused("key_in_use", change.name));
    set.push_back(validator);
    return std::optional<Verdict>{};
}

/// The attested root is a recent one of this chain, and both keys signed it.
Result<bool> is_attested(const Transition& state, const ProposeValidator& command) {
    const Attestation& attested = *command.attestation;
    PLACET_TRY_ASSIGN(const std::optional<RecentRoot> known, load<RecentRoot>(state, recent_root_key(attested.height)));
    if (!known || known->height != attested.height || known->root != attested.root) return false;
    const Hash digest = attestation_digest(command.name, attested.height, attested.root);
    return crypto::verify(command.validator->vote_key, digest, attested.by_vote_key) &&
           crypto::verify(command.validator->checkpoint_key, digest, attested.by_checkpoint_key);
}

/// The set that would follow: the one that waits, else the one in force.
Result<std::vector<Validator>> base_set(const Transition& state) {
    PLACET_TRY_ASSIGN(Membership now, membership(state));
    if (now.waits()) return std::move(now.next);
    PLACET_TRY_ASSIGN(types::ValidatorSet set, current_set(state));
    return std::move(set.validators);
}

}  // namespace

Hash attestation_digest(std::string_view validator, std::uint64_t height, const Hash& root) noexcept {
    base::cbor::Writer out;
    out.array(3).text(validator).uint(height).bytes(root.view());
    return crypto::tagged_hash("placet/attestation/1", out.view());
}

Status check(const ProposeValidator& command) {
    PLACET_TRY(check_object_id(command.id, "id"));
    PLACET_TRY(check_organisation_id(command.name, "name"));
    const bool brings_keys = command.change != ValidatorChange::remove;
    if (command.validator.has_value() != brings_keys || command.attestation.has_value() != brings_keys)
        return refuse(ErrorCode::invalid_value, brings_keys ? "needs the validator and its attestation" : "to remove, a name is all", "validator");
    if (!brings_keys) return {};
    PLACET_TRY(types::check(*command.validator));
    if (command.validator->name != command.name) return refuse(ErrorCode::invalid_value, "is another validator's record", "validator.name");
    if (command.attestation->height == 0 || command.attestation->height % kRootStride != 0)
        return refuse(ErrorCode::invalid_value, "attested heights are multiples of " + std::to_string(kRootStride), "attestation.height");
    return {};
}

Status claim_keys(Transition& state, const Validator& validator) {
    const std::string id = node_actor_id(validator.name);
    state.put(validator_key_key(validator.vote_key), ValidatorKey{validator.name});
    state.put(validator_key_key(validator.checkpoint_key), ValidatorKey{validator.name});
    PLACET_TRY_ASSIGN(const std::optional<Actor> node, find_actor(state, id));
    if (!node) {
        Actor coming = node_actor(validator, state.now_ms());
        coming.status = ActorStatus::revoked;  // until the epoch ends
        state.put(actor_key(id), coming);
    }
    state.put_raw(actor_by_key_key(validator.service_key), actor_reference_value(id));
    PLACET_TRY_ASSIGN(const std::optional<Actor> holder, find_actor_by_spki(state, validator.tls_spki));
    if (!holder) state.put_raw(actor_by_spki_key(validator.tls_spki), actor_reference_value(id));
    return {};
}

Result<std::optional<Verdict>> change_set(const Transition& state, const ProposeValidator& change, std::vector<Validator>& out) {
    PLACET_TRY_ASSIGN(out, base_set(state));
    const std::size_t before = out.size();
    if (change.change == ValidatorChange::remove) {
        const auto held = find_validator(out, change.name);
        if (held == out.end()) return std::optional(refused("validator_unknown", change.name));
        out.erase(held);
        if (out.empty() || (out.size() < kSafeSize && before >= kSafeSize)) return std::optional(refused("too_few_validators", change.name));
    } else {
        PLACET_TRY_ASSIGN(std::optional<Verdict> no, bring_in(state, change, out));
        if (no) return std::move(no);
        if (out.size() > kMaxValidators) return std::optional(refused("too_many_validators", change.name));
    }
    const std::size_t most_seats = std::max<std::size_t>(1, types::max_faulty(out.size()));
    for (const Validator& validator : out)
        if (static_cast<std::size_t>(std::ranges::count(out, validator.organisation, &Validator::organisation)) > most_seats)
            return std::optional(refused("too_many_seats", validator.organisation));
    if (!types::check(types::ValidatorSet{0, out})) return std::optional(refused("key_in_use", change.name));
    return std::optional<Verdict>{};
}

Result<std::optional<Verdict>> adopt_change(Transition& state, const ProposeValidator& change) {
    PLACET_TRY_ASSIGN(const std::optional<Chain> chain, load<Chain>(state, chain_key()));
    if (!chain) return refuse(ErrorCode::corrupt, "the map has no entry of the chain", "chain");
    PLACET_TRY_ASSIGN(Membership now, membership(state));
    const types::Height end = epoch_end(state.height(), chain->epoch_stride, chain->window);
    if (now.waits() && now.last_height != end) return std::optional(refused("change_pending", std::to_string(now.last_height)));
    std::vector<Validator> next;
    PLACET_TRY_ASSIGN(std::optional<Verdict> no, change_set(state, change, next));
    if (no) return std::move(no);
    if (change.validator) PLACET_TRY(claim_keys(state, *change.validator));
    now.last_height = end;
    now.next = std::move(next);
    state.put(membership_key(), now);
    return std::optional<Verdict>{};
}

Result<Verdict> apply(Transition& state, const Actor& sender, const ProposeValidator& command) {
    PLACET_TRY_ASSIGN(const std::optional<ProposalEntry> other, find_proposal(state, command.id));
    PLACET_TRY_ASSIGN(const std::optional<ValidatorProposalEntry> existing, find_validator_proposal(state, command.id));
    if (other || existing) return refused("already_exists", command.id);
    if (command.validator && command.validator->organisation != sender.organisation) return refused("not_own", command.validator->organisation);
    std::vector<Validator> next;
    PLACET_TRY_ASSIGN(std::optional<Verdict> no, change_set(state, command, next));
    if (no) return std::move(*no);
    if (command.attestation) {
        PLACET_TRY_ASSIGN(const bool attested, is_attested(state, command));
        if (!attested) return refused("root_unknown", std::to_string(command.attestation->height));
    }
    state.put(validator_proposal_key(command.id), ValidatorProposalEntry{command, sender.id, ProposalState::open, {}, {}});
    return accepted("proposed");
}

}  // namespace placet::contracts::governance
