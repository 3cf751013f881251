// One function a command: adding a command to the ledger means adding its sentence here (a test checks that none is missing).
#include "cli/words/in_words.hpp"

#include <fmt/format.h>

#include "contracts/access/commands.hpp"
#include "contracts/access/details.hpp"
#include "contracts/access/emergency.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/dataset/commands.hpp"
#include "contracts/governance/commands.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::words {

namespace access = contracts::access;
namespace consent = contracts::consent;
namespace dataset = contracts::dataset;
namespace governance = contracts::governance;
using contracts::CommandKind;
using Lines = std::vector<std::string>;

std::string time_in_words(base::TimeMs instant) {
    if (instant > base::kLastInstant) return "no end";
    std::string text = base::to_rfc3339(instant);
    if (text.size() < 20) return text;
    text[10] = ' ';
    return text.substr(0, 19) + " UTC";
}

std::string short_pseudonym(const types::Pseudonym& pseudonym) { return base::to_hex(pseudonym.view()).substr(0, 16); }

std::string count_in_words(const std::optional<std::uint64_t>& count) {
    return count ? fmt::format("about {}", *count) : std::string("fewer than 10");
}

std::string joined(const std::vector<std::string>& items) {
    std::string out;
    for (std::size_t i = 0; i < items.size(); ++i) out += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
    return out;
}

std::string permission_in_words(const dataset::Permission& permission) {
    std::string out(dataset::words(permission.term));
    if (!permission.diseases.empty()) out += ": " + joined(permission.diseases);
    return out + fmt::format(" ({})", dataset::short_name(permission.term));
}

std::string modifier_in_words(const dataset::Modifier& modifier) {
    const auto name = dataset::modifier_short_name(modifier.code);
    const std::string_view meaning = dataset::modifier_words(modifier.code);
    std::string out(meaning.empty() ? "a term unknown here: the committee decides" : meaning);
    if (modifier.value && name == "TS") out += fmt::format(", {} months", *modifier.value);
    if (modifier.value && name == "MOR") out += ", until " + time_in_words(*modifier.value);
    if (!modifier.allowed.empty()) out += ": " + joined(modifier.allowed);
    return out + fmt::format(" ({})", name ? *name : std::string_view(modifier.code));
}

frame::Json reasons_json(const std::vector<contracts::Reason>& reasons) {
    frame::Json out(frame::Json::Array{});
    for (const auto& reason : reasons)
        out.push(frame::Json::object({{"code", reason.code}, {"subject", reason.subject}, {"text", reason.text}}));
    return out;
}

