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
    const std::size_t n = trust.genesis.validators.n();
    if (n < 4 && trust.options.development_chains == DevelopmentChains::refused)
        return refuse(ErrorCode::invalid_proof, "the chain has " + std::to_string(n) +
                                                    " validators; fewer than four tolerate no faulty one, so this proves nothing "
                                                    "outside development (--allow-development)");
    return {};
}

template <class Bundle>
Result<Verdict> judge_decoded(const Bundle& bundle, const Trust& trust, Verdict verdict) {
    if (Status held = judge(bundle, trust, verdict); !held) {
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
    const Trust trust{genesis, types::genesis_hash(genesis), options};
    Verdict verdict;
    verdict.kind = frame.kind;
    if (Status held = check_frame(frame, trust); !held) {
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
