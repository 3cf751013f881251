// Withdrawals and their effect: what stops, who must acknowledge, what can no longer be called back. And membership of datasets, through
// which a withdrawal finds the grants it reaches.
#include <algorithm>

#include "contracts/access/rules.hpp"

namespace placet::contracts::access {
namespace {

using consent::ActiveConsents;
using consent::ConsentEntry;
using consent::ConsentStatus;
using consent::WithdrawalDetail;
using consent::WithdrawConsent;

bool can_be_withdrawn(ConsentStatus status) {
    return status == ConsentStatus::active || status == ConsentStatus::proposed || status == ConsentStatus::frozen;
}

Status withdraw_one(Transition& state, const WithdrawConsent& command, const std::string& consent_id) {
    PLACET_TRY_ASSIGN(std::optional<ConsentEntry> entry, consent::find_consent(state, command.custodian, command.pseudonym, consent_id));
    if (!entry) return refuse(ErrorCode::corrupt, "the active set names a consent that is not there", consent_id);
    entry->status = ConsentStatus::withdrawn;
    entry->changed_at_ms = state.now_ms();
    state.put(consent::consent_key(command.custodian, command.pseudonym, consent_id), *entry);
    return {};
}

/// Live grants over one dataset, each with a notice for its holder.
Status name_grants(Transition& state, const WithdrawConsent& command, const std::string& dataset, WithdrawalDetail& detail) {
    constexpr std::size_t kMostGrants = 256;
    PLACET_TRY_ASSIGN(const dataset::LiveGrants live, dataset::live_grants(state, dataset));
    for (const std::string& id : live.grants) {
        PLACET_TRY_ASSIGN(const std::optional<Grant> grant, find_grant(state, id));
        if (!grant || !grant->is_live(state.now_ms())) continue;
        state.put(notice_key(id, command.pseudonym), WithdrawalNotice{state.now_ms(), std::nullopt});
        state.put(waiting_notice_key(command.custodian, id, command.pseudonym), WaitingNotice{grant->researcher, dataset, state.now_ms()});
        if (detail.grants.size() == kMostGrants) continue;
        const bool released = state.get(release_key(id, command.pseudonym)).has_value();
        detail.grants.push_back({id, grant->researcher, dataset, released});
    }
    return {};
}

Status name_effects(Transition& state, const WithdrawConsent& command, WithdrawalDetail& detail) {
    PLACET_TRY_ASSIGN(const consent::Memberships memberships, consent::memberships(state, command.custodian, command.pseudonym));
    detail.datasets = memberships.datasets;
    for (const std::string& dataset : memberships.datasets) PLACET_TRY(name_grants(state, command, dataset, detail));
    return {};
}

/// The consents to withdraw; a verdict where there is none.
Result<std::optional<Verdict>> choose(const Transition& state, const WithdrawConsent& command, const ActiveConsents& active,
                                      std::vector<std::string>& out) {
    if (!command.consent_id) {
        for (const auto& one : active.consents) out.push_back(one.consent_id);
        return out.empty() ? std::optional(refused("nothing_to_withdraw", "pseudonym")) : std::optional<Verdict>{};
    }
    PLACET_TRY_ASSIGN(const std::optional<ConsentEntry> entry, consent::find_consent(state, command.custodian, command.pseudonym, *command.consent_id));
    if (!entry) return std::optional(refused("consent_unknown", *command.consent_id));
    if (!can_be_withdrawn(entry->status)) return std::optional(refused("consent_not_active", *command.consent_id));
    out.push_back(*command.consent_id);
    return std::optional<Verdict>{};
}

Status change_membership(Transition& state, const dataset::Dataset& found, const Pseudonym& pseudonym, consent::Memberships memberships) {
    const bool joins = !std::ranges::binary_search(memberships.datasets, found.id);
    if (joins) {
        memberships.datasets.insert(std::ranges::upper_bound(memberships.datasets, found.id), found.id);
        state.put(dataset::member_key(found.id, pseudonym), dataset::Member{state.now_ms()});
    } else {
        std::erase(memberships.datasets, found.id);
        state.remove(dataset::member_key(found.id, pseudonym));
    }
    state.put(consent::memberships_key(found.custodian, pseudonym), memberships);
    return {};
}

}  // namespace

Result<Verdict> apply(Transition& state, const Actor& sender, const WithdrawConsent& command) {
    if (consent::standing_of(sender, command.custodian, command.pseudonym) == consent::Standing::none) return refused("not_own", "pseudonym");
    PLACET_TRY_ASSIGN(const auto patient, consent::find_patient(state, command.custodian, command.pseudonym));
    if (!patient) return refused("patient_unknown", "pseudonym");
    PLACET_TRY_ASSIGN(ActiveConsents active, consent::active_consents(state, command.custodian, command.pseudonym));
    WithdrawalDetail detail;
    PLACET_TRY_ASSIGN(std::optional<Verdict> nothing, choose(state, command, active, detail.consents));
    if (nothing) return std::move(*nothing);
    for (const std::string& id : detail.consents) {
        PLACET_TRY(withdraw_one(state, command, id));
        std::erase_if(active.consents, [&](const auto& one) { return one.consent_id == id; });
    }
    for (const auto& one : active.consents)
        if (state.now_ms() < one.not_after_ms) detail.remaining.push_back(one.consent_id);
    consent::put_active(state, command.custodian, command.pseudonym, active);
    PLACET_TRY(name_effects(state, command, detail));
    return accepted("withdrawn", detail);
}

Result<Verdict> apply(Transition& state, const Actor& sender, const dataset::AddMembers& command) {
    constexpr std::size_t kMostMemberships = 64;
    PLACET_TRY_ASSIGN(std::optional<dataset::Dataset> found, dataset::find_dataset(state, command.dataset));
    if (!found) return refused("dataset_unknown", command.dataset);
    if (found->custodian != sender.organisation) return refused("not_own", command.dataset);
    std::uint64_t changed = 0;
    for (const Pseudonym& pseudonym : command.pseudonyms) {
        PLACET_TRY_ASSIGN(const auto patient, consent::find_patient(state, found->custodian, pseudonym));
        if (!patient) return refused("patient_unknown", "pseudonyms");
        PLACET_TRY_ASSIGN(consent::Memberships memberships, consent::memberships(state, found->custodian, pseudonym));
        if (std::ranges::binary_search(memberships.datasets, found->id)) continue;
        if (memberships.datasets.size() >= kMostMemberships) return refused("invalid_command", "pseudonyms");
        PLACET_TRY(change_membership(state, *found, pseudonym, std::move(memberships)));
        ++changed;
    }
    found->members += changed;
    state.put(dataset::dataset_key(found->id), *found);
    return accepted("members_added", dataset::MembersDetail{changed, found->members});
}

Result<Verdict> apply(Transition& state, const Actor& sender, const dataset::RemoveMembers& command) {
    PLACET_TRY_ASSIGN(std::optional<dataset::Dataset> found, dataset::find_dataset(state, command.dataset));
    if (!found) return refused("dataset_unknown", command.dataset);
    if (found->custodian != sender.organisation) return refused("not_own", command.dataset);
    std::uint64_t changed = 0;
    for (const Pseudonym& pseudonym : command.pseudonyms) {
        PLACET_TRY_ASSIGN(consent::Memberships memberships, consent::memberships(state, found->custodian, pseudonym));
        if (!std::ranges::binary_search(memberships.datasets, found->id)) continue;
        PLACET_TRY(change_membership(state, *found, pseudonym, std::move(memberships)));
        ++changed;
    }
    found->members -= changed;
    state.put(dataset::dataset_key(found->id), *found);
    return accepted("members_removed", dataset::MembersDetail{changed, found->members});
}

Result<Verdict> apply(Transition& state, const Actor& sender, const AcknowledgeWithdrawal& command) {
    PLACET_TRY_ASSIGN(const std::optional<Grant> grant, find_grant(state, command.grant));
    if (!grant) return refused("grant_unknown", command.grant);
    if (grant->researcher != sender.id) return refused("not_own", command.grant);
    const Bytes key = notice_key(command.grant, command.pseudonym);
    PLACET_TRY_ASSIGN(std::optional<WithdrawalNotice> notice, load<WithdrawalNotice>(state, key));
    if (!notice) return refused("withdrawal_unknown", command.grant);
    if (!notice->acknowledged_at_ms) notice->acknowledged_at_ms = state.now_ms();
    state.put(key, *notice);
    state.remove(waiting_notice_key(grant->custodian, command.grant, command.pseudonym));
    return accepted("acknowledged");
}

}  // namespace placet::contracts::access
