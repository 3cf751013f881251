// Requests: submitting, cohorts, conflicts, votes. The deciding vote makes the grant.
#include <algorithm>

#include "contracts/access/rules.hpp"
#include "contracts/common/ids.hpp"
#include "contracts/consent/evaluate.hpp"
#include "contracts/consent/purpose.hpp"
#include "contracts/dataset/installed_diseases.hpp"

namespace placet::contracts::access {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view item) {
    return std::ranges::find(list, item) != list.end();
}

void add_purpose(std::vector<Coding>& purposes, const Coding& purpose) {
    if (std::ranges::find(purposes, purpose) == purposes.end()) purposes.push_back(purpose);
}

Result<DatasetDecision> judge(Transition& state, const dataset::Dataset& found, const SubmitRequest& command, const Actor& sender) {
    PLACET_TRY_ASSIGN(const dataset::DuoAnswer duo, terms_answer(state, found, command, sender));
    DatasetDecision decision;
    decision.dataset = found.id;
    decision.custodian = found.custodian;
    decision.state = duo.decision == dataset::DuoDecision::deny ? RequestState::refused : RequestState::submitted;
    decision.duo = duo.decision;
    decision.reasons = duo.reasons;
    decision.obligations = duo.obligations;
    decision.months_limit = duo.months_limit;
    return decision;
}

RequestDetail detail_of(const Request& request) {
    RequestDetail detail;
    detail.request = request.asked.id;
    for (const DatasetDecision& one : request.datasets)
        detail.datasets.push_back({one.dataset, one.duo, one.reasons, one.obligations});
    return detail;
}

DatasetDecision* find_decision(Request& request, std::string_view dataset) {
    const auto found = std::ranges::find(request.datasets, dataset, &DatasetDecision::dataset);
    return found == request.datasets.end() ? nullptr : &*found;
}

struct Tally {
    std::uint64_t approvals = 0;
    std::uint64_t denials = 0;
    std::uint64_t may_still_vote = 0;  // members without a conflict that have not voted
};

Tally tally(const Request& request, const DatasetDecision& decision, const dataset::Dataset& found) {
    Tally out;
    for (const Vote& vote : decision.votes) ++(vote.approve ? out.approvals : out.denials);
    for (const std::string& member : found.committee) {
        const bool voted = std::ranges::find(decision.votes, member, &Vote::member) != decision.votes.end();
        if (!voted && !conflict_of(request, member)) ++out.may_still_vote;
    }
    return out;
}

Result<Grant> make_grant(Transition& state, const Request& request, const DatasetDecision& decision) {
    PLACET_TRY_ASSIGN(const std::uint64_t otherwise_months, governance::parameter(state, "default_grant_months", 12));
    Grant grant;
    grant.id = *decision.grant;
    grant.request = request.asked.id;
    grant.dataset = decision.dataset;
    grant.custodian = decision.custodian;
    grant.researcher = request.researcher;
    grant.study = request.asked.study;
    grant.purposes = request.purposes;
    grant.obligations = decision.obligations;
    grant.made_at_ms = state.now_ms();
    grant.expires_at_ms = grant_expiry(request, decision, state.now_ms(), otherwise_months);
    state.put(grant_key(grant.id), grant);
    return grant;
}

/// Adds the grant to the dataset's live ones; those that ended meanwhile leave. False where there are too many.
Result<bool> list_grant(Transition& state, const Grant& grant) {
    PLACET_TRY_ASSIGN(const dataset::LiveGrants before, dataset::live_grants(state, grant.dataset));
    dataset::LiveGrants after;
    for (const std::string& id : before.grants) {
        PLACET_TRY_ASSIGN(const std::optional<Grant> one, find_grant(state, id));
        if (one && one->is_live(state.now_ms())) after.grants.push_back(id);
    }
    if (after.grants.size() >= dataset::kMaxLiveGrants) return false;
    after.grants.insert(std::ranges::upper_bound(after.grants, grant.id), grant.id);
    state.put(dataset::live_grants_key(grant.dataset), after);
    return true;
}

Result<Verdict> decide_vote(Transition& state, Request& request, DatasetDecision& decision,
                            const dataset::Dataset& found) {
    const Tally votes = tally(request, decision, found);
    VoteDetail detail{request.asked.id,   decision.dataset, votes.approvals, votes.denials,
                      found.votes_needed, std::nullopt,     std::nullopt};
    std::string_view code = "vote_recorded";
    if (votes.approvals >= found.votes_needed) {
        const auto position = static_cast<std::size_t>(&decision - request.datasets.data());
        decision.state = RequestState::granted;
        decision.grant = grant_id(request.asked.id, position);
        PLACET_TRY_ASSIGN(const Grant grant, make_grant(state, request, decision));
        PLACET_TRY_ASSIGN(const bool listed, list_grant(state, grant));
        if (!listed) return refused("too_many_grants", decision.dataset);
        detail.grant = grant.id;
        detail.expires_at_ms = grant.expires_at_ms;
        code = "granted";
    } else if (votes.approvals + votes.may_still_vote < found.votes_needed ||
               votes.denials * 2 > found.committee.size()) {
        decision.state = RequestState::refused;
        code = "request_refused";
    }
    state.put(request_key(request.asked.id), request);
    return accepted(code, detail);
}

}  // namespace

