// Proposals that the organisations with a seat vote on: admitting an organisation, changing a parameter; and the votes on any proposal.
#include <algorithm>

#include "contracts/common/ids.hpp"
#include "contracts/governance/membership.hpp"
#include "contracts/governance/rules.hpp"

namespace placet::contracts::governance {
namespace {

Status check_organisation(const Propose& command) {
    PLACET_TRY(check_organisation_id(command.name, "name"));
    PLACET_TRY(check_country(command.country, "country"));
    if (command.kind != "hospital" && command.kind != "university" && command.kind != "regulator")
        return refuse(ErrorCode::invalid_value, "an organisation is a 'hospital', 'university' or 'regulator'", "kind");
    if (!command.operator_key) return refuse(ErrorCode::invalid_value, "a new organisation needs its operator's key", "operator_key");
    if (!crypto::check_public_key(*command.operator_key)) return refuse(ErrorCode::invalid_value, "the key is no point of its curve", "operator_key");
    return {};
}

Status check_parameter(const Propose& command) {
    const auto& all = all_parameters();
    const auto known = std::ranges::find(all, std::string_view(command.name), &ParameterBounds::name);
    if (known == all.end()) return refuse(ErrorCode::invalid_value, "'" + command.name + "' is no parameter", "name");
    if (command.value < known->least || command.value > known->most)
        return refuse(ErrorCode::invalid_value,
                      "must lie between " + std::to_string(known->least) + " and " + std::to_string(known->most), "value");
    return {};
}

Status check_diseases(const Propose& command) {
    PLACET_TRY(check_object_id(command.name, "name"));
    if (!command.digest) return refuse(ErrorCode::invalid_value, "a table of diseases is named with its digest", "digest");
    return {};
}

/// Puts an adopted proposal into effect; false where the world changed since it was made.
Result<bool> adopt(Transition& state, const Propose& proposal) {
    if (proposal.subject == ProposalSubject::diseases) {
        state.put(diseases_in_force_key(), DiseasesInForce{proposal.name, *proposal.digest, state.now_ms()});
        return true;
    }
    if (proposal.subject == ProposalSubject::parameter) {
        state.put(parameter_key(proposal.name), ParameterValue{proposal.value});
        return true;
    }
    PLACET_TRY_ASSIGN(const std::optional<Organisation> existing, find_organisation(state, proposal.name));
    Actor actor;
    actor.id = "operator@" + proposal.name;
    PLACET_TRY_ASSIGN(const bool free, is_free(state, *proposal.operator_key, proposal.operator_spki, actor.id));
    if (existing || !free) return false;
    actor.organisation = proposal.name;
    actor.roles = {Role::hospital_operator};
    actor.key = *proposal.operator_key;
    actor.client_spki = proposal.operator_spki;
    actor.title = "Operator of " + proposal.name;
    actor.since_ms = state.now_ms();
    state.put(organisation_key(proposal.name), Organisation{proposal.name, proposal.title, proposal.kind, proposal.country, false});
    put_actor(state, actor);
    return true;
}

void add_sorted(std::vector<std::string>& list, const std::string& item) { list.insert(std::ranges::upper_bound(list, item), item); }

bool contains(const std::vector<std::string>& list, const std::string& item) { return std::ranges::find(list, item) != list.end(); }

/// What becomes of a proposal that more than half of the seats want: a verdict where the deciding vote must wait.
Result<std::optional<Verdict>> decide(Transition& state, ProposalEntry& entry) {
    PLACET_TRY_ASSIGN(const bool adopted, adopt(state, entry.proposal));
    entry.state = adopted ? ProposalState::adopted : ProposalState::rejected;
    return std::optional<Verdict>{};
}

Result<std::optional<Verdict>> decide(Transition& state, ValidatorProposalEntry& entry) {
    PLACET_TRY_ASSIGN(std::optional<Verdict> no, adopt_change(state, entry.proposal));
    if (no && no->outcome.code == "change_pending") return std::move(no);
    entry.state = no ? ProposalState::rejected : ProposalState::adopted;
    return std::optional<Verdict>{};
}

void put_entry(Transition& state, const ProposalEntry& entry) { state.put(proposal_key(entry.proposal.id), entry); }
void put_entry(Transition& state, const ValidatorProposalEntry& entry) { state.put(validator_proposal_key(entry.proposal.id), entry); }

template <class Entry>
Result<Verdict> count_vote(Transition& state, const Actor& sender, const VoteOnProposal& command, Entry& entry) {
    if (entry.state != ProposalState::open) return refused("proposal_closed", command.id);
    PLACET_TRY_ASSIGN(const std::optional<Organisation> organisation, find_organisation(state, sender.organisation));
    if (!organisation || !organisation->has_seat) return refused("not_authorised", sender.organisation);
    if (contains(entry.approvals, sender.organisation) || contains(entry.rejections, sender.organisation))
        return refused("already_voted", sender.organisation);
    PLACET_TRY_ASSIGN(const std::optional<Chain> chain, load<Chain>(state, chain_key()));
    const std::uint64_t seats = chain ? chain->seats : 0;
    add_sorted(command.approve ? entry.approvals : entry.rejections, sender.organisation);
    if (2 * entry.approvals.size() > seats) {
        PLACET_TRY_ASSIGN(std::optional<Verdict> waits, decide(state, entry));
        if (waits) return std::move(*waits);
    } else if (2 * entry.rejections.size() >= seats) {
        entry.state = ProposalState::rejected;
    }
    put_entry(state, entry);
    if (entry.state == ProposalState::open) return accepted("vote_recorded");
    return accepted(entry.state == ProposalState::adopted ? "proposal_adopted" : "proposal_rejected");
}

}  // namespace

const std::vector<ParameterBounds>& all_parameters() {
    static const std::vector<ParameterBounds> parameters = {
        {"default_grant_months", 1, 60, 12},  // of a grant whose request, terms and ethics approval name no end
        {"late_after_hours", 1, 168, 24},     // when a batch of accesses is marked late
    };
    return parameters;
}

Status check(const Propose& command) {
    PLACET_TRY(check_object_id(command.id, "id"));
    switch (command.subject) {
        case ProposalSubject::organisation: return check_organisation(command);
        case ProposalSubject::parameter: return check_parameter(command);
        case ProposalSubject::diseases: return check_diseases(command);
    }
    return refuse(ErrorCode::unsupported, "no such subject", "subject");
}

Status check(const VoteOnProposal& command) { return check_object_id(command.id, "id"); }

Result<Verdict> apply(Transition& state, const Actor& sender, const Propose& command) {
    PLACET_TRY_ASSIGN(const std::optional<ProposalEntry> existing, find_proposal(state, command.id));
    PLACET_TRY_ASSIGN(const std::optional<ValidatorProposalEntry> other, find_validator_proposal(state, command.id));
    if (existing || other) return refused("already_exists", command.id);
    if (command.subject == ProposalSubject::organisation) {
        PLACET_TRY_ASSIGN(const std::optional<Organisation> organisation, find_organisation(state, command.name));
        if (organisation) return refused("already_exists", command.name);
    }
    ProposalEntry entry;
    entry.proposal = command;
    entry.proposer = sender.id;
    state.put(proposal_key(command.id), entry);
    return accepted("proposed");
}

Result<Verdict> apply(Transition& state, const Actor& sender, const VoteOnProposal& command) {
    PLACET_TRY_ASSIGN(std::optional<ProposalEntry> entry, find_proposal(state, command.id));
    if (entry) return count_vote(state, sender, command, *entry);
    PLACET_TRY_ASSIGN(std::optional<ValidatorProposalEntry> change, find_validator_proposal(state, command.id));
    if (change) return count_vote(state, sender, command, *change);
    return refused("proposal_unknown", command.id);
}

}  // namespace placet::contracts::governance
