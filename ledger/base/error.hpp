// Error and Result: how every room says no. A peer's or client's nonsense is an Error with a reason; our own broken
// invariant is an ASSERT (assert.hpp). Nothing in ledger, contracts or consensus throws.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace placet::base {

/// Why something was refused. Kinds, not places: the message says the rest.
enum class ErrorCode : std::uint8_t {
    malformed,          ///< the bytes or the text are not what the format says
    not_canonical,      ///< decodable, but not in the one canonical form
    too_large,          ///< over a stated limit
    unsupported,        ///< well formed, of a version or kind not known here
    invalid_signature,  ///< a signature does not verify, or is not low-S
    invalid_proof,      ///< a Merkle path, certificate or bundle does not prove what it claims
    unauthenticated,    ///< nobody we know
    unauthorised,       ///< known, but not allowed
    not_found,          ///< no such thing, or not yours to see
    conflict,           ///< already exists with other content, or replayed
    expired,            ///< past its expiry
    invalid_value,      ///< a field has a value that the rules refuse
    busy,               ///< a bounded queue is full: try again later
    unavailable,        ///< cannot answer now (stopped, not ready, no connection)
    corrupt,            ///< our own stored data fails its check
    io,                 ///< the operating system refused
    timeout,            ///< no answer in time
    internal,           ///< a bug
};

/// The stable name of a code, as used in logs and JSON ("not_canonical").
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;  ///< a sentence for a person; says what to do where something can be done
    std::string field;    ///< which element or field, in the caller's own words; empty if none

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> refuse(ErrorCode code, std::string message, std::string field = {}) {
    return std::unexpected(Error{code, std::move(message), std::move(field)});
}

/// One line for logs and terminals: "field: message (code)".
[[nodiscard]] std::string describe(const Error& error);

}  // namespace placet::base

/// Evaluates a Status or Result and returns its error to the caller.
#define PLACET_TRY(expression)                                                                       \
    do {                                                                                             \
        if (auto placet_try_status = (expression); !placet_try_status.has_value())                   \
            return std::unexpected(std::move(placet_try_status).error());                            \
    } while (false)

#define PLACET_CONCAT_INNER(a, b) a##b
#define PLACET_CONCAT(a, b) PLACET_CONCAT_INNER(a, b)

/// `PLACET_TRY_ASSIGN(auto x, f());` binds the value or returns the error to the caller.
#define PLACET_TRY_ASSIGN(declaration, expression) \
    PLACET_TRY_ASSIGN_INNER(PLACET_CONCAT(placet_try_result_, __COUNTER__), declaration, expression)
#define PLACET_TRY_ASSIGN_INNER(result, declaration, expression)            \
    auto result = (expression);                                             \
    if (!result.has_value()) return std::unexpected(std::move(result).error()); \
    declaration = std::move(*result)
