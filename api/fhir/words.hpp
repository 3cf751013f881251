// A consent in plain sentences, for the people who decide about it: what is permitted or denied, to whom, for what, until when,
// and what is doubtful. Made from the model alone, so it says what the rules see.
#pragma once

#include <string>
#include <vector>

#include "contracts/consent/model.hpp"

namespace placet::api::fhir {

/// One sentence a line; nested rules are indented by two blanks a level. Safe to print.
[[nodiscard]] std::vector<std::string> consent_in_words(const contracts::consent::Consent& consent);

/// "health research" for v3-ActReason HRESCH; the code itself where we have no words.
[[nodiscard]] std::string code_in_words(const contracts::Coding& coding);

}  // namespace placet::api::fhir