dataset::Ask terms_asked(const SubmitRequest& command, const Actor& sender) {
    dataset::Ask ask = dataset::ask_of(command.terms);
    if (!command.ethics_approval.empty()) ask.ethics_approval = command.ethics_approval;
    if (!command.country.empty()) ask.country = command.country;
    if (!command.study.empty()) ask.project = command.study;
    ask.user = sender.id;
    ask.institution = sender.organisation;
    return ask;
}

Result<dataset::DuoAnswer> terms_answer(const state::StateReader& reader, const dataset::Dataset& found,
                                        const SubmitRequest& command, const Actor& sender) {
    std::vector<std::string> diseases = command.terms.diseases;
    for (const dataset::Permission& one : found.terms.permissions) diseases.insert(diseases.end(), one.diseases.begin(), one.diseases.end());
    PLACET_TRY_ASSIGN(const std::optional<dataset::DiseaseTable> table, dataset::diseases_around(reader, std::move(diseases)));
    return dataset::recorded(dataset::match(dataset::offer_of(found.terms), terms_asked(command, sender), table ? &*table : nullptr));
}

std::optional<std::vector<Coding>> purposes_asked(const SubmitRequest& command) {
    std::vector<Coding> meant;
    for (const auto purpose : command.terms.purposes)
        for (const Coding& one : consent::purposes_of_duo(dataset::short_name(purpose))) add_purpose(meant, one);
    if (command.terms.commercial == dataset::Stated::yes) add_purpose(meant, consent::act_reason("HMARKT"));
    if (command.purposes.empty()) return meant;
    std::vector<Coding> asked;
    std::vector<Coding> besides;
    for (const Coding& purpose : command.purposes) {
        const bool within =
            std::ranges::any_of(meant, [&](const Coding& one) { return consent::purpose_covers(one, purpose); });
        if (within)
            add_purpose(asked, purpose);
        else if (purpose.system == systems::kModelUse)
            add_purpose(besides, purpose);
        else
            return std::nullopt;
    }
    // A use of a model comes on top of the research it belongs to, and commerce is never left out.
    if (asked.empty()) asked = meant;
    if (command.terms.commercial == dataset::Stated::yes) add_purpose(asked, consent::act_reason("HMARKT"));
    for (const Coding& one : besides) add_purpose(asked, one);
    return asked;
}

TimeMs grant_expiry(const Request& request, const DatasetDecision& decision, TimeMs now_ms,
                    std::uint64_t otherwise_months) {
    std::optional<TimeMs> end;
    const auto limit = [&](TimeMs instant) { end = std::min(end.value_or(instant), instant); };
    if (request.asked.terms.months) limit(now_ms + *request.asked.terms.months * kMonthMs);
    if (decision.months_limit) limit(now_ms + std::min<std::uint64_t>(*decision.months_limit, 1200) * kMonthMs);
    if (request.asked.ethics_expires_ms) limit(*request.asked.ethics_expires_ms);
    return end.value_or(now_ms + otherwise_months * kMonthMs);
}

Result<Verdict> apply(Transition& state, const Actor& sender, const SubmitRequest& command) {
    PLACET_TRY_ASSIGN(const std::optional<Request> existing, find_request(state, command.id));
    if (existing) return refused("already_exists", command.id);
    if (command.ethics_expires_ms && *command.ethics_expires_ms <= state.now_ms())
        return refused("ethics_expired", "ethics_expires_ms");
    const std::optional<std::vector<Coding>> purposes = purposes_asked(command);
    if (!purposes) return refused("purpose_mismatch", "purposes");
    if (purposes->size() > 16) return refused("invalid_command", "purposes");
    Request request;
    request.asked = command;
    request.researcher = sender.id;
    request.purposes = *purposes;
    request.submitted_at_ms = state.now_ms();
    request.transaction = state.transaction().id;
    for (const std::string& id : command.datasets) {
        PLACET_TRY_ASSIGN(const std::optional<dataset::Dataset> found, dataset::find_dataset(state, id));
        if (!found) return refused("dataset_unknown", id);
        if (contains(found->committee, sender.id)) return refused("researcher_on_committee", id);
        PLACET_TRY_ASSIGN(DatasetDecision decision, judge(state, *found, command, sender));
        request.datasets.push_back(std::move(decision));
    }
    state.put(request_key(command.id), request);
    state.put_raw(request_of_key(sender.id, command.id), governance::actor_reference_value(sender.id));
    const bool all_denied = request.state() == RequestState::refused;
    if (!all_denied) return accepted("submitted", detail_of(request));
    return Verdict{{false, "duo_denied", encode(detail_of(request))}, true};
}

