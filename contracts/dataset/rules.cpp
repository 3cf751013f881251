// Registering datasets, and what their commands look like.
#include "contracts/dataset/rules.hpp"

#include <algorithm>

#include "contracts/common/ids.hpp"

namespace placet::contracts::dataset {

Status check_pseudonyms(const std::vector<Pseudonym>& pseudonyms, std::size_t most) {
    if (pseudonyms.empty() || pseudonyms.size() > most)
        return refuse(ErrorCode::invalid_value, "name 1 to " + std::to_string(most) + " pseudonyms", "pseudonyms");
    if (std::ranges::adjacent_find(pseudonyms, [](const Pseudonym& a, const Pseudonym& b) { return !(a < b); }) != pseudonyms.end())
        return refuse(ErrorCode::invalid_value, "pseudonyms must ascend without repeats", "pseudonyms");
    return {};
}

namespace {

Status check_sources(const RegisterDataset& command) {
    if (is_made_from_others(command.kind) == command.derived_from.empty())
        return refuse(ErrorCode::invalid_value,
                      "synthetic data, derived datasets and models name what they were made from, and others nothing", "derived_from");
    for (const Source& one : command.derived_from) {
        PLACET_TRY(check_object_id(one.dataset, "derived_from.dataset"));
        if (one.grant) PLACET_TRY(check_object_id(*one.grant, "derived_from.grant"));
        if (one.dataset == command.id) return refuse(ErrorCode::invalid_value, "a dataset is not made from itself", "derived_from.dataset");
        if (std::ranges::count(command.derived_from, one) > 1)
            return refuse(ErrorCode::invalid_value, "'" + one.dataset + "' is named twice", "derived_from.dataset");
    }
    return {};
}

}  // namespace

Status check(const Modifier& modifier) {
    if (modifier.code.empty()) return refuse(ErrorCode::invalid_value, "a modifier needs its code", "terms.modifiers.code");
    for (const std::string& one : modifier.allowed)
        if (one.empty()) return refuse(ErrorCode::invalid_value, "an empty text allows nothing: leave it out", "terms.modifiers.allowed");
    const auto name = modifier_short_name(modifier.code);
    if (!name) return {};  // kept as stated, for the committee
    const ModifierStates states = states_of(*name);
    if (modifier.value && states != ModifierStates::months && states != ModifierStates::day)
        return refuse(ErrorCode::invalid_value, "only TS (months) and MOR (a day) state a value", "terms.modifiers.value");
    if (states == ModifierStates::months && modifier.value && (*modifier.value == 0 || *modifier.value > 1200))
        return refuse(ErrorCode::invalid_value, "must lie between 1 and 1200", "terms.modifiers.value");
    if (!modifier.allowed.empty() && states != ModifierStates::list && states != ModifierStates::countries)
        return refuse(ErrorCode::invalid_value, "only GS, RS, US, PS, IS and COL name what they allow", "terms.modifiers.allowed");
    if (states == ModifierStates::countries)
        for (const std::string& one : modifier.allowed) PLACET_TRY(check_country(one, "terms.modifiers.allowed"));
    return {};
}

Status check(const DuoTerms& terms) {
    for (const Permission& one : terms.permissions) {
        if (one.term != PermissionTerm::disease_specific && !one.diseases.empty())
            return refuse(ErrorCode::invalid_value, "only a disease-specific permission (DS) names diseases", "terms.permissions.diseases");
        for (const std::string& disease : one.diseases) PLACET_TRY(check_object_id(disease, "terms.permissions.diseases"));
    }
    for (const Modifier& one : terms.modifiers) PLACET_TRY(check(one));
    return {};
}

Status check(const RegisterDataset& command) {
    PLACET_TRY(check_object_id(command.id, "id"));
    if (command.title.empty()) return refuse(ErrorCode::invalid_value, "a dataset needs a title", "title");
    PLACET_TRY(check(command.terms));
    PLACET_TRY(check_country(command.jurisdiction, "jurisdiction"));
    if (command.retention_years == 0 || command.retention_years > 100)
        return refuse(ErrorCode::invalid_value, "must lie between 1 and 100", "retention_years");
    for (const std::string& member : command.committee) PLACET_TRY(check_actor_id(member, "committee"));
    for (std::size_t i = 0; i < command.committee.size(); ++i)
        if (std::ranges::count(command.committee, command.committee[i]) > 1)
            return refuse(ErrorCode::invalid_value, "'" + command.committee[i] + "' is named twice", "committee");
    if (command.votes_needed == 0 || command.votes_needed > command.committee.size())
        return refuse(ErrorCode::invalid_value, "must lie between 1 and the number of committee members", "votes_needed");
    return check_sources(command);
}

Status check(const AddMembers& command) {
    PLACET_TRY(check_object_id(command.dataset, "dataset"));
    return check_pseudonyms(command.pseudonyms, kMaxMembersPerCommand);
}

Status check(const RemoveMembers& command) {
    PLACET_TRY(check_object_id(command.dataset, "dataset"));
    return check_pseudonyms(command.pseudonyms, kMaxMembersPerCommand);
}

Result<Verdict> register_dataset(Transition& state, const governance::Actor& sender, const RegisterDataset& command) {
    PLACET_TRY_ASSIGN(const std::optional<Dataset> existing, find_dataset(state, command.id));
    if (existing) return refused("already_exists", command.id);
    for (const std::string& member : command.committee) {
        PLACET_TRY_ASSIGN(const std::optional<governance::Actor> actor, governance::find_actor(state, member));
        if (!actor || !actor->is_active() || !actor->has(governance::Role::dac)) return refused("actor_unknown", member);
    }
    Dataset dataset;
    dataset.id = command.id;
    dataset.custodian = sender.organisation;
    dataset.title = command.title;
    dataset.kind = command.kind;
    dataset.terms = command.terms;
    dataset.jurisdiction = command.jurisdiction;
    dataset.retention_years = command.retention_years;
    dataset.committee = command.committee;
    dataset.votes_needed = command.votes_needed;
    dataset.registered_at_ms = state.now_ms();
    dataset.derived_from = command.derived_from;
    state.put(dataset_key(command.id), dataset);
    return accepted("registered");
}

}  // namespace placet::contracts::dataset
