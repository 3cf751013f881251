// Event bundles: this transaction, signed by this key, stands in the log with this outcome.
#include "ledger/base/hex.hpp"
#include "ledger/base/time.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/proof/judge.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::refuse;

// The leaf's block and the sealed block must lie in the order in which the log has them.
Status check_position(const EventBundle& bundle, const types::EventLeaf& event, const types::CommitLeaf& commit) {
    const std::uint64_t first_of_block = bundle.head.certificate.body.size - commit.leaves;
    const bool in_sealed_block = bundle.leaf_index >= first_of_block;
    const bool fits = in_sealed_block ? event.height == commit.height && event.block_time_ms == commit.block_time_ms
                                      : event.height < commit.height && event.block_time_ms < commit.block_time_ms;
    if (!fits) return refuse(ErrorCode::invalid_proof, "the leaf's height or time does not fit its place in the log");
    return {};
}

void say_event(const EventBundle& bundle, const types::EventLeaf& event, const types::Transaction& transaction, Verdict& verdict) {
    const std::string id = base::to_hex(transaction.id.view());
    const std::string sender = crypto::to_text(transaction.sender);
    const std::string when = base::to_rfc3339(event.block_time_ms);
    verdict.proves.push_back("Transaction " + id + " is on the ledger: leaf " + std::to_string(bundle.leaf_index) + ", block " +
                             std::to_string(event.height) + ", block time " + when + ".");
    verdict.proves.push_back("It was signed by the key " + sender + ".");
    verdict.proves.push_back(event.outcome.accepted ? "The ledger accepted it, with the code \"" + event.outcome.code + "\"."
                                                    : "The ledger refused it, with the code \"" + event.outcome.code + "\".");
    verdict.does_not_prove.emplace_back("Who held the sender's key: the enrolment of the key is another entry of the ledger.");
    verdict.does_not_prove.emplace_back(
        "That the rules were applied rightly: the outcome is what the validators recorded; recompute it with the consents disclosed.");
    add_fact(verdict, "transaction", id);
    add_fact(verdict, "sender", sender);
    add_fact(verdict, "command_kind", std::to_string(transaction.payload.kind));
    add_fact(verdict, "leaf_index", std::to_string(bundle.leaf_index));
    add_fact(verdict, "block_height", std::to_string(event.height));
    add_fact(verdict, "block_time", when);
    add_fact(verdict, "outcome", event.outcome.accepted ? "accepted" : "refused");
    add_fact(verdict, "code", event.outcome.code);
}

}  // namespace

Status judge(const EventBundle& bundle, const Trust& trust, Verdict& verdict) {
    PLACET_TRY_ASSIGN(const types::CommitLeaf commit, check_head(bundle.head, trust));
    const types::CheckpointBody& body = bundle.head.certificate.body;
    PLACET_TRY(merkle::verify_inclusion(merkle::leaf_hash(bundle.event_leaf), {bundle.leaf_index, body.size, body.root}, bundle.path));
    PLACET_TRY_ASSIGN(types::Leaf leaf, types::decode_leaf(bundle.event_leaf));
    auto* const event = std::get_if<types::EventLeaf>(&leaf);
    if (event == nullptr) return refuse(ErrorCode::invalid_proof, "the leaf is not an event");
    PLACET_TRY(check_position(bundle, *event, commit));
    PLACET_TRY_ASSIGN(types::Transaction transaction, types::decode_transaction(event->transaction, trust.genesis_hash));
    if (transaction.id != bundle.transaction)
        return refuse(ErrorCode::invalid_proof, "the leaf holds transaction " + base::to_hex(transaction.id.view()) +
                                                    ", not the one that the bundle is about");
    if (!types::verify_signature(transaction, trust.genesis_hash))
        return refuse(ErrorCode::invalid_signature, "the transaction's own signature does not verify");
    say_event(bundle, *event, transaction, verdict);
    say_sealed(bundle.head.certificate, trust, verdict);
    verdict.event = std::move(*event);
    verdict.transaction = std::move(transaction);
    return {};
}

}  // namespace placet::proof
