// Bringing a hospital's consents to the ledger: patients are enrolled under pseudonyms, each consent's codes travel as an erasable
// part, its document as ciphertext. Every document ends as imported, already there, or refused with file and element; the rest
// goes on. Broken off at any point, the same command goes on where it stopped: pseudonyms are saved before they are sent, consent
// ids and salts follow from the registry's key and the document, so a second run makes the same and finds it on the ledger.
#pragma once

#include <map>
#include <set>

#include "api/fhir/documents.hpp"
#include "cli/link/custody.hpp"
#include "cli/link/pipeline.hpp"

namespace placet::cli::commands {

class ConsentImport {
public:
    ConsentImport(link::Session& session, link::Custody& custody, const api::fhir::DocumentSet& documents);

    /// An error only where the work as a whole cannot go on (no validator answers, a disk is full); what was done is kept.
    [[nodiscard]] frame::Outcome<void> run();
    [[nodiscard]] frame::Report report() const;

private:
    struct Result {
        std::string result;  ///< "imported", "already", "refused"
        std::string transaction;
        std::uint64_t height = 0;
        std::string pseudonym;
        std::string consent_id;
    };
    [[nodiscard]] frame::Outcome<void> enrol_patients();
    [[nodiscard]] frame::Outcome<void> record_consents();
    void record(std::size_t position, link::Pipeline& pipeline);
    void settle(std::size_t position, const api::gateway::RegisteredConsent& consent, const frame::Outcome<link::Recorded>& outcome);
    void refuse(std::size_t position, std::string element, std::string reason, std::string remedy);
    void step();

    link::Session& session_;
    link::Custody& custody_;
    const api::fhir::DocumentSet& documents_;
    std::vector<Result> results_;  ///< one a consent of documents_
    std::vector<api::fhir::Refusal> refusals_;
    std::map<std::string, std::string> unenrolled_;  ///< patient reference → why
    std::set<std::string> under_way_;                ///< consent ids of this run
    std::uint64_t enrolled_ = 0;
    std::uint64_t unsaved_ = 0;
    std::uint64_t done_ = 0;
    frame::Progress progress_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace placet::cli::commands
