// Writes the whole tree of samples below a folder, and manifest.json, which says what must come of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace placet::cli::samples {

struct SampleOptions {
    std::filesystem::path folder;          ///< made if missing; files in it are overwritten
    std::size_t patients_per_hospital = 84;
    std::uint64_t seed = 20;
};

struct SampleTotals {
    std::size_t patients = 0;
    std::size_t imported = 0;
    std::size_t refused = 0;
    std::size_t access_rows = 0;
};

/// Returns an error text, empty on success.
[[nodiscard]] std::string write_samples(const SampleOptions& options, SampleTotals& totals);

}  // namespace placet::cli::samples
