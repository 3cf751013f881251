// The custodian's records as the gateway finds them: a folder of FHIR Bundles and resources (JSON, NDJSON). An index by patient is
// made at the start and again when files change; resources are read from their files when they are released, never kept.
// Not thread-safe: the release worker's.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "ledger/base/error.hpp"

namespace placet::api::gateway {

class Records {
public:
    explicit Records(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Reads what is new or changed in the folder. A file that is no FHIR JSON is skipped and counted.
    [[nodiscard]] base::Status refresh();
    /// Patients with records, ascending.
    [[nodiscard]] std::vector<std::string> patients() const;
    /// Every resource about the patient, herself included, in order of file and place; each once.
    [[nodiscard]] base::Result<std::vector<fhir::JsonValue>> of(const std::string& patient_reference) const;
    [[nodiscard]] std::size_t skipped_files() const noexcept { return skipped_files_; }

private:
    struct Stamp {
        std::filesystem::file_time_type changed;
        std::uintmax_t size = 0;
        bool operator==(const Stamp&) const = default;
    };
    std::filesystem::path folder_;
    std::map<std::string, Stamp> stamps_;                    ///< by path
    std::map<std::string, std::set<std::string>> files_of_;  ///< patient reference → paths
    std::size_t skipped_files_ = 0;
};

}  // namespace placet::api::gateway
