// Keys and look-ups of access, the state of a request as a whole, and who has a conflict of interest.
#include "contracts/access/entries.hpp"

#include <algorithm>

#include "contracts/common/ids.hpp"

namespace placet::contracts::access {

std::string_view to_string(ReadSubject subject) noexcept {
    switch (subject) {
        case ReadSubject::patient_trail: return "patient_trail";
        case ReadSubject::actor_trail: return "actor_trail";
        case ReadSubject::dataset_trail: return "dataset_trail";
        case ReadSubject::custodian_trail: return "custodian_trail";
        case ReadSubject::request: return "request";
        case ReadSubject::consents: return "consents";
        case ReadSubject::proof: return "proof";
        case ReadSubject::reads: return "reads";
    }
    return {};
}

std::string_view to_string(RequestState state) noexcept {
    switch (state) {
        case RequestState::submitted: return "submitted";
        case RequestState::review: return "review";
        case RequestState::granted: return "granted";
        case RequestState::refused: return "refused";
        case RequestState::withdrawn: return "withdrawn";
    }
    return {};
}

std::string_view to_string(GrantStatus status) noexcept {
    switch (status) {
        case GrantStatus::live: return "live";
        case GrantStatus::closed: return "closed";
        case GrantStatus::revoked: return "revoked";
    }
    return {};
}

RequestState Request::state() const noexcept {
    const auto any = [this](RequestState wanted) {
        return std::ranges::any_of(datasets, [wanted](const DatasetDecision& decision) { return decision.state == wanted; });
    };
    for (const auto wanted : {RequestState::granted, RequestState::submitted, RequestState::review, RequestState::refused})
        if (any(wanted)) return wanted;
    return RequestState::withdrawn;
}

const DatasetDecision* Request::decision_of(std::string_view dataset) const noexcept {
    const auto found = std::ranges::find(datasets, dataset, &DatasetDecision::dataset);
    return found == datasets.end() ? nullptr : &*found;
}

Bytes request_key(std::string_view id) { return KeyBuilder(EntryKind::request, 2).text(id).take(); }
Bytes requests_prefix() { return scan_prefix(EntryKind::request, 2); }
Bytes request_of_key(std::string_view researcher, std::string_view request) {
    return KeyBuilder(EntryKind::request_of, 3).text(researcher).text(request).take();
}
Bytes requests_of_prefix(std::string_view researcher) { return KeyBuilder(EntryKind::request_of, 3).text(researcher).take(); }
Bytes grant_key(std::string_view id) { return KeyBuilder(EntryKind::grant, 2).text(id).take(); }
Bytes grants_prefix() { return scan_prefix(EntryKind::grant, 2); }
Bytes release_key(std::string_view grant, const Pseudonym& pseudonym) {
    return KeyBuilder(EntryKind::release, 3).text(grant).bytes(pseudonym.view()).take();
}
Bytes batch_head_key(std::string_view custodian) { return KeyBuilder(EntryKind::batch_head, 2).text(custodian).take(); }
Bytes batch_key(std::string_view custodian, std::uint64_t sequence) {
    return KeyBuilder(EntryKind::batch, 3).text(custodian).uint(sequence).take();
}
Bytes batches_prefix(std::string_view custodian) { return KeyBuilder(EntryKind::batch, 3).text(custodian).take(); }
Bytes reads_head_key(std::string_view node_actor) { return KeyBuilder(EntryKind::reads_head, 2).text(node_actor).take(); }
Bytes notice_key(std::string_view grant, const Pseudonym& pseudonym) {
    return KeyBuilder(EntryKind::notice, 3).text(grant).bytes(pseudonym.view()).take();
}
Bytes notices_prefix(std::string_view grant) { return KeyBuilder(EntryKind::notice, 3).text(grant).take(); }
Bytes all_notices_prefix() { return scan_prefix(EntryKind::notice, 3); }
Bytes waiting_notice_key(std::string_view custodian, std::string_view grant, const Pseudonym& pseudonym) {
    return KeyBuilder(kWaitingNoticeEntry, 4).text(custodian).text(grant).bytes(pseudonym.view()).take();
}
Bytes waiting_notices_prefix(std::string_view custodian) { return KeyBuilder(kWaitingNoticeEntry, 4).text(custodian).take(); }

std::string grant_id(std::string_view request, std::size_t dataset_position) {
    return std::string(request) + ".g" + std::to_string(dataset_position);
}

Result<std::optional<Request>> find_request(const state::StateReader& reader, std::string_view id) {
    return load<Request>(reader, request_key(id));
}
Result<std::optional<Grant>> find_grant(const state::StateReader& reader, std::string_view id) { return load<Grant>(reader, grant_key(id)); }

Result<SequenceHead> batch_head(const state::StateReader& reader, std::string_view custodian) {
    PLACET_TRY_ASSIGN(std::optional<SequenceHead> head, load<SequenceHead>(reader, batch_head_key(custodian)));
    return head.value_or(SequenceHead{});
}

Result<SequenceHead> reads_head(const state::StateReader& reader, std::string_view node_actor) {
    PLACET_TRY_ASSIGN(std::optional<SequenceHead> head, load<SequenceHead>(reader, reads_head_key(node_actor)));
    return head.value_or(SequenceHead{});
}

Result<std::optional<Batch>> find_batch(const state::StateReader& reader, std::string_view custodian, std::uint64_t sequence) {
    return load<Batch>(reader, batch_key(custodian, sequence));
}

Result<std::vector<Request>> all_requests(const state::StateScanner& scanner) { return load_all<Request>(scanner, requests_prefix()); }
Result<std::vector<Grant>> all_grants(const state::StateScanner& scanner) { return load_all<Grant>(scanner, grants_prefix()); }

Result<bool> is_on_committee(const state::StateReader& reader, const Request& request, std::string_view actor) {
    for (const auto& decision : request.datasets) {
        PLACET_TRY_ASSIGN(const auto found, dataset::find_dataset(reader, decision.dataset));
        if (found && std::ranges::find(found->committee, actor) != found->committee.end()) return true;
    }
    return false;
}

std::optional<Reason> conflict_of(const Request& request, std::string_view member) {
    const auto reason = [&](std::string_view why) {
        return Reason{"conflict_of_interest", std::string(member), std::string(member).append(" ").append(why)};
    };
    if (member == request.researcher) return reason("is the researcher who asks");
    if (organisation_of(member) == organisation_of(request.researcher)) return reason("belongs to the researcher's own organisation");
    if (std::ranges::find(request.asked.study_members, member) != request.asked.study_members.end())
        return reason("is named as a member of the study");
    if (std::ranges::find(request.conflicts, member) != request.conflicts.end()) return reason("has declared a conflict of interest");
    return std::nullopt;
}

}  // namespace placet::contracts::access
