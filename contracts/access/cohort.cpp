// Cohorts, and the question that is asked of each patient's consents.
#include "contracts/access/cohort.hpp"

#include <algorithm>

#include "contracts/common/ids.hpp"
#include "contracts/consent/screening.hpp"
#include "contracts/governance/entries.hpp"

namespace placet::contracts::access {
namespace {

/// Members of the dataset, ascending: the last item of each key is the pseudonym.
std::vector<Pseudonym> members_of(const state::StateScanner& scanner, std::string_view dataset) {
    std::vector<Pseudonym> out;
    const Bytes prefix = dataset::members_prefix(dataset);
    scanner.scan(prefix, [&](BytesView key, BytesView) {
        base::cbor::Reader reader(key.subspan(prefix.size()));
        out.push_back(reader.fixed<Pseudonym>("pseudonym"));
        return true;
    });
    return out;
}

struct Exact {
    std::uint64_t permit = 0;
    std::uint64_t deny = 0;
    std::uint64_t not_applicable = 0;
    std::uint64_t indeterminate = 0;

    void count(consent::Decision decision) {
        switch (decision) {
            case consent::Decision::permit: ++permit; break;
            case consent::Decision::deny: ++deny; break;
            case consent::Decision::not_applicable: ++not_applicable; break;
            case consent::Decision::indeterminate: ++indeterminate; break;
        }
    }
};

}  // namespace

consent::AccessContext context_of(std::string_view researcher, const std::vector<Coding>& purposes) {
    consent::AccessContext context;
    const std::string id(researcher);
    context.actors = {"Practitioner/" + id, "PractitionerRole/" + id, "Organization/" + std::string(organisation_of(researcher))};
    context.purposes = purposes;
    for (const std::string_view action : {"access", "disclose", "use"}) context.actions.push_back({std::string(systems::kConsentAction), std::string(action)});
    return context;
}

std::optional<std::uint64_t> told_count(std::uint64_t exact) noexcept {
    constexpr std::uint64_t kStep = 10;
    if (exact < kStep) return std::nullopt;
    return (exact + kStep / 2) / kStep * kStep;
}

Hash eligible_commitment(const types::Salt& salt, const std::vector<Pseudonym>& eligible) {
    base::cbor::Writer writer;
    writer.array(2).bytes(salt.view()).array(eligible.size());
    for (const Pseudonym& one : eligible) writer.bytes(one.view());
    return crypto::tagged_hash("placet/cohort/1", writer.view());
}

Result<CohortEvaluation> evaluate_cohort(const state::StateScanner& scanner, const Request& request, std::string_view dataset) {
    PLACET_TRY_ASSIGN(const std::optional<dataset::Dataset> found, dataset::find_dataset(scanner, dataset));
    if (!found) return refuse(ErrorCode::not_found, "there is no dataset '" + std::string(dataset) + "'", "dataset");
    PLACET_TRY_ASSIGN(const governance::ImplicitPolicy policy, governance::implicit_policy(scanner, found->custodian));
    PLACET_TRY_ASSIGN(consent::Screening screening,
                      consent::Screening::make(context_of(request.researcher, request.purposes), policy, scanner.block_time_ms()));
    CohortEvaluation out;
    out.height = scanner.height();
    out.block_time_ms = scanner.block_time_ms();
    Exact exact;
    std::vector<consent::StoredConsent> held;
    for (const Pseudonym& member : members_of(scanner, dataset)) {
        PLACET_TRY_ASSIGN(const std::vector<consent::StoredPayload> stored, consent::stored_payloads(scanner, found->custodian, member));
        held.clear();
        for (const consent::StoredPayload& one : stored)
            held.push_back({one.entry.status, one.entry.not_before_ms, one.entry.not_after_ms,
                            one.payload ? std::optional<BytesView>(*one.payload) : std::nullopt});
        PLACET_TRY_ASSIGN(const consent::Decision decision, screening.decide(held));
        exact.count(decision);
        ++out.members;
        if (decision == consent::Decision::permit) out.eligible.push_back(member);
    }
    out.counts = {told_count(out.members), told_count(exact.permit), told_count(exact.deny), told_count(exact.not_applicable), told_count(exact.indeterminate)};
    return out;
}

}  // namespace placet::contracts::access