namespace {

Lines say(const governance::EnrolActor& command) {
    Lines roles;
    for (const auto role : command.roles) roles.emplace_back(governance::to_string(role));
    return {fmt::format("enrol {} as {}", command.id, joined(roles))};
}
Lines say(const governance::RevokeActor& command) { return {fmt::format("revoke {} (reason: {})", command.id, command.reason)}; }
Lines say(const governance::RotateKey& command) { return {fmt::format("give {} a new key", command.id)}; }
Lines say(const governance::SetImplicitPolicy& command) {
    return {fmt::format("set what holds at {} where no consent is on file: {}", command.custodian, governance::to_string(command.policy))};
}
Lines say(const governance::ProposeValidator& command) {
    const char* const what = command.change == governance::ValidatorChange::add      ? "add validator"
                             : command.change == governance::ValidatorChange::remove ? "remove validator"
                                                                                     : "give new keys or addresses to validator";
    return {fmt::format("propose {}: {} {}", command.id, what, command.name)};
}
Lines say(const governance::Propose& command) { return {fmt::format("propose {}: {}", command.id, command.name)}; }
Lines say(const governance::VoteOnProposal& command) {
    return {fmt::format("vote {} proposal {}", command.approve ? "for" : "against", command.id)};
}
Lines say(const consent::EnrolPatient& command) {
    return {fmt::format("enrol a patient of {} under the pseudonym {}", command.custodian, short_pseudonym(command.pseudonym))};
}
Lines say(const consent::BindPatientKey& command) {
    return {fmt::format("bind a key to patient {} of {} ({})", short_pseudonym(command.pseudonym), command.custodian, command.reason)};
}
Lines say(const consent::RecordConsent& command) {
    return {fmt::format("record consent {} (version {}) of patient {} of {}, from {}, until {}", command.consent_id, command.version,
                        short_pseudonym(command.pseudonym), command.custodian, time_in_words(command.not_before_ms),
                        time_in_words(command.not_after_ms))};
}
Lines say(const consent::WithdrawConsent& command) {
    return {fmt::format("withdraw {} of patient {} of {}", command.consent_id ? "consent " + *command.consent_id : "every active consent",
                        short_pseudonym(command.pseudonym), command.custodian)};
}
Lines say(const dataset::RegisterDataset& command) {
    Lines out{fmt::format("register dataset {}, \"{}\"", command.id, command.title)};
    for (const auto& permission : command.terms.permissions) out.push_back("may be used for " + permission_in_words(permission));
    for (const auto& modifier : command.terms.modifiers) out.push_back("condition: " + modifier_in_words(modifier));
    for (const auto& source : command.derived_from) out.push_back("made from " + source.dataset + (source.grant ? " under " + *source.grant : ""));
    return out;
}
Lines say(const dataset::AddMembers& command) {
    return {fmt::format("add {} people to dataset {}", command.pseudonyms.size(), command.dataset)};
}
Lines say(const dataset::StageDiseases& command) {
    return {fmt::format("put {} diseases into table {}{}", command.rows.size(), command.table, command.last ? " and close it" : "")};
}
Lines say(const dataset::RemoveMembers& command) {
    return {fmt::format("take {} people out of dataset {}", command.pseudonyms.size(), command.dataset)};
}
Lines say(const access::SubmitRequest& command) {
    Lines purposes;
    for (const auto purpose : command.terms.purposes) purposes.emplace_back(dataset::words(purpose));
    Lines out{fmt::format("ask for {} in study {}, \"{}\" (request {})", joined(command.datasets), command.study, command.title, command.id)};
    out.push_back("for " + (purposes.empty() ? std::string("no stated purpose") : joined(purposes)));
    return out;
}
Lines say(const access::CohortResult& command) {
    return {fmt::format("tell how many people's consents permit request {} on {}: {} of {}", command.request, command.dataset,
                        count_in_words(command.counts.permit), count_in_words(command.counts.members))};
}
Lines say(const access::DeclareConflict& command) {
    return {fmt::format("declare a conflict of interest about request {} ({})", command.request, command.reason)};
}
Lines say(const access::CastVote& command) {
    return {fmt::format("vote {} request {} on {} (reason: {})", command.approve ? "for" : "against", command.request, command.dataset, command.reason)};
}
Lines say(const access::CloseGrant& command) { return {fmt::format("end grant {} (reason: {})", command.grant, command.reason)}; }
Lines say(const access::RecordRelease& command) {
    Lines out{fmt::format("release data of {} people under grant {}", command.pseudonyms.size(), command.grant)};
    if (!command.categories.empty()) out.push_back("which data: " + joined(command.categories));
    return out;
}
Lines say(const access::AccessBatch& command) {
    return {fmt::format("record batch {} of {}: {} accesses in care, from {} to {}", command.sequence, command.custodian, command.rows,
                        time_in_words(command.first_ms), time_in_words(command.last_ms))};
}
Lines say(const access::RecordReads& command) {
    return {fmt::format("record {} reads of the trail (part {})", command.reads.size(), command.sequence)};
}
Lines say(const access::WithdrawRequest& command) { return {fmt::format("take back request {}", command.request)}; }
Lines say(const access::BreakGlass& command) {
    return {fmt::format("tell an emergency access ({}) to patient {} of {} by {} of {}, from {} until {} (reason: {})", command.purpose,
                        short_pseudonym(command.pseudonym), command.custodian, command.staff, command.group,
                        time_in_words(command.occurred_at_ms), time_in_words(command.until_ms), command.reason)};
}
Lines say(const access::SetEmergencyPolicy& command) {
    return {fmt::format("let {} of {} break the glass for at most {} minutes; {} of {} review it within {} hours", joined(command.groups),
                        command.custodian, command.minutes_limit, command.reviews_needed, joined(command.reviewers), command.review_hours)};
}
Lines say(const access::ReviewBreakGlass& command) {
    return {fmt::format("find emergency access {} of {} {} (reason: {})", command.id, command.custodian,
                        command.justified ? "justified" : "not justified", command.reason)};
}
Lines say(const access::AcknowledgeWithdrawal& command) {
    return {fmt::format("acknowledge that patient {} withdrew from grant {}", short_pseudonym(command.pseudonym), command.grant)};
}

template <class T>
Lines decoded(base::BytesView body) {
    const auto command = contracts::decode<T>(body);
    return command ? say(*command) : Lines{"a command that does not decode: " + command.error().message};
}

}  // namespace

Lines command_in_words(const types::Payload& payload) {
    const auto kind = contracts::command_kind(payload.kind);
    if (!kind) return {fmt::format("command {}, which this version of placet does not know", payload.kind)};
    const base::BytesView body = payload.body;
    using enum CommandKind;
    switch (*kind) {
        case enrol_actor: return decoded<governance::EnrolActor>(body);
        case revoke_actor: return decoded<governance::RevokeActor>(body);
        case rotate_key: return decoded<governance::RotateKey>(body);
        case set_implicit_policy: return decoded<governance::SetImplicitPolicy>(body);
        case propose: return decoded<governance::Propose>(body);
        case propose_validator: return decoded<governance::ProposeValidator>(body);
        case vote_on_proposal: return decoded<governance::VoteOnProposal>(body);
        case enrol_patient: return decoded<consent::EnrolPatient>(body);
        case bind_patient_key: return decoded<consent::BindPatientKey>(body);
        case record_consent: return decoded<consent::RecordConsent>(body);
        case withdraw_consent: return decoded<consent::WithdrawConsent>(body);
        case register_dataset: return decoded<dataset::RegisterDataset>(body);
        case add_members: return decoded<dataset::AddMembers>(body);
        case stage_diseases: return decoded<dataset::StageDiseases>(body);
        case remove_members: return decoded<dataset::RemoveMembers>(body);
        case submit_request: return decoded<access::SubmitRequest>(body);
        case cohort_result: return decoded<access::CohortResult>(body);
        case declare_conflict: return decoded<access::DeclareConflict>(body);
        case cast_vote: return decoded<access::CastVote>(body);
        case close_grant: return decoded<access::CloseGrant>(body);
        case record_release: return decoded<access::RecordRelease>(body);
        case access_batch: return decoded<access::AccessBatch>(body);
        case record_reads: return decoded<access::RecordReads>(body);
        case withdraw_request: return decoded<access::WithdrawRequest>(body);
        case break_glass: return decoded<access::BreakGlass>(body);
        case set_emergency_policy: return decoded<access::SetEmergencyPolicy>(body);
        case review_break_glass: return decoded<access::ReviewBreakGlass>(body);
        case acknowledge_withdrawal: return decoded<access::AcknowledgeWithdrawal>(body);
    }
    return {};
}

}  // namespace placet::cli::words
