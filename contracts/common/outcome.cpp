// The table of outcomes. A code here is a promise: it never changes its meaning (docs/formats/outcomes.md is made of this table).
#include "contracts/common/outcome.hpp"

#include <algorithm>

namespace placet::contracts {
namespace {

using Table = std::vector<OutcomeWords>;

Table successes() {
    return {
        {"acknowledged", "The withdrawal has been acknowledged by the holder of the grant.", ""},
        {"batch_recorded", "The batch of accesses is on the ledger; each row can be proved.", ""},
        {"break_glass_justified", "This review decided: the emergency access was justified.", ""},
        {"break_glass_unjustified", "This review decided: the emergency access was not justified.", ""},
        {"break_glass_recorded", "The emergency access is on the ledger and waits for review.", ""},
        {"cohort_recorded", "The cohort of the dataset is known; the committee can vote.", ""},
        {"conflict_declared", "The committee member declared a conflict of interest and will not vote.", ""},
        {"enrolled", "Enrolled.", ""},
        {"grant_closed", "The grant has ended; nothing more is released under it.", ""},
        {"diseases_staged", "The rows are in the table of diseases.", ""},
        {"granted", "This vote decided: access is granted.", ""},
        {"key_bound", "The key is bound to the patient's pseudonym.", ""},
        {"members_added", "The members have been added to the dataset.", ""},
        {"members_removed", "The members have been removed from the dataset.", ""},
        {"emergency_policy_set", "Who may break the glass, for how long, and who reviews it is set.", ""},
        {"policy_set", "The custodian's implicit policy is set.", ""},
        {"proposal_adopted", "This vote decided: the proposal is adopted.", ""},
        {"proposal_rejected", "This vote decided: the proposal is rejected.", ""},
        {"proposed", "The proposal is open for votes.", ""},
        {"reads_recorded", "The reads are on the ledger.", ""},
        {"recorded", "The consent is recorded.", ""},
        {"registered", "The dataset is registered.", ""},
        {"released", "The release is recorded; only the pseudonyms marked permit may leave.", ""},
        {"request_refused", "This vote decided: access is refused.", ""},
        {"request_withdrawn", "The request is withdrawn.", ""},
        {"review_recorded", "The review is recorded; others are still to come.", ""},
        {"revoked", "The actor is revoked; nothing it signs is executed any more.", ""},
        {"rotated", "The actor has a new key; the old one is void.", ""},
        {"submitted", "The request is submitted: the cohorts are evaluated next, then the committees vote.", ""},
        {"vote_recorded", "The vote is recorded.", ""},
        {"withdrawn", "The consent is withdrawn, from this block on.", ""},
    };
}

Table refusals_of_anything() {
    return {
        {"after_not_executed", "Refused: the transaction it must follow has not been executed.", "Submit the earlier transaction first, then sign this one anew."},
        {"already_exists", "Refused: the id is taken.", "Choose another id."},
        {"invalid_command", "Refused: the command breaks a rule of its own form.", "Correct the named field."},
        {"key_in_use", "Refused: the key or certificate belongs to another actor, or did once.", "Make a new key."},
        {"not_authorised", "Refused: the sender's role does not allow this.", "Ask somebody whose role does (docs/rules.md, role table)."},
        {"not_own", "Refused: it belongs to another organisation or person.", "Only its own organisation or person can do this."},
        {"part_unfit", "Refused: a part is missing, of the wrong class, or of another person.", "Send the parts that the command names."},
        {"sender_revoked", "Refused: the sender's enrolment was revoked.", "Sign with the key of an enrolled actor."},
        {"sender_unknown", "Refused: nobody is enrolled under the sender's key.", "Have the key enrolled by your organisation's operator."},
        {"sequence_gap", "Refused: the sequence must continue without a gap.", "Send the sequence that the receipt's reason names."},
    };
}

Table refusals_of_governance() {
    return {
        {"actor_revoked", "Refused: the actor is revoked already.", ""},
        {"actor_unknown", "Refused: there is no such actor.", "Check the id, or enrol the actor first."},
        {"already_voted", "Refused: the vote was cast already.", ""},
        {"change_pending", "Refused for now: another change of the validators takes effect first.", "Vote again behind the height that the reason names."},
        {"organisation_unknown", "Refused: there is no such organisation.", "Check the id."},
        {"proposal_closed", "Refused: the proposal is decided already.", ""},
        {"proposal_unknown", "Refused: there is no such proposal.", "Check the id."},
        {"roles_exclusive", "Refused: these roles exclude each other.", "Enrol a second actor for the other role."},
        {"root_unknown", "Refused: the attested log root is not a recent one of this chain, or a key did not sign it.", "Let the new validator follow, then attest again and propose at once."},
        {"too_few_validators", "Refused: fewer than four validators would be left.", "Add another one first."},
        {"too_many_seats", "Refused: one organisation would hold more than max(1, f) seats.", "Another organisation must run the validator."},
        {"too_many_validators", "Refused: a chain has at most 64 validators.", "Remove one first."},
        {"validator_unknown", "Refused: there is no such validator in the set.", "Check the name."},
        {"unknown_parameter", "Refused: there is no such parameter, or not with such a value.", "See docs/rules.md, parameters."},
    };
}

Table refusals_of_consent() {
    return {
        {"consent_not_active", "Refused: the consent is not active, so there is nothing to withdraw.", ""},
        {"consent_unknown", "Refused: there is no such consent.", "Check the consent's id."},
        {"consent_unreadable", "Refused: the normalised codes of the consent cannot be read.", "Import the document again with this version."},
        {"consent_was_withdrawn", "Refused: the consent was withdrawn; it cannot come back as a new version.", "Ask the patient and record a new consent with an id of its own."},
        {"nothing_to_withdraw", "Refused: no consent of this patient is active here.", ""},
        {"patient_unknown", "Refused: the pseudonym is not enrolled with this custodian.", "Enrol the patient first."},
        {"status_mismatch", "Refused: the status differs from the document's own.", "Record the status that the document has."},
        {"too_many_consents", "Refused: the patient has as many active consents here as can be held.", "Let a consent supersede an older one."},
        {"validity_mismatch", "Refused: the validity starts before the consent's own date, or ends before it starts.", "Correct the dates."},
        {"version_conflict", "Refused: the version is not the next one.", "Record the version that follows the one on the ledger."},
    };
}

Table refusals_of_access() {
    return {
        {"already_reviewed", "Refused: the reviewer has reviewed this emergency access already.", ""},
        {"break_glass_unknown", "Refused: there is no such emergency access.", "Check its id."},
        {"group_not_authorised", "Refused: the group is not authorised to break the glass here.", "Name a group of the custodian's emergency policy."},
        {"no_emergency_policy", "Refused: the custodian has not said who may break the glass, and who reviews it.", "The operator sets the emergency policy."},
        {"not_a_reviewer", "Refused: the sender is not among those who review this emergency access.", "A reviewer of the custodian must do it."},
        {"occurred_later", "Refused: the access would lie in the future.", "Correct the clock of the gateway."},
        {"own_access", "Refused: nobody reviews an emergency access of her own.", "Another reviewer must do it."},
        {"review_closed", "Refused: the emergency access is reviewed already.", ""},
        {"time_limit_exceeded", "Refused: the emergency access lasts longer than the custodian allows.", "Name an earlier end, or break the glass again."},
        {"too_few_reviewers", "Refused: a reviewer is not active at this custodian as operator or clinician.", "Name reviewers that are."},
        {"cohort_known", "Refused: the cohort of this dataset was recorded already.", ""},
        {"cohort_pending", "Refused: the cohort has not been evaluated yet.", "Wait for the custodian's validator to record it, then vote."},
        {"conflict_of_interest", "Refused: a committee member with a conflict of interest cannot vote.", "Another member of the committee must vote."},
        {"dataset_unknown", "Refused: there is no such dataset.", "Check the dataset's id."},
        {"duo_denied", "Refused: the terms of every dataset asked for exclude this use.", "Narrow the purpose, or choose other datasets: each reason names what to change."},
        {"ethics_expired", "Refused: the ethics approval has expired.", "Submit a request under a valid approval."},
        {"grant_ended", "Refused: the grant was closed or revoked.", "Submit a new request."},
        {"grant_expired", "Refused: the grant has expired.", "Submit a new request."},
        {"grant_unknown", "Refused: there is no such grant.", "Check the grant's id."},
        {"not_on_committee", "Refused: the sender is not on the dataset's committee.", "A member of the committee must vote."},
        {"purpose_mismatch", "Refused: a purpose goes beyond what the request's DUO purposes mean.", "Ask for purposes within them, or widen the DUO purposes."},
        {"release_refused", "Refused: no pseudonym asked for may be released now.", "Each pseudonym's code says what would have to change."},
        {"request_decided", "Refused: the request is decided already for this dataset.", "Submit a new request."},
        {"request_unknown", "Refused: there is no such request.", "Check the request's id."},
        {"researcher_on_committee", "Refused: a researcher cannot ask for data that her own committee decides on.", "Leave the committee, or let another researcher ask."},
        {"rows_mismatch", "Refused: the rows do not fit the batch's count, root or times.", "Rebuild the batch from the journal."},
        {"source_not_granted", "Refused: a dataset it was made from is neither the organisation's own nor covered by the grant that is named.", "Name the grant under which your organisation got that dataset."},
        {"too_many_derivations", "Refused: as many datasets as can be held were made from this one.", "Register what belongs together as one dataset."},
        {"table_closed", "Refused: the table of diseases is complete and cannot change.", "Stage another table under another id, and propose that."},
        {"too_many_grants", "Refused: the dataset has as many live grants as can be held.", "Close grants that are no longer needed, then vote again."},
        {"withdrawal_unknown", "Refused: no withdrawal waits for acknowledgement here.", ""},
    };
}

/// Codes inside a ReleaseDetail and in reasons, with words for people.
Table codes_inside_details() {
    return {
        {"cohort_small", "Fewer than ten members have a consent that permits this.", "Ask for a purpose that more consents cover, or for another dataset."},
        {"consent_denies", "The patient's consent denies this use.", "Only the patient can change that."},
        {"consent_erased", "The patient's consent was erased.", ""},
        {"consent_indeterminate", "The patient's consent can be read in more than one way, so it counts as no.", "The custodian has to clarify the document."},
        {"consent_missing", "No consent in force permits this use.", "Ask the patient for her consent."},
        {"consent_withdrawn", "The patient has withdrawn her consent.", "Only the patient can change that."},
        {"consents_missing", "For some members no consent in force permits this use.", "The custodian can ask its patients for consent to this purpose."},
        {"not_a_member", "The pseudonym is not a member of the dataset.", "Ask for members of the dataset only."},
        {"permit", "May be released.", ""},
        {"duo_ancestry_excluded", "The dataset excludes research into origins and ancestry.", "Leave that purpose out."},
        {"duo_commerce_unknown", "The request does not say whether it is commercial or for profit.", "Say so in the request."},
        {"duo_commercial", "The dataset excludes commercial use, or organisations for profit.", "Ask from a not-for-profit organisation for a non-commercial use."},
        {"duo_condition_unmet", "What the request states contradicts a condition of the dataset.", "Meet the condition, or choose another dataset."},
        {"duo_disease_not_stated", "A disease is missing in the request or in the dataset's terms.", "State the disease."},
        {"duo_evidence_missing", "The request does not show that it meets a condition of the dataset.", "State what the condition asks for."},
        {"duo_methods_excluded", "The dataset excludes methods development outside its diseases.", "Name a disease within the dataset's."},
        {"duo_modifier", "The dataset states a condition that the committee judges.", "Attach evidence that the condition is met."},
        {"duo_purpose_not_permitted", "The dataset's permission does not cover the purpose.", "Ask for a narrower purpose, or choose another dataset."},
        {"duo_time_limit", "More months are asked for than the dataset allows.", "Ask for fewer months."},
        {"duo_time_limit_unstated", "The dataset limits the time of use without saying to what.", "The committee decides."},
        {"duo_undertaking_refused", "The request refuses an undertaking that the dataset demands.", "Undertake it."},
        {"duo_unknown_term", "The dataset states a term that is not known here.", "The committee decides."},
        {"no_permission_stated", "The dataset states no permission.", "The committee decides."},
        {"no_purpose_stated", "The request states no purpose.", "State one."},
        {"sensitive_population", "The request concerns a sensitive population.", "The committee decides."},
    };
}

const OutcomeWords* find_words(std::string_view code) {
    const auto& all = all_outcomes();
    const auto found = std::ranges::lower_bound(all, code, {}, &OutcomeWords::code);
    return found == all.end() || found->code != code ? nullptr : &*found;
}

}  // namespace

const std::vector<OutcomeWords>& all_outcomes() {
    static const Table table = [] {
        Table out;
        for (const Table& some : {successes(), refusals_of_anything(), refusals_of_governance(), refusals_of_consent(), refusals_of_access(), codes_inside_details()})
            out.insert(out.end(), some.begin(), some.end());
        std::ranges::sort(out, {}, &OutcomeWords::code);
        return out;
    }();
    return table;
}

std::string plain_text(std::string_view text, std::size_t most) {
    std::string out(text.substr(0, most));
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

std::string outcome_sentence(std::string_view code) {
    const OutcomeWords* found = find_words(code);
    return std::string(found == nullptr ? code : found->sentence);
}

std::string outcome_advice(std::string_view code) {
    const OutcomeWords* found = find_words(code);
    return std::string(found == nullptr ? std::string_view{} : found->advice);
}

}  // namespace placet::contracts
