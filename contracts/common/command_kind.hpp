// The number of every command: `kind` of a transaction's payload. Numbers are stable for ever and never reused; rooms of a
// hundred: 1xx governance, 2xx consent, 3xx dataset, 4xx access. docs/formats/commands.md lists each body field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace placet::contracts {

enum class CommandKind : std::uint64_t {
    enrol_actor = 101,
    revoke_actor = 102,
    rotate_key = 103,
    set_implicit_policy = 104,
    propose = 105,
    vote_on_proposal = 106,
    propose_validator = 107,

    enrol_patient = 201,
    bind_patient_key = 202,
    record_consent = 203,
    withdraw_consent = 204,

    register_dataset = 301,
    add_members = 302,
    remove_members = 303,
    stage_diseases = 304,

    submit_request = 401,
    cohort_result = 402,
    declare_conflict = 403,
    cast_vote = 404,
    close_grant = 405,
    record_release = 406,
    access_batch = 407,
    record_reads = 408,
    withdraw_request = 409,
    break_glass = 410,
    acknowledge_withdrawal = 411,
    set_emergency_policy = 412,
    review_break_glass = 413,
};

/// Every kind, ascending: for tables, tests and completion.
[[nodiscard]] const std::vector<CommandKind>& all_command_kinds();
/// "record_consent"; empty for a number that is no command.
[[nodiscard]] std::string_view to_string(CommandKind kind) noexcept;
/// The reverse of both; none if unknown.
[[nodiscard]] std::optional<CommandKind> command_kind(std::uint64_t number) noexcept;
[[nodiscard]] std::optional<CommandKind> command_kind(std::string_view name) noexcept;

/// Withdrawals and revocations: executed before everything else in their block (consensus.md, Valid proposal).
[[nodiscard]] bool takes_effect_first(CommandKind kind) noexcept;

}  // namespace placet::contracts
