// See consent_import.hpp.
#include "cli/commands/consent_import.hpp"

#include "api/gateway/veil.hpp"
#include "cli/words/in_words.hpp"
#include "contracts/consent/commands.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::cli::commands {

using frame::Json;
using frame::Outcome;
namespace consent = contracts::consent;
namespace gateway = api::gateway;

namespace {
constexpr std::uint64_t kSaveEvery = 64;

/// Octets that follow from the registry's key, the patient and the document: the same at every run, guessable by nobody else.
base::Bytes derived(const crypto::AeadKey& key, const types::Pseudonym& pseudonym, const crypto::Hash& source, std::string_view what,
                    std::size_t size) {
    base::Bytes info = base::to_bytes(what);
    base::append(info, pseudonym.view());
    base::append(info, source.view());
    return crypto::hkdf_sha256(key.view(), base::as_bytes("placet/consent-import/1"), info, size);
}

gateway::RegisteredConsent plan_of(const link::Custody& custody, const gateway::RegisteredPatient& patient,
                                   const api::fhir::ImportedConsent& document) {
    gateway::RegisteredConsent out;
    const auto make = [&](std::string_view what, std::size_t size) {
        return derived(custody.key, patient.pseudonym, document.source_hash, what, size);
    };
    out.document_id = document.reading.document_id;
    out.source_hash = document.source_hash;
    out.consent_id = "c-" + base::to_hex(make("id", 12));
    out.erasable_salt = types::Salt::copy_of(make("codes", types::Salt::kSize));
    out.document_salt = types::Salt::copy_of(make("document", types::Salt::kSize));
    out.model = consent::encode_consent(gateway::veiled(document.reading.model, patient));
    return out;
}

link::Draft draft_of(const link::Custody& custody, const gateway::RegisteredPatient& patient, const api::fhir::ImportedConsent& document,
                     const gateway::RegisteredConsent& plan) {
    consent::RecordConsent command;
    command.custodian = custody.registry.custodian();
    command.pseudonym = patient.pseudonym;
    command.consent_id = plan.consent_id;
    const auto validity = api::fhir::validity_of(document.reading.model);
    command.status = validity.status;
    command.not_before_ms = validity.not_before_ms;
    // A period that was over when the document was dated: recorded for what it is, in force at no instant anybody can ask about
    // (the rules read the period itself, too).
    command.not_after_ms = std::max(validity.not_after_ms, validity.not_before_ms + 1);
    command.document_commitment = gateway::document_commitment(plan.document_salt, base::as_bytes(document.source));
    command.e_part = 0;
    command.d_part = 1;
    types::Part codes{types::PartClass::erasable, types::RetentionClass::consent_evidence, patient.pseudonym, plan.erasable_salt, plan.model};
    types::Part sealed{types::PartClass::document, types::RetentionClass::consent_evidence, patient.pseudonym, crypto::random_fixed<types::Salt>(),
                       gateway::seal_document(custody.key, patient.pseudonym, base::as_bytes(document.source))};
    return link::draft(command, {types::encode(codes), types::encode(sealed)});
}

}  // namespace

ConsentImport::ConsentImport(link::Session& session, link::Custody& custody, const api::fhir::DocumentSet& documents)
    : session_(session),
      custody_(custody),
      documents_(documents),
      results_(documents.consents.size()),
      refusals_(documents.refusals),
      progress_(session.context().terminal, "importing", documents.consents.size()) {}

void ConsentImport::step() {
    progress_.at(++done_);
}

void ConsentImport::refuse(std::size_t position, std::string element, std::string reason, std::string remedy) {
    const auto& document = documents_.consents[position];
    results_[position].result = "refused";
    refusals_.push_back({document.file, document.place.empty() || element.empty() ? document.place + element : document.place + ": " + element,
                         std::move(reason), std::move(remedy)});
}

Outcome<void> ConsentImport::run() {
    if (auto enrolled = enrol_patients(); !enrolled) return enrolled;
    auto recorded = record_consents();
    if (auto saved = link::save(custody_); !saved && recorded) return saved;
    return recorded;
}

Outcome<void> ConsentImport::enrol_patients() {
    std::vector<std::string> missing;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < documents_.consents.size(); ++i) {
        const std::string& reference = documents_.consents[i].reading.patient_reference;
        const auto number = documents_.patient_numbers.find(reference);
        const auto patient =
            custody_.registry.ensure(reference, number == documents_.patient_numbers.end() ? std::string_view() : std::string_view(number->second));
        if (!patient)
            refuse(i, "Consent.patient", patient.error().message, "name the patient as Patient/<id>");
        else if (!patient->enrolment && seen.insert(reference).second)
            missing.push_back(reference);
    }
    // Before the first is sent: a pseudonym on the ledger whose secret was lost would be nobody's.
    if (auto saved = link::save(custody_); !saved) return saved;
    link::Pipeline pipeline(session_);
    for (const std::string& reference : missing) {
        const gateway::RegisteredPatient* patient = custody_.registry.find(reference);
        consent::EnrolPatient command;
        command.custodian = custody_.registry.custodian();
        command.pseudonym = patient->pseudonym;
        command.number_commitment = gateway::number_commitment(patient->number_salt, patient->number);
        pipeline.push(link::draft(command), [this, reference](const Outcome<link::Recorded>& outcome) {
            if (!outcome) {
                unenrolled_[reference] = outcome.error().error.message;
                return;
            }
            const types::Outcome& said = outcome->event.outcome;
            // A run that broke off may have enrolled her: the refusal proves it as well as the enrolment would.
            if (said.accepted || said.code == "already_exists") {
                [[maybe_unused]] const auto set = custody_.registry.set_enrolment(reference, outcome->id);
                enrolled_ += said.accepted ? 1 : 0;
            } else {
                unenrolled_[reference] = contracts::outcome_sentence(said.code);
            }
        });
    }
    pipeline.finish();
    if (auto saved = link::save(custody_); !saved) return saved;
    if (pipeline.broken()) return std::unexpected(*pipeline.broken());
    return {};
}

