// Names of error codes and the one-line form of an error.
#include "ledger/base/error.hpp"

namespace placet::base {

std::string_view to_string(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::malformed: return "malformed";
        case ErrorCode::not_canonical: return "not_canonical";
        case ErrorCode::too_large: return "too_large";
        case ErrorCode::unsupported: return "unsupported";
        case ErrorCode::invalid_signature: return "invalid_signature";
        case ErrorCode::invalid_proof: return "invalid_proof";
        case ErrorCode::unauthenticated: return "unauthenticated";
        case ErrorCode::unauthorised: return "unauthorised";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::conflict: return "conflict";
        case ErrorCode::expired: return "expired";
        case ErrorCode::invalid_value: return "invalid_value";
        case ErrorCode::busy: return "busy";
        case ErrorCode::unavailable: return "unavailable";
        case ErrorCode::corrupt: return "corrupt";
        case ErrorCode::io: return "io";
        case ErrorCode::timeout: return "timeout";
        case ErrorCode::internal: return "internal";
    }
    return "internal";
}

std::string describe(const Error& error) {
    std::string line;
    if (!error.field.empty()) line = error.field + ": ";
    line += error.message;
    line += " (";
    line += to_string(error.code);
    line += ")";
    return line;
}

}  // namespace placet::base
