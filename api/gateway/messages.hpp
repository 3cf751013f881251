// The gateway's JSON: bodies it reads, strictly, and answers it writes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/gateway/care_journal.hpp"
#include "api/gateway/release.hpp"
#include "api/http/message.hpp"

namespace placet::api::gateway {

/// {"grant", "dataset", "categories"?: [type]}; the researcher is filled in by the caller. Errors name the field.
[[nodiscard]] base::Result<ReleaseRequest> read_release_request(std::string_view body);

/// One access as a system of the hospital names it; the pseudonym comes from the registry.
struct ReportedAccess {
    std::string patient;  ///< "Patient/<id>"
    CareAccess access;    ///< without pseudonym, client and received_at_ms
    std::size_t line = 0;  ///< where it stands; 0 = it is the whole body
};
/// {"patient", "staff", "purpose", "category", "action"?: "read", "occurred_at"?}, one object, or one a line; at most
/// 1,024. `now_ms` stands in for a missing occurred_at, and is the latest one allowed (with five minutes of tolerance).
/// Errors name the line, counted from `first_line`, and its field or column.
[[nodiscard]] base::Result<std::vector<ReportedAccess>> read_accesses(std::string_view body, base::TimeMs now_ms,
                                                                      std::size_t first_line = 1);

/// "line 7: patient"; the field alone for line 0.
[[nodiscard]] std::string in_line(std::size_t number, const std::string& field);

struct StatusView {
    std::string custodian;
    CareCounts counts;
    std::string fault;       ///< of batching; empty = none
    std::size_t patients = 0;
    bool draining = false;   ///< stopping
};
[[nodiscard]] http::Response status_response(const StatusView& view);
[[nodiscard]] http::Response journalled_response(std::size_t accesses, const CareCounts& counts);
[[nodiscard]] http::Response release_response(const Released& released);
/// RFC 9457.
[[nodiscard]] http::Response problem_response(const base::Error& error, const http::Request& request);

}  // namespace placet::api::gateway
