// Reads the documents as the import does and asks the contracts' own rules about each consent alone.
#include "cli/demo/own_data.hpp"

#include <array>

#include "api/fhir/documents.hpp"
#include "cli/home/keyring.hpp"
#include "contracts/consent/evaluate.hpp"

namespace placet::cli::demo {

namespace {

namespace consent = contracts::consent;

consent::ConsentStatus ledger_status(consent::RecordedStatus status) {
    switch (status) {
        case consent::RecordedStatus::active: return consent::ConsentStatus::active;
        case consent::RecordedStatus::proposed: return consent::ConsentStatus::proposed;
        case consent::RecordedStatus::entered_in_error: return consent::ConsentStatus::entered_in_error;
        default: return consent::ConsentStatus::withdrawn;
    }
}

std::string decide(const api::fhir::ImportedConsent& imported, std::string_view purpose, base::TimeMs at, std::string& doubt) {
    const auto validity = api::fhir::validity_of(imported.reading.model);
    const std::array<consent::HeldConsent, 1> held = {consent::HeldConsent{imported.reading.document_id, ledger_status(validity.status), validity.not_before_ms,
                                                                           validity.not_after_ms, imported.reading.model}};
    consent::AccessContext context;
    context.actors = {"Practitioner/researcher", "Organization/university"};
    context.purposes = {contracts::Coding{std::string(contracts::systems::kActReason), std::string(purpose)}};
    const consent::ConsentAnswer decided = consent::evaluate(held, contracts::governance::ImplicitPolicy::none, context, at);
    if (decided.decision == consent::Decision::indeterminate && doubt.empty() && !decided.reasons.empty())
        doubt = decided.reasons.front().path + ": " + decided.reasons.front().text;
    std::string answer(consent::to_string(decided.decision));
    std::ranges::replace(answer, '_', '-');
    return answer;
}

}  // namespace

std::vector<DocumentDecision> decide_documents(const std::filesystem::path& folder) {
    std::vector<DocumentDecision> decisions;
    const auto files = api::fhir::files_below(folder);
    if (!files) return decisions;
    api::fhir::DocumentSet documents;
    for (const auto& file : *files) documents.read_file(file);
    const base::TimeMs at = home::now_ms();
    for (const auto& imported : documents.consents) {
        DocumentDecision decision{std::filesystem::path(imported.file).filename().string(), imported.reading.document_id, {}, {}, {}};
        decision.research = decide(imported, "HRESCH", at, decision.doubt);
        decision.treatment = decide(imported, "TREAT", at, decision.doubt);
        decisions.push_back(std::move(decision));
    }
    return decisions;
}

}  // namespace placet::cli::demo
