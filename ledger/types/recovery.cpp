// Recovery records: encoding, and what makes one hold.
#include "ledger/types/recovery.hpp"

#include <algorithm>

#include "ledger/base/cbor.hpp"

namespace placet::types {
namespace {

using base::ErrorCode;
using base::refuse;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::size_t kMaxReason = 512;
constexpr std::size_t kMaxApprovals = 256;
constexpr std::size_t kMaxName = 64;

Status check_approvals(const Recovery& recovery, const Genesis& genesis) {
    const std::size_t wanted = quorum(genesis.organisations.size());
    if (recovery.approvals.size() != wanted)
        return refuse(ErrorCode::invalid_proof, "a recovery has exactly " + std::to_string(wanted) + " organisations' signatures, this one has " +
                                                    std::to_string(recovery.approvals.size()), "approvals");
    const Hash digest = recovery_digest(genesis_hash(genesis), recovery);
    const std::string* last = nullptr;
    for (const Recovery::Approval& approval : recovery.approvals) {
        if (last != nullptr && approval.organisation <= *last)
            return refuse(ErrorCode::invalid_proof, "organisations ascend, each once", "approvals");
        last = &approval.organisation;
        const auto known = std::ranges::find(genesis.organisations, approval.organisation, &Organisation::id);
        if (known == genesis.organisations.end())
            return refuse(ErrorCode::invalid_proof, "genesis names no organisation " + approval.organisation, "approvals");
        if (!crypto::verify(known->recovery_key, digest, approval.signature))
            return refuse(ErrorCode::invalid_signature, "the signature of " + approval.organisation + " does not verify", "approvals");
    }
    return {};
}

}  // namespace

Hash recovery_digest(const Hash& genesis, const Recovery& recovery) noexcept {
    Writer out;
    out.array(4).bytes(genesis.view()).raw(encode(recovery.last)).raw(encode(recovery.next)).text(recovery.reason);
    return crypto::tagged_hash("placet/recovery/1", out.view());
}

Bytes encode(const Recovery& recovery) {
    Writer out;
    out.array(4).raw(encode(recovery.last)).raw(encode(recovery.next)).text(recovery.reason).array(recovery.approvals.size());
    for (const Recovery::Approval& approval : recovery.approvals) out.array(2).text(approval.organisation).bytes(approval.signature.view());
    return std::move(out).take();
}

Result<Recovery> decode_recovery(BytesView bytes) {
    Reader in(bytes);
    Recovery recovery;
    in.array_of(4, "recovery");
    const BytesView last = in.item("last");
    const BytesView next = in.item("next");
    recovery.reason = in.text(kMaxReason, "reason");
    const std::size_t count = in.array(kMaxApprovals, "approvals");
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        Recovery::Approval approval;
        in.array_of(2, "approvals");
        approval.organisation = in.text(kMaxName, "approvals.organisation");
        approval.signature = in.fixed<crypto::Signature>("approvals.signature");
        recovery.approvals.push_back(std::move(approval));
    }
    PLACET_TRY(in.finish());
    PLACET_TRY_ASSIGN(recovery.last, decode_certificate(last));
    PLACET_TRY_ASSIGN(recovery.next, decode_validator_set(next));
    return recovery;
}

Status verify(const Recovery& recovery, const Genesis& genesis, const ValidatorSet& sealed_by, const ValidatorSet& before) {
    if (recovery.reason.empty()) return refuse(ErrorCode::invalid_value, "a recovery says why", "reason");
    if (recovery.next.epoch != before.epoch + 1)
        return refuse(ErrorCode::invalid_proof, "a recovery's set is of the next epoch", "next.epoch");
    PLACET_TRY(verify(recovery.last, sealed_by, genesis_hash(genesis)));
    PLACET_TRY(check(recovery.next));
    for (const Validator& validator : recovery.next.validators)
        if (std::ranges::find(before.validators, validator.vote_key, &Validator::vote_key) != before.validators.end())
            return refuse(ErrorCode::invalid_value, "validator " + validator.name + " keeps a vote key: after a recovery all are new", "next");
    return check_approvals(recovery, genesis);
}

}  // namespace placet::types
