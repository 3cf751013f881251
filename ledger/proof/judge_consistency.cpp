// Consistency bundles: between two sealed heights nothing was changed or taken away.
#include "ledger/base/hex.hpp"
#include "ledger/base/time.hpp"
#include "ledger/proof/judge.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::refuse;

Status check_order(const types::CheckpointBody& older, const types::CheckpointBody& newer) {
    if (older == newer) return {};
    if (older.height == newer.height || older.size == newer.size)
        return refuse(ErrorCode::invalid_proof,
                      "two different checkpoints of one height or size bear valid seals: the validators that signed both equivocated "
                      "(keep this file: it is the evidence)");
    if (older.height > newer.height || older.size > newer.size || older.block_time_ms >= newer.block_time_ms)
        return refuse(ErrorCode::invalid_proof, "the checkpoint called older is not older");
    return {};
}

}  // namespace

Status judge(const ConsistencyBundle& bundle, const Trust& trust, Verdict& verdict) {
    const types::CheckpointBody& older = bundle.older.body;
    const types::CheckpointBody& newer = bundle.newer.body;
    // Freshness is asked of the newer end only.
    VerifyOptions without_freshness = trust.options;
    without_freshness.not_before_ms.reset();
    PLACET_TRY(check_certificate(bundle.older, {trust.genesis, trust.genesis_hash, without_freshness, trust.epochs}));
    PLACET_TRY(check_certificate(bundle.newer, trust));
    if (Status pinned = check_pinned(newer, trust); !pinned && !check_pinned(older, trust)) return pinned;
    PLACET_TRY(check_order(older, newer));
    PLACET_TRY(merkle::verify_consistency({older.size, older.root}, {newer.size, newer.root}, bundle.path));
    verdict.proves.push_back("The log of " + std::to_string(newer.size) + " leaves at block " + std::to_string(newer.height) +
                             " begins with exactly the " + std::to_string(older.size) + " leaves of block " +
                             std::to_string(older.height) + " (" + base::to_rfc3339(older.block_time_ms) +
                             "): nothing was changed, removed or put in between.");
    add_fact(verdict, "older_height", std::to_string(older.height));
    add_fact(verdict, "older_size", std::to_string(older.size));
    add_fact(verdict, "older_root", base::to_hex(older.root.view()));
    add_fact(verdict, "older_block_time", base::to_rfc3339(older.block_time_ms));
    verdict.does_not_prove.emplace_back("What the leaves say: only that they stayed what they were.");
    say_sealed(bundle.newer, trust, verdict);
    return {};
}

}  // namespace placet::proof
