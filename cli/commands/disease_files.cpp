// Reading tables of diseases.
#include "cli/commands/disease_files.hpp"

#include "cli/home/files.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace dataset = contracts::dataset;

Failure in_file(const std::string& path, base::Error error) {
    if (error.field != path) error.field = error.field.empty() ? path : path + ": " + error.field;
    return {Exit::usage, std::move(error)};
}

Outcome<dataset::DiseaseTable> read_diseases(const Arguments& arguments) {
    dataset::DiseaseTable table;
    const auto add = [&](std::string_view option,
                         base::Status (dataset::DiseaseTable::*into)(std::string_view)) -> Outcome<void> {
        const auto path = arguments.value(option);
        if (!path) return {};
        const auto text = home::read_text(*path);
        if (!text) return std::unexpected(in_file(*path, text.error()));
        if (const auto done = (table.*into)(*text); !done) return std::unexpected(in_file(*path, done.error()));
        return {};
    };
    if (auto done = add("--diseases", &dataset::DiseaseTable::add_hierarchy); !done)
        return std::unexpected(std::move(done).error());
    if (auto done = add("--doid", &dataset::DiseaseTable::add_doid); !done)
        return std::unexpected(std::move(done).error());
    return table;
}

}  // namespace placet::cli::commands
