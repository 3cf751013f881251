// What FHIR Consents of --data decide by themselves, each for itself: may the university's researcher use the data for health
// research, and may they be used in treatment. The contracts' own rules, offline.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace placet::cli::demo {

struct DocumentDecision {
    std::string file;
    std::string consent;    ///< Consent.id as the source names it
    std::string research;   ///< "permit", "deny", "not-applicable", "indeterminate"
    std::string treatment;
    std::string doubt;  ///< where an answer is indeterminate: which element is doubtful, and why
};

/// Every Consent below `folder` that can be read, in order of file name; others are left out (the import names them).
[[nodiscard]] std::vector<DocumentDecision> decide_documents(const std::filesystem::path& folder);

}  // namespace placet::cli::demo
