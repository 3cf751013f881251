// Judging the seal below every bundle, and the sentences that all bundles share.
#include <algorithm>

#include "ledger/base/hex.hpp"
#include "ledger/base/time.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/proof/judge.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::refuse;

std::string signer_names(const types::QuorumCertificate& certificate, const types::ValidatorSet& set) {
    std::string names;
    for (std::size_t id = 0; id < set.n(); ++id) {
        if ((certificate.signers >> id & 1) == 0) continue;
        if (!names.empty()) names += ", ";
        names += set.validators[id].name;
    }
    return names;
}

// What people wrote, for people's terminals.
std::string printable(std::string text) {
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '"'; }, '?');
    return text;
}

}  // namespace

void add_fact(Verdict& verdict, std::string name, std::string value) {
    verdict.facts.push_back({std::move(name), std::move(value)});
}

Status check_pinned(const types::CheckpointBody& body, const Trust& trust) {
    const std::optional<merkle::TreeHead>& pinned = trust.options.pinned;
    if (!pinned) return {};
    if (pinned->size != body.size)
        return refuse(ErrorCode::invalid_proof,
                      "the bundle rests on a checkpoint of size " + std::to_string(body.size) + ", the pinned one has size " +
                          std::to_string(pinned->size) + ": ask for a bundle as of that checkpoint, or a consistency bundle between both");
    if (pinned->root != body.root)
        return refuse(ErrorCode::invalid_proof,
                      "the pinned checkpoint of this size has another root: the validators signed two histories (keep both files)");
    return {};
}

Status check_certificate(const types::QuorumCertificate& certificate, const Trust& trust) {
    PLACET_TRY(trust.epochs.verify(certificate, trust.genesis_hash));
    if (trust.options.not_before_ms && certificate.body.block_time_ms < *trust.options.not_before_ms)
        return refuse(ErrorCode::expired, "the seal is of " + base::to_rfc3339(certificate.body.block_time_ms) + ", older than the " +
                                              base::to_rfc3339(*trust.options.not_before_ms) + " that was asked for");
    return {};
}

Result<types::CommitLeaf> check_head(const SealedHead& head, const Trust& trust) {
    const types::CheckpointBody& body = head.certificate.body;
    PLACET_TRY(check_certificate(head.certificate, trust));
    PLACET_TRY(check_pinned(body, trust));
    if (body.size == 0) return refuse(ErrorCode::invalid_proof, "a sealed log cannot be empty");
    PLACET_TRY(merkle::verify_inclusion(merkle::leaf_hash(head.commit_leaf), {body.size - 1, body.size, body.root}, head.path));
    PLACET_TRY_ASSIGN(const types::Leaf leaf, types::decode_leaf(head.commit_leaf));
    const auto* const commit = std::get_if<types::CommitLeaf>(&leaf);
    if (commit == nullptr) return refuse(ErrorCode::invalid_proof, "the last leaf of the certified log is not a commit leaf");
    const bool agrees = commit->height == body.height && commit->block_time_ms == body.block_time_ms && commit->leaves <= body.size;
    if (!agrees) return refuse(ErrorCode::invalid_proof, "the commit leaf and the certificate speak of different blocks");
    if (commit->validators != types::validator_set_hash(*trust.epochs.set(body.epoch)))
        return refuse(ErrorCode::invalid_proof, "the commit leaf names another validator set than the one that sealed it");
    return *commit;
}

void say_sealed(const types::QuorumCertificate& certificate, const Trust& trust, Verdict& verdict) {
    const types::CheckpointBody& body = certificate.body;
    const types::ValidatorSet& set = *trust.epochs.set(body.epoch);
    const std::string names = signer_names(certificate, set);
    verdict.proves.push_back("This is true as of block " + std::to_string(body.height) + ", block time " +
                             base::to_rfc3339(body.block_time_ms) + ", sealed by " + std::to_string(set.q()) + " of " +
                             std::to_string(set.n()) + " validators of the chain \"" + trust.genesis.chain + "\": " + names + ".");
    if (body.epoch > 0)
        verdict.proves.push_back("These validators are those of epoch " + std::to_string(body.epoch) + ": every change since genesis is in this bundle, sealed by " +
                                 "the validators before it" + (trust.epochs.recoveries.empty() ? "." : ", or signed by the organisations where noted."));
    for (const types::Recovery& recovery : trust.epochs.recoveries) {
        std::string organisations;
        for (const auto& approval : recovery.approvals) organisations += (organisations.empty() ? "" : ", ") + approval.organisation;
        verdict.proves.push_back("RECOVERY: behind block " + std::to_string(recovery.last.body.height) + " the validators of epoch " +
                                 std::to_string(recovery.next.epoch) + " were named by offline keys of " + organisations + ". Their reason: \"" +
                                 printable(recovery.reason) + "\".");
    }
    add_fact(verdict, "epoch", std::to_string(body.epoch));
    add_fact(verdict, "recoveries", std::to_string(trust.epochs.recoveries.size()));
    add_fact(verdict, "chain", trust.genesis.chain);
    add_fact(verdict, "genesis", base::to_hex(trust.genesis_hash.view()));
    add_fact(verdict, "sealed_height", std::to_string(body.height));
    add_fact(verdict, "as_of", base::to_rfc3339(body.block_time_ms));
    add_fact(verdict, "log_size", std::to_string(body.size));
    add_fact(verdict, "log_root", base::to_hex(body.root.view()));
    add_fact(verdict, "signers", names);
}

void say_limits(const Trust& trust, Verdict& verdict) {
    std::vector<std::string>& out = verdict.does_not_prove;
    const types::ValidatorSet& newest = trust.epochs.sets.back();
    const std::size_t f = newest.f();
    out.emplace_back("Reads made outside the system: whoever copied data without asking the ledger left no record here.");
    out.emplace_back("That a patient has only one pseudonym at a custodian: a custodian that runs a second one is found by sampling its "
                     "index against the enrolments.");
    if (trust.options.pinned) {
        out.emplace_back("Anything about histories other than the pinned checkpoint's.");
    } else {
        out.emplace_back("That nobody holds " + std::to_string(newest.q()) +
                         " leaked validator keys: only a checkpoint pinned or witnessed elsewhere excludes a second history.");
    }
    out.emplace_back("That more than " + std::to_string(f) +
                     " validators did not collude: their lie can be shown to be one, but a proof does not prevent it.");
    out.emplace_back("That erased bytes are gone from every disk: a receipt of erasure is a signed claim, not physics.");
    out.emplace_back("What happened after the block time named above.");
    if (std::ranges::any_of(trust.epochs.sets, [](const types::ValidatorSet& set) { return set.n() < 4; }))
        out.emplace_back("Anything if a single validator lies: this chain has fewer than four, or had, and is for development.");
}

}  // namespace placet::proof
