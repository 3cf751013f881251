// A request for access as a client states it in JSON: for the dry run, and for command lines that build the command.
//
//   {"id": …, "title": …, "study": …, "study_members": [actor], "datasets": [id], "duo_purposes": ["HMB"], "diseases": ["MONDO:…"],
//    "sensitive_population": false, "for_profit": "unknown", "commercial": "no", "phenotype_only": "no", "publishes": "yes",
//    "returns_results": "yes", "months": 12, "research_type": …, "collaboration": …, "accepted_at": RFC 3339,
//    "purposes": [{"system": …, "code": …}], "ethics_approval": …, "ethics_expires": RFC 3339, "country": "DE"}
//
// Only "datasets" is required; whether the rest suffices is the rules' business.
#pragma once

#include <string_view>

#include "contracts/access/commands.hpp"

namespace placet::api::dto {

[[nodiscard]] base::Result<contracts::access::SubmitRequest> request_from_json(std::string_view text);

}  // namespace placet::api::dto
