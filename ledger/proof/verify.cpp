// From bytes to a verdict: frame, closing hash, chain, then the kind's own judge.
#include "ledger/proof/verify.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/proof/judge.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::refuse;

// What holds for every kind, before the kind is looked at.
Status check_frame(const Frame& frame, const Trust& trust) {
    if (frame.closing != frame.closing_wanted)
        return refuse(ErrorCode::invalid_proof, "the bundle was changed or damaged: its closing hash does not match its content");
    if (frame.genesis != trust.genesis_hash)
        return refuse(ErrorCode::invalid_proof, "the bundle is of the chain with genesis " + base::to_hex(frame.genesis.view()) +
                                                    ", the genesis file given is " + base::to_hex(trust.genesis_hash.view()));
    for (const types::ValidatorSet& set : trust.epochs.sets)
        if (set.n() < 4 && trust.options.development_chains == DevelopmentChains::refused)
            return refuse(ErrorCode::invalid_proof, "the chain has " + std::to_string(set.n()) +
                                                        " validators; fewer than four tolerate no faulty one, so this proves nothing "
                                                        "outside development (--allow-development)");
    return {};
}

const types::QuorumCertificate& newest_of(const ConsistencyBundle& bundle) { return bundle.newer; }
const types::QuorumCertificate& newest_of(const auto& bundle) { return bundle.head.certificate; }

// No link that nothing needs: a bundle has no optional octet.
Status check_link_count(const types::QuorumCertificate& newest, const Trust& trust) {
    if (newest.body.epoch + 1 == trust.epochs.sets.size()) return {};
    return refuse(ErrorCode::invalid_proof, "the seal is of epoch " + std::to_string(newest.body.epoch) + " and the bundle has " +
                                                std::to_string(trust.epochs.sets.size() - 1) + " links: it must have one an epoch");
}

template <class Bundle>
Result<Verdict> judge_decoded(const Bundle& bundle, const Trust& trust, Verdict verdict) {
    Status held = check_link_count(newest_of(bundle), trust);
    if (held) held = judge(bundle, trust, verdict);
    if (!held) {
        Verdict disproved;
        disproved.kind = verdict.kind;
        disproved.reason = held.error().message;
        say_limits(trust, disproved);
        return disproved;
    }
    verdict.proved = true;
    say_limits(trust, verdict);
    return verdict;
}

}  // namespace

Result<Verdict> verify(BytesView bundle, const types::Genesis& genesis, const VerifyOptions& options) {
    PLACET_TRY(types::check(genesis));
    PLACET_TRY_ASSIGN(const Frame frame, read_frame(bundle));
    const Hash genesis_hash = types::genesis_hash(genesis);
    const bool same_chain = frame.genesis == genesis_hash && frame.closing == frame.closing_wanted;
    const Result<KnownEpochs> walked = walk(genesis, same_chain ? frame.links : std::vector<EpochLink>{});
    const KnownEpochs first{{genesis.validators}, {}, {}};
    const Trust trust{genesis, genesis_hash, options, walked ? *walked : first};
    Verdict verdict;
    verdict.kind = frame.kind;
    Status held = check_frame(frame, trust);
    if (held && !walked) held = std::unexpected(walked.error());
    if (!held) {
        verdict.reason = held.error().message;
        say_limits(trust, verdict);
        return verdict;
    }
    switch (frame.kind) {
        case BundleKind::event: {
            PLACET_TRY_ASSIGN(const EventBundle decoded, decode_event_bundle(frame));
            return judge_decoded(decoded, trust, std::move(verdict));
        }
        case BundleKind::consistency: {
            PLACET_TRY_ASSIGN(const ConsistencyBundle decoded, decode_consistency_bundle(frame));
            return judge_decoded(decoded, trust, std::move(verdict));
        }
        case BundleKind::state: {
            PLACET_TRY_ASSIGN(const StateBundle decoded, decode_state_bundle(frame));
            return judge_decoded(decoded, trust, std::move(verdict));
        }
        case BundleKind::index: {
            PLACET_TRY_ASSIGN(const IndexBundle decoded, decode_index_bundle(frame));
            return judge_decoded(decoded, trust, std::move(verdict));
        }
    }
    return refuse(ErrorCode::unsupported, "an unknown kind of bundle", "kind");
}

}  // namespace placet::proof
