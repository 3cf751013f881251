// Tables of diseases as files: `--diseases` (Mondo's hierarchy) and `--doid` (the Mondo names of DOID's diseases).
#pragma once

#include "cli/frame/command.hpp"
#include "contracts/dataset/disease_table.hpp"

namespace placet::cli::commands {

/// The error of a file, with the file before the place in it.
[[nodiscard]] frame::Failure in_file(const std::string& path, base::Error error);

/// Both files of `arguments`, where given.
[[nodiscard]] frame::Outcome<contracts::dataset::DiseaseTable> read_diseases(const frame::Arguments& arguments);

}  // namespace placet::cli::commands
