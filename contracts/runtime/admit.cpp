// Admission, check by check in the order that the header states.
#include "contracts/runtime/admit.hpp"

#include "contracts/runtime/execute.hpp"
#include "contracts/runtime/dispatch.hpp"

namespace placet::contracts::runtime {
namespace {

Status check_expiry(const types::Payload& payload, TimeMs now_ms) {
    if (payload.expires_at_ms <= now_ms)
        return refuse(ErrorCode::expired, "the transaction expired at " + base::to_rfc3339(payload.expires_at_ms) + ": sign it anew", "expires_at_ms");
    if (payload.expires_at_ms > now_ms + types::kMaxLifeMs)
        return refuse(ErrorCode::invalid_value, "a transaction may live 10 minutes at most: choose an earlier expiry", "expires_at_ms");
    return {};
}

Status check_fresh(const types::Transaction& transaction, const AdmissionContext& context) {
    PLACET_TRY_ASSIGN(const bool executed, is_executed(context.state, transaction.id));
    if (executed) return refuse(ErrorCode::conflict, "the transaction has been executed already: ask for its receipt", "id");
    return {};
}

Result<governance::Actor> find_active_sender(const types::Transaction& transaction, const AdmissionContext& context) {
    PLACET_TRY_ASSIGN(std::optional<governance::Actor> holder, governance::find_actor_by_key(context.state, transaction.sender));
    if (!holder)
        return refuse(ErrorCode::unauthenticated, "nobody is enrolled under this key: have your organisation's operator enrol it", "sender");
    if (!holder->is_active() || holder->key != transaction.sender)
        return refuse(ErrorCode::unauthenticated, "the key of '" + holder->id + "' was revoked or replaced", "sender");
    return std::move(*holder);
}

/// Everything that needs neither the signature nor the sender.
Result<CommandKind> check_content(const types::Transaction& transaction, const types::Submission& submission, const AdmissionContext& context) {
    PLACET_TRY(types::check_parts(transaction, submission.parts));
    const std::optional<CommandKind> kind = command_kind(transaction.payload.kind);
    if (!kind) return refuse(ErrorCode::unsupported, "there is no command of kind " + std::to_string(transaction.payload.kind), "kind");
    if (Status fits = check_command(*kind, transaction.payload.body, transaction.payload.parts.size()); !fits) {
        base::Error error = fits.error();
        error.field = error.field.empty() ? "body" : "body." + error.field;
        return std::unexpected(std::move(error));
    }
    PLACET_TRY(check_expiry(transaction.payload, context.now_ms));
    PLACET_TRY(check_fresh(transaction, context));
    return *kind;
}

}  // namespace

Result<Admitted> admit_verified(types::Transaction transaction, const types::Submission& submission, const AdmissionContext& context) {
    PLACET_TRY_ASSIGN(const CommandKind kind, check_content(transaction, submission, context));
    PLACET_TRY_ASSIGN(governance::Actor sender, find_active_sender(transaction, context));
    return Admitted{std::move(transaction), kind, std::move(sender)};
}

Result<Admitted> admit(const types::Submission& submission, const AdmissionContext& context) {
    PLACET_TRY_ASSIGN(types::Transaction transaction, types::decode_transaction(submission.transaction, context.genesis));
    PLACET_TRY_ASSIGN(const CommandKind kind, check_content(transaction, submission, context));
    if (!types::verify_signature(transaction, context.genesis))
        return refuse(ErrorCode::invalid_signature, "the signature is not by the sender over this transaction and this chain's genesis", "signature");
    PLACET_TRY_ASSIGN(governance::Actor sender, find_active_sender(transaction, context));
    return Admitted{std::move(transaction), kind, std::move(sender)};
}

}  // namespace placet::contracts::runtime
