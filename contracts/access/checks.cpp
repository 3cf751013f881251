// What access commands must look like; no state.
#include <algorithm>

#include "contracts/access/rules.hpp"
#include "contracts/common/ids.hpp"

namespace placet::contracts::access {
namespace {

Status check_coding(const Coding& coding, std::string_view field) {
    if (coding.code.empty()) return refuse(ErrorCode::invalid_value, "a purpose needs its code", std::string(field));
    return {};
}

Status check_request_datasets(const std::vector<std::string>& datasets) {
    if (datasets.empty()) return refuse(ErrorCode::invalid_value, "name at least one dataset", "datasets");
    for (const std::string& one : datasets) {
        PLACET_TRY(check_object_id(one, "datasets"));
        if (std::ranges::count(datasets, one) > 1) return refuse(ErrorCode::invalid_value, "'" + one + "' is named twice", "datasets");
    }
    return {};
}

Status check_terms(const dataset::DuoRequest& terms) {
    for (const auto purpose : terms.purposes)
        if (std::ranges::count(terms.purposes, purpose) > 1) return refuse(ErrorCode::invalid_value, "a purpose is named twice", "terms.purposes");
    for (const std::string& disease : terms.diseases) PLACET_TRY(check_object_id(disease, "terms.diseases"));
    constexpr std::uint64_t kMostMonths = 1200;
    if (terms.months && (*terms.months == 0 || *terms.months > kMostMonths))
        return refuse(ErrorCode::invalid_value, "must lie between 1 and 1200", "terms.months");
    if (terms.research_type && terms.research_type->empty())
        return refuse(ErrorCode::invalid_value, "an empty text says nothing: leave it out", "terms.research_type");
    if (terms.collaboration && terms.collaboration->empty())
        return refuse(ErrorCode::invalid_value, "an empty text says nothing: leave it out", "terms.collaboration");
    return {};
}

}  // namespace

Status check(const SubmitRequest& command) {
    PLACET_TRY(check_object_id(command.id, "id"));
    constexpr std::size_t kLongestRequestId = 80;  // a grant's id adds to it
    if (command.id.size() > kLongestRequestId) return refuse(ErrorCode::invalid_value, "must be 80 octets at most", "id");
    if (command.title.empty()) return refuse(ErrorCode::invalid_value, "a request needs a title", "title");
    PLACET_TRY(check_object_id(command.study, "study"));
    for (const std::string& member : command.study_members) PLACET_TRY(check_actor_id(member, "study_members"));
    PLACET_TRY(check_request_datasets(command.datasets));
    PLACET_TRY(check_terms(command.terms));
    for (const Coding& purpose : command.purposes) PLACET_TRY(check_coding(purpose, "purposes"));
    if (command.ethics_expires_ms && command.ethics_approval.empty())
        return refuse(ErrorCode::invalid_value, "an expiry needs the approval it belongs to", "ethics_approval");
    if (!purposes_asked(command))
        return refuse(ErrorCode::invalid_value, "a purpose goes beyond what the request's DUO purposes mean: widen those or narrow this", "purposes");
    return command.country.empty() ? Status{} : check_country(command.country, "country");
}

Status check(const WithdrawRequest& command) { return check_object_id(command.request, "request"); }

Status check(const CohortResult& command) {
    PLACET_TRY(check_object_id(command.request, "request"));
    PLACET_TRY(check_object_id(command.dataset, "dataset"));
    for (const auto& count : {command.counts.members, command.counts.permit, command.counts.deny, command.counts.not_applicable, command.counts.indeterminate})
        if (count && (*count % 10 != 0 || *count == 0))
            return refuse(ErrorCode::invalid_value, "counts are rounded to 10, and left out under 10", "counts");
    return {};
}

Status check(const DeclareConflict& command) {
    PLACET_TRY(check_object_id(command.request, "request"));
    return check_code(command.reason, "reason");
}

Status check(const CastVote& command) {
    PLACET_TRY(check_object_id(command.request, "request"));
    PLACET_TRY(check_object_id(command.dataset, "dataset"));
    return check_code(command.reason, "reason");
}

Status check(const CloseGrant& command) {
    PLACET_TRY(check_object_id(command.grant, "grant"));
    return check_code(command.reason, "reason");
}

Status check(const RecordRelease& command) {
    PLACET_TRY(check_object_id(command.grant, "grant"));
    for (const std::string& category : command.categories) PLACET_TRY(check_object_id(category, "categories"));
    return dataset::check_pseudonyms(command.pseudonyms, kMaxReleasePseudonyms);
}

Status check(const AccessBatch& command) {
    PLACET_TRY(check_organisation_id(command.custodian, "custodian"));
    if (command.rows == 0 || command.rows > kMaxRowsPerBatch)
        return refuse(ErrorCode::invalid_value, "a batch has 1 to " + std::to_string(kMaxRowsPerBatch) + " rows", "rows");
    if (command.last_ms < command.first_ms) return refuse(ErrorCode::invalid_value, "the last occurrence lies before the first", "last_ms");
    return {};
}

Status check(const RecordReads& command) {
    if (command.reads.empty()) return refuse(ErrorCode::invalid_value, "name at least one read", "reads");
    for (const TrailRead& read : command.reads) {
        PLACET_TRY(check_actor_id(read.reader, "reads.reader"));
        // Consents are read of one patient or of a custodian; a proof or a record of reads may concern one patient, too.
        const bool may_name_patient = read.subject == ReadSubject::consents || read.subject == ReadSubject::proof || read.subject == ReadSubject::reads;
        if (read.subject == ReadSubject::patient_trail && !read.pseudonym)
            return refuse(ErrorCode::invalid_value, "a read of a patient's trail names her pseudonym", "reads.pseudonym");
        if (read.pseudonym && read.subject != ReadSubject::patient_trail && !may_name_patient)
            return refuse(ErrorCode::invalid_value, "a read of an actor, dataset, custodian or request names no patient", "reads.pseudonym");
    }
    return {};
}

Status check(const AcknowledgeWithdrawal& command) { return check_object_id(command.grant, "grant"); }

}  // namespace placet::contracts::access
