// Evidence, written and checked: see evidence.hpp.
#include "consensus/evidence.hpp"

#include <array>

#include "consensus/message_codec.hpp"
#include "consensus/verifier.hpp"

namespace placet::consensus {

using base::ErrorCode;
using base::refuse;
using base::cbor::Reader;
using base::cbor::Writer;

namespace {

constexpr std::uint64_t kVotes = 1;
constexpr std::uint64_t kCheckpoints = 2;

bool contradict(const Vote& first, const Vote& second) {
    return first.signer == second.signer && first.kind == second.kind && first.epoch == second.epoch &&
           first.view == second.view && first.seq == second.seq && first.digest != second.digest;
}

bool contradict(const Checkpoint& first, const Checkpoint& second) {
    return first.signer == second.signer && first.body.epoch == second.body.epoch &&
           first.body.height == second.body.height && first.body != second.body;
}

}  // namespace

base::Bytes encode(const Accuse& evidence) {
    Writer out;
    out.array(4).uint(evidence.offender);
    if (const auto* votes = std::get_if<std::pair<Vote, Vote>>(&evidence.evidence)) {
        out.uint(kVotes);
        write(out, votes->first);
        write(out, votes->second);
    } else {
        const auto& [first, second] = std::get<std::pair<Checkpoint, Checkpoint>>(evidence.evidence);
        out.uint(kCheckpoints);
        write(out, first);
        write(out, second);
    }
    return std::move(out).take();
}

base::Result<Accuse> decode_evidence(base::BytesView bytes) {
    Reader in(bytes);
    Accuse out;
    in.array_of(4, "evidence");
    out.offender = static_cast<ReplicaId>(in.uint_at_most(kMaxReplicas - 1, "evidence.offender"));
    const std::uint64_t what = in.uint_at_most(kCheckpoints, "evidence.what");
    if (what == kVotes) {
        const Vote first = read_vote(in);
        out.evidence = std::pair(first, read_vote(in));
    } else if (what == kCheckpoints) {
        const Checkpoint first = read_checkpoint(in);
        out.evidence = std::pair(first, read_checkpoint(in));
    } else if (in.ok()) {
        in.fail(ErrorCode::malformed, "no such kind of evidence", "evidence.what");
    }
    PLACET_TRY(in.finish());
    return out;
}

base::Status check_evidence(const Accuse& evidence, const types::ValidatorSet& validators, const Hash& genesis) {
    class NoProposals final : public ProposalChecker {
    public:
        [[nodiscard]] base::Status check(const types::Proposal&) const override { return {}; }
    };
    const NoProposals no_proposals;
    const Verifier verifier(validators, genesis, real_signatures(), no_proposals);
    return std::visit(
        [&](const auto& pair) -> base::Status {
            if (pair.first.signer != evidence.offender || !contradict(pair.first, pair.second))
                return refuse(ErrorCode::invalid_value, "the two statements do not contradict each other", "evidence");
            PLACET_TRY(verifier.check(pair.first));
            return verifier.check(pair.second);
        },
        evidence.evidence);
}

EvidenceSubject subject_of(const Accuse& evidence) noexcept {
    if (const auto* votes = std::get_if<std::pair<Vote, Vote>>(&evidence.evidence))
        return {static_cast<std::uint8_t>(votes->first.kind), votes->first.epoch, votes->first.view, votes->first.seq};
    const auto& first = std::get<std::pair<Checkpoint, Checkpoint>>(evidence.evidence).first;
    return {0, first.body.epoch, 0, first.body.height};
}

std::string_view name_of_evidence(std::uint8_t kind) noexcept {
    static constexpr std::array<std::string_view, kVoteKinds + 1> kNames = {"checkpoint", "pre_prepare", "prepare",
                                                                            "commit",     "view_change", "new_view"};
    return kind < kNames.size() ? kNames[kind] : "unknown";
}

}  // namespace placet::consensus
