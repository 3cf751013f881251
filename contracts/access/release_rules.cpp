// Grants in use: releases, decided pseudonym by pseudonym at the block's own time, and the end of a grant.
#include <algorithm>

#include "contracts/access/cohort.hpp"
#include "contracts/access/rules.hpp"
#include "contracts/common/ids.hpp"
#include "contracts/consent/pseudonym_owner.hpp"

namespace placet::contracts::access {
namespace {

using consent::Decision;

/// The release's decision for one patient, as the code that stands in the receipt.
class ReleaseJudge {
public:
    ReleaseJudge(const Transition& state, const Grant& grant, governance::ImplicitPolicy policy)
        : state_(state), grant_(grant), policy_(policy), context_(context_of(grant.researcher, grant.purposes)) {}

    [[nodiscard]] Result<std::string> judge(const Pseudonym& pseudonym) const {
        PLACET_TRY_ASSIGN(const bool member, dataset::is_member(state_, grant_.dataset, pseudonym));
        if (!member) return std::string("not_a_member");
        PLACET_TRY_ASSIGN(const std::vector<consent::HeldConsent> held, consent::held_consents(state_, grant_.custodian, pseudonym));
        state_.spend(16 * (1 + held.size()));
        const consent::ConsentAnswer answer = consent::evaluate(held, policy_, context_, state_.now_ms());
        switch (answer.decision) {
            case Decision::permit: return std::string("permit");
            case Decision::deny: return std::string("consent_denies");
            case Decision::indeterminate: return std::string(is_erased(held) ? "consent_erased" : "consent_indeterminate");
            case Decision::not_applicable: return missing(pseudonym);
        }
        return std::string("consent_missing");
    }

private:
    static bool is_erased(const std::vector<consent::HeldConsent>& held) {
        return std::ranges::any_of(held, [](const consent::HeldConsent& one) { return !one.consent; });
    }

    /// Withdrawn says more than missing: the notice that a withdrawal leaves under each live grant.
    [[nodiscard]] Result<std::string> missing(const Pseudonym& pseudonym) const {
        const bool withdrew = state_.get(notice_key(grant_.id, pseudonym)).has_value();
        return std::string(withdrew ? "consent_withdrawn" : "consent_missing");
    }

    const Transition& state_;
    const Grant& grant_;
    governance::ImplicitPolicy policy_;
    consent::AccessContext context_;
};

void append_access(Transition& state, const Grant& grant, const std::vector<Pseudonym>& pseudonyms) {
    for (std::size_t i = 0; i < pseudonyms.size(); ++i) state.append(state::index_key(state::IndexKind::access_of_patient, pseudonyms[i]), i);
    state.append(state::index_key(state::IndexKind::access_by_actor, grant.researcher));
    state.append(state::index_key(state::IndexKind::access_of_dataset, grant.dataset));
    state.append(state::index_key(state::IndexKind::access_at_custodian, grant.custodian));
}

Status note_release(Transition& state, const Grant& grant, const Pseudonym& pseudonym) {
    const Bytes key = release_key(grant.id, pseudonym);
    PLACET_TRY_ASSIGN(const std::optional<Release> before, load<Release>(state, key));
    Release release = before.value_or(Release{});
    if (release.times == 0) release.first_at_ms = state.now_ms();
    ++release.times;
    release.last_at_ms = state.now_ms();
    release.last_transaction = state.transaction().id;
    state.put(key, release);
    return {};
}

/// Why nothing at all is released under the grant.
Result<std::optional<std::string>> blocked(const Transition& state, const Grant& grant) {
    if (grant.status != GrantStatus::live) return std::optional<std::string>("grant_ended");
    if (state.now_ms() >= grant.expires_at_ms) return std::optional<std::string>("grant_expired");
    PLACET_TRY_ASSIGN(const std::optional<Actor> researcher, governance::find_actor(state, grant.researcher));
    if (!researcher || !researcher->is_active()) return std::optional<std::string>("actor_revoked");
    return std::optional<std::string>{};
}

bool may_close(const Actor& sender, const Grant& grant, const dataset::Dataset& found) {
    if (sender.id == grant.researcher) return true;
    if (sender.has(governance::Role::hospital_operator) && sender.organisation == grant.custodian) return true;
    return sender.has(governance::Role::dac) && std::ranges::find(found.committee, sender.id) != found.committee.end();
}

}  // namespace

Result<Verdict> apply(Transition& state, const Actor& sender, const RecordRelease& command) {
    PLACET_TRY_ASSIGN(std::optional<Grant> grant, find_grant(state, command.grant));
    if (!grant) return refused("grant_unknown", command.grant);
    if (grant->custodian != sender.organisation) return refused("not_own", command.grant);
    for (const Pseudonym& pseudonym : command.pseudonyms) {
        PLACET_TRY_ASSIGN(const bool foreign, consent::is_of_another(state, grant->custodian, pseudonym));
        if (foreign) return refused("not_own", "pseudonyms");
    }
    PLACET_TRY_ASSIGN(const std::optional<std::string> block, blocked(state, *grant));
    if (block) {
        // The attempt on a patient's record stands in her sub-log, as every other does.
        append_access(state, *grant, command.pseudonyms);
        return refused(*block, command.grant);
    }
    PLACET_TRY_ASSIGN(const governance::ImplicitPolicy policy, governance::implicit_policy(state, grant->custodian));
    const ReleaseJudge judge(state, *grant, policy);
    ReleaseDetail detail{grant->id, grant->dataset, grant->researcher, grant->purposes, consent::kRuleVersion, {}};
    std::uint64_t permitted = 0;
    for (const Pseudonym& pseudonym : command.pseudonyms) {
        PLACET_TRY_ASSIGN(std::string code, judge.judge(pseudonym));
        detail.answers.push_back({pseudonym, std::move(code)});
        if (!detail.answers.back().permits()) continue;
        ++permitted;
        PLACET_TRY(note_release(state, *grant, pseudonym));
    }
    grant->released += permitted;
    grant->refused += command.pseudonyms.size() - permitted;
    state.put(grant_key(grant->id), *grant);
    append_access(state, *grant, command.pseudonyms);
    if (permitted > 0) return accepted("released", detail);
    return Verdict{{false, "release_refused", encode(detail)}, true};
}

Result<Verdict> apply(Transition& state, const Actor& sender, const CloseGrant& command) {
    PLACET_TRY_ASSIGN(std::optional<Grant> grant, find_grant(state, command.grant));
    if (!grant) return refused("grant_unknown", command.grant);
    PLACET_TRY_ASSIGN(const std::optional<dataset::Dataset> found, dataset::find_dataset(state, grant->dataset));
    if (!found || !may_close(sender, *grant, *found)) return refused("not_own", command.grant);
    if (grant->status != GrantStatus::live) return refused("grant_ended", command.grant);
    grant->status = sender.id == grant->researcher ? GrantStatus::closed : GrantStatus::revoked;
    grant->ended_at_ms = state.now_ms();
    state.put(grant_key(grant->id), *grant);
    PLACET_TRY_ASSIGN(dataset::LiveGrants live, dataset::live_grants(state, grant->dataset));
    std::erase(live.grants, grant->id);
    state.put(dataset::live_grants_key(grant->dataset), live);
    return accepted("grant_closed");
}

}  // namespace placet::contracts::access
