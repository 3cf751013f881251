// placet-samples: writes sample patients, consents and records of our own making. Nobody in them ever lived.
#include <charconv>
#include <string_view>

#include <fmt/core.h>

#include "cli/samples/sample_tree.hpp"

namespace {

constexpr std::string_view kUsage =
    "usage: placet-samples FOLDER [--patients N] [--seed S]\n"
    "Writes N patients (84) at each of three hospitals, their FHIR R4 consents, records and accesses, documents that must\n"
    "be refused, and manifest.json. The same seed gives the same files on every machine.\n"
    "example: placet-samples build/samples --seed 20\n";

bool number_of(const char* text, std::uint64_t& out) {
    const std::string_view view = text;
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), out);
    return error == std::errc() && end == view.data() + view.size();
}

}  // namespace

int main(int count, char** arguments) {
    placet::cli::samples::SampleOptions options;
    for (int i = 1; i < count; ++i) {
        const std::string_view argument = arguments[i];
        std::uint64_t value = 0;
        const bool is_option = argument == "--patients" || argument == "--seed";
        if (argument == "--help") return fmt::print("{}", kUsage), 0;
        if (is_option && (i + 1 == count || !number_of(arguments[i + 1], value))) return fmt::print(stderr, "{}: a number must follow\n{}", argument, kUsage), 2;
        if (is_option) ++i;
        if (argument == "--patients")
            options.patients_per_hospital = value;
        else if (argument == "--seed")
            options.seed = value;
        else if (argument.starts_with("--") || !options.folder.empty())
            return fmt::print(stderr, "{}: not understood\n{}", argument, kUsage), 2;
        else
            options.folder = argument;
    }
    if (options.folder.empty() || options.patients_per_hospital == 0 || options.patients_per_hospital > 2000)
        return fmt::print(stderr, "name a folder, and 1 to 2000 patients\n{}", kUsage), 2;
    placet::cli::samples::SampleTotals totals;
    if (const std::string error = placet::cli::samples::write_samples(options, totals); !error.empty()) return fmt::print(stderr, "{}\n", error), 1;
    fmt::print("{} patients, {} consents to import, {} documents to refuse, {} accesses in {}\n", totals.patients, totals.imported,
               totals.refused, totals.access_rows, options.folder.string());
    return 0;
}
