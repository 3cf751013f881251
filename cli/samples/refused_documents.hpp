// Documents that must be refused, each for one reason, as a hospital's exports produce them on a bad day.
#pragma once

#include <string>
#include <vector>

#include "cli/samples/person.hpp"

namespace placet::cli::samples {

struct RefusedDocument {
    std::string file;          ///< name that says what is wrong
    std::string text;
    std::size_t refused = 1;   ///< refusals it gives
    std::size_t imported = 0;  ///< consents in it that are good
};

[[nodiscard]] std::vector<RefusedDocument> make_refused(const Person& person, std::string_view hospital);

}  // namespace placet::cli::samples