Result<Verdict> apply(Transition& state, const Actor& sender, const WithdrawRequest& command) {
    PLACET_TRY_ASSIGN(std::optional<Request> request, find_request(state, command.request));
    if (!request) return refused("request_unknown", command.request);
    if (request->researcher != sender.id) return refused("not_own", command.request);
    bool changed = false;
    for (DatasetDecision& one : request->datasets) {
        if (one.state != RequestState::submitted && one.state != RequestState::review) continue;
        one.state = RequestState::withdrawn;
        changed = true;
    }
    if (!changed) return refused("request_decided", command.request);
    state.put(request_key(command.request), *request);
    return accepted("request_withdrawn");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const CohortResult& command) {
    PLACET_TRY_ASSIGN(std::optional<Request> request, find_request(state, command.request));
    if (!request) return refused("request_unknown", command.request);
    DatasetDecision* decision = find_decision(*request, command.dataset);
    if (decision == nullptr) return refused("dataset_unknown", command.dataset);
    if (decision->custodian != sender.organisation) return refused("not_own", command.dataset);
    if (decision->cohort) return refused("cohort_known", command.dataset);
    if (decision->state != RequestState::submitted) return refused("request_decided", command.dataset);
    if (command.rule_version != consent::kRuleVersion || command.height >= state.height())
        return refused("invalid_command", "height");
    decision->cohort =
        Cohort{command.height, command.rule_version, command.counts, command.eligible_commitment, sender.id};
    decision->state = RequestState::review;
    if (!command.counts.permit)
        decision->reasons.push_back(
            {"cohort_small", command.dataset, outcome_sentence("cohort_small") + " " + outcome_advice("cohort_small")});
    else if (command.counts.permit != command.counts.members)
        decision->reasons.push_back({"consents_missing", command.dataset,
                                     outcome_sentence("consents_missing") + " " + outcome_advice("consents_missing")});
    state.put(request_key(command.request), *request);
    return accepted("cohort_recorded");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const DeclareConflict& command) {
    PLACET_TRY_ASSIGN(std::optional<Request> request, find_request(state, command.request));
    if (!request) return refused("request_unknown", command.request);
    PLACET_TRY_ASSIGN(const bool on_committee, is_on_committee(state, *request, sender.id));
    if (!on_committee) return refused("not_on_committee", sender.id);
    if (contains(request->conflicts, sender.id)) return accepted("conflict_declared");
    request->conflicts.insert(std::ranges::upper_bound(request->conflicts, sender.id), sender.id);
    state.put(request_key(command.request), *request);
    return accepted("conflict_declared");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const CastVote& command) {
    PLACET_TRY_ASSIGN(std::optional<Request> request, find_request(state, command.request));
    if (!request) return refused("request_unknown", command.request);
    DatasetDecision* decision = find_decision(*request, command.dataset);
    PLACET_TRY_ASSIGN(const std::optional<dataset::Dataset> found, dataset::find_dataset(state, command.dataset));
    if (decision == nullptr || !found) return refused("dataset_unknown", command.dataset);
    if (!contains(found->committee, sender.id)) return refused("not_on_committee", sender.id);
    if (const auto conflict = conflict_of(*request, sender.id)) return refused("conflict_of_interest", {*conflict});
    if (decision->state == RequestState::submitted) return refused("cohort_pending", command.dataset);
    if (decision->state != RequestState::review) return refused("request_decided", command.dataset);
    if (std::ranges::find(decision->votes, sender.id, &Vote::member) != decision->votes.end())
        return refused("already_voted", sender.id);
    if (request->asked.ethics_expires_ms && *request->asked.ethics_expires_ms <= state.now_ms() && command.approve)
        return refused("ethics_expired", command.request);
    Vote vote{sender.id, command.approve, command.reason, std::nullopt, state.now_ms()};
    if (command.d_part) {
        const Result<types::Part> words = state.own_part(*command.d_part);
        if (!words && words.error().code == ErrorCode::unavailable) return std::unexpected(words.error());
        if (!words || words->part_class != types::PartClass::document) return refused("part_unfit", "d_part");
        vote.d_commitment = state.transaction().payload.parts[*command.d_part];
    }
    decision->votes.push_back(std::move(vote));
    return decide_vote(state, *request, *decision, *found);
}

}  // namespace placet::contracts::access