Outcome<void> ConsentImport::record_consents() {
    link::Pipeline pipeline(session_);
    for (std::size_t i = 0; i < documents_.consents.size() && !pipeline.broken(); ++i) {
        const auto& reading = documents_.consents[i].reading;
        if (const auto why = unenrolled_.find(reading.patient_reference); why != unenrolled_.end())
            refuse(i, "Consent.patient", "the patient could not be enrolled: " + why->second, "import the file again");
        if (results_[i].result.empty())
            record(i, pipeline);
        else
            step();
        if (unsaved_ >= kSaveEvery) {
            if (auto saved = link::save(custody_); !saved) return saved;
            unsaved_ = 0;
        }
    }
    pipeline.finish();
    if (pipeline.broken()) return std::unexpected(*pipeline.broken());
    return {};
}

void ConsentImport::record(std::size_t position, link::Pipeline& pipeline) {
    const auto& document = documents_.consents[position];
    const gateway::RegisteredPatient patient = *custody_.registry.find(document.reading.patient_reference);
    Result& result = results_[position];
    result.pseudonym = base::to_hex(patient.pseudonym.view());
    if (const auto* known = custody_.registry.find_consent(patient.reference, document.source_hash)) {
        result.result = "already";
        result.consent_id = known->consent_id;
        result.transaction = base::to_hex(known->transaction.view());
        return step();
    }
    gateway::RegisteredConsent plan = plan_of(custody_, patient, document);
    result.consent_id = plan.consent_id;
    // The same document twice in one import: the second waits for nothing.
    if (!under_way_.insert(plan.consent_id).second) {
        result.result = "already";
        return step();
    }
    const link::Draft draft = draft_of(custody_, patient, document, plan);
    pipeline.push(draft, [this, position, plan = std::move(plan)](const Outcome<link::Recorded>& outcome) { settle(position, plan, outcome); });
}

void ConsentImport::settle(std::size_t position, const gateway::RegisteredConsent& plan, const Outcome<link::Recorded>& outcome) {
    step();
    Result& result = results_[position];
    if (!outcome) return refuse(position, outcome.error().error.field, outcome.error().error.message, "import the file again");
    const types::Outcome& said = outcome->event.outcome;
    result.transaction = base::to_hex(outcome->id.view());
    result.height = outcome->event.height;
    if (!said.accepted && said.code != "version_conflict") {
        const auto reasons = words::reasons_of(outcome->payload, said);
        return refuse(position, reasons.empty() ? "" : reasons[0].subject, contracts::outcome_sentence(said.code),
                      contracts::outcome_advice(said.code));
    }
    // The id follows from the document: a version conflict means that a run that broke off had recorded this very one.
    result.result = said.accepted ? "imported" : "already";
    gateway::RegisteredConsent recorded = plan;
    recorded.transaction = outcome->id;
    if (!said.accepted) {
        const auto entry = session_.get("/v1/consents/" + custody_.registry.custodian() + "." + result.pseudonym + "." + plan.consent_id);
        const auto first = entry ? base::fixed_from_hex<crypto::Hash>(entry->text_at("transaction"))
                                 : base::Result<crypto::Hash>(base::refuse(base::ErrorCode::not_found, ""));
        if (first) recorded.transaction = *first;
        result.transaction = base::to_hex(recorded.transaction.view());
    }
    [[maybe_unused]] const auto added = custody_.registry.add_consent(documents_.consents[position].reading.patient_reference, std::move(recorded));
    ++unsaved_;
}

frame::Report ConsentImport::report() const {
    std::map<std::string, std::uint64_t> counts;
    Json consents(Json::Array{});
    for (std::size_t i = 0; i < results_.size(); ++i) {
        const auto& document = documents_.consents[i];
        const Result& result = results_[i];
        ++counts[result.result];
        consents.push(Json::object({{"file", document.file},
                                    {"place", document.place},
                                    {"patient", document.reading.patient_reference},
                                    {"pseudonym", result.pseudonym},
                                    {"consent_id", result.consent_id},
                                    {"result", result.result},
                                    {"transaction", result.transaction},
                                    {"height", result.height},
                                    {"notes", Json::array(document.reading.notes)}}));
    }
    Json refusals(Json::Array{});
    frame::Report report;
    for (const auto& refusal : refusals_) {
        refusals.push(Json::object({{"file", refusal.file}, {"element", refusal.element}, {"reason", refusal.reason}, {"remedy", refusal.remedy}}));
        report.words.line("refused: {}", api::fhir::describe(refusal));
    }
    Json others = Json::object();
    std::uint64_t other_count = 0;
    for (const auto& [type, count] : documents_.other_types) {
        others.set(type, static_cast<std::uint64_t>(count));
        other_count += count;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    report.words.line("{} files: {} consents imported, {} already there, {} refused; {} patients enrolled; {} other resources skipped; {:.1f} s",
                      documents_.files, counts["imported"], counts["already"], refusals_.size(), enrolled_, other_count, seconds);
    report.data = Json::object({{"files", documents_.files},
                                {"imported", counts["imported"]},
                                {"already", counts["already"]},
                                {"refused", refusals_.size()},
                                {"patients_enrolled", enrolled_},
                                {"others", others},
                                {"seconds", fmt::format("{:.1f}", seconds)},
                                {"consents", consents},
                                {"refusals", refusals}});
    return report;
}

}  // namespace placet::cli::commands
