// The door of the mempool: what a node checks before it accepts a transaction, and again nothing of it is trusted later. A refusal
// here is a 4xx and leaves no trace; a refusal by a rule is a receipt (execute.hpp). Pure; the caller gives the time.
#pragma once

#include "contracts/runtime/dispatch.hpp"
#include "contracts/governance/entries.hpp"
#include "ledger/state/reader.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::contracts::runtime {

/// What admission knows: the chain, sealed state, and the later of sealed block time and local clock.
struct AdmissionContext {
    Hash genesis;
    const state::StateReader& state;
    TimeMs now_ms = 0;
};

struct Admitted {
    types::Transaction transaction;
    CommandKind kind = CommandKind::enrol_actor;
    governance::Actor sender;
};

/// In this order, each with its ErrorCode and field:
///   shape, canonicity            malformed, not_canonical, too_large, unsupported
///   parts are those committed to malformed
///   kind known                   unsupported (kind)
///   command decodes and passes its own checks   malformed, not_canonical, invalid_value (body.<field>)
///   expiry                       expired (expires_at_ms), invalid_value if more than 10 minutes ahead
///   not executed already         conflict (id): the receipt exists, ask for it
///   signature                    invalid_signature
///   sender enrolled, not revoked unauthenticated (sender)
/// Authority and everything about state is decided by execute, with a receipt.
[[nodiscard]] Result<Admitted> admit(const types::Submission& submission, const AdmissionContext& context);

/// As admit, with a transaction whose signature is known to be good (a cache keyed by digest).
[[nodiscard]] Result<Admitted> admit_verified(types::Transaction transaction, const types::Submission& submission,
                                              const AdmissionContext& context);


/// How far beyond block time an expiry may lie when a block executes: the longest life plus clock tolerance.
inline constexpr TimeMs kExpiryToleranceMs = 60 * 1000;

}  // namespace placet::contracts::runtime
