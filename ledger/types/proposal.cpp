// Proposals and their digest.
#include "ledger/types/proposal.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::types {

using base::cbor::Reader;
using base::cbor::Writer;

Bytes encode(const Proposal& proposal) {
    Writer out;
    out.array(2).uint(proposal.time_ms).array(proposal.submissions.size());
    for (const Submission& submission : proposal.submissions) out.raw(encode(submission));
    return std::move(out).take();
}

Result<Proposal> decode_proposal(BytesView bytes) {
    if (bytes.size() > kMaxProposalBytes)
        return base::refuse(base::ErrorCode::too_large, "a proposal has at most " + std::to_string(kMaxProposalBytes) + " octets",
                            "proposal");
    Reader in(bytes);
    Proposal proposal;
    in.array_of(2, "proposal");
    proposal.time_ms = in.uint("time_ms");
    const std::size_t count = in.array(kMaxTransactionsPerProposal, "submissions");
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        Result<Submission> submission = decode_submission(in.item("submissions"));
        if (submission) {
            proposal.submissions.push_back(std::move(*submission));
        } else {
            in.fail(submission.error().code, submission.error().message, "submissions." + submission.error().field);
        }
    }
    PLACET_TRY(in.finish());
    return proposal;
}

Hash proposal_digest(const Proposal& proposal) noexcept {
    Writer out;
    out.array(2).uint(proposal.time_ms).array(proposal.submissions.size());
    for (const Submission& submission : proposal.submissions) out.bytes(crypto::sha256(submission.transaction).view());
    return crypto::tagged_hash("placet/proposal/1", out.view());
}

Hash null_digest() noexcept {
    // Another tag than a proposal's: equal digests would be a collision of SHA-256.
    static const Hash digest = crypto::tagged_hash("placet/null-request/1", Writer{}.null().view());
    return digest;
}

}  // namespace placet::types
