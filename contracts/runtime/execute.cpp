// Executing an ordered block.
#include "contracts/runtime/execute.hpp"

#include <algorithm>
#include <map>

#include "contracts/common/transition.hpp"
#include "contracts/governance/authority.hpp"
#include "contracts/governance/membership.hpp"
#include "contracts/runtime/admit.hpp"
#include "contracts/runtime/dispatch.hpp"
#include "contracts/runtime/live_ids.hpp"

namespace placet::contracts::runtime {
namespace {

struct Candidate {
    types::Transaction transaction;
    std::optional<CommandKind> kind;
    bool placed = false;
};

/// Withdrawals and revocations first, each directly after what it names; then the others as proposed.
class BlockOrder {
public:
    explicit BlockOrder(std::vector<Candidate>& candidates) : candidates_(candidates) {
        for (std::size_t i = 0; i < candidates.size(); ++i) by_id_.emplace(candidates[i].transaction.id, i);
    }

    std::vector<const Candidate*> run() {
        for (std::size_t i = 0; i < candidates_.size(); ++i)
            if (candidates_[i].kind && takes_effect_first(*candidates_[i].kind)) place_with_chain(i);
        for (std::size_t i = 0; i < candidates_.size(); ++i) place(i);
        return std::move(order_);
    }

private:
    void place(std::size_t index) {
        if (candidates_[index].placed) return;
        candidates_[index].placed = true;
        order_.push_back(&candidates_[index]);
    }

    /// What `index` must follow, what that must follow, and so on: earliest first.
    void place_with_chain(std::size_t index) {
        std::vector<std::size_t> chain = {index};
        for (std::size_t at = index;;) {
            const auto& after = candidates_[at].transaction.payload.after;
            const auto found = after ? by_id_.find(*after) : by_id_.end();
            const bool is_new = found != by_id_.end() && !candidates_[found->second].placed && std::ranges::find(chain, found->second) == chain.end();
            if (!is_new) break;
            at = found->second;
            chain.push_back(at);
        }
        for (auto one = chain.rbegin(); one != chain.rend(); ++one) place(*one);
    }

    std::vector<Candidate>& candidates_;
    std::map<types::TransactionId, std::size_t> by_id_;
    std::vector<const Candidate*> order_;
};

class BlockExecution {
public:
    BlockExecution(const OrderedBlock& block, const ExecutionContext& context)
        : block_(block), context_(context), state_(context.state, block_time(block), block.height) {
        out_.height = block.height;
        out_.block_time_ms = state_.now_ms();
        out_.validators = out_.next_validators = block.validators;
    }

    Result<state::ExecutedBlock> run() {
        PLACET_TRY_ASSIGN(const governance::Membership sealing, governance::membership(state_));
        out_.epoch = sealing.epoch;
        std::vector<Candidate> candidates = read_proposal();
        std::vector<const types::Transaction*> executed;
        for (const Candidate* one : BlockOrder(candidates).run()) {
            if (state_.steps() >= kStepBudgetPerBlock) break;
            PLACET_TRY_ASSIGN(const bool runs, may_execute(one->transaction));
            if (!runs) continue;
            PLACET_TRY(execute_one(*one));
            executed.push_back(&one->transaction);
        }
        PLACET_TRY(forget_expired(state_, executed));
        PLACET_TRY_ASSIGN(const std::optional<Hash> next, governance::close_block(state_, block_.previous_root));
        if (next) out_.next_validators = *next;
        out_.closing_writes = state_.take_writes();
        return std::move(out_);
    }

private:
    std::vector<Candidate> read_proposal();
    Result<bool> may_execute(const types::Transaction& transaction) const;
    Status execute_one(const Candidate& candidate);
    Result<Verdict> decide(const Candidate& candidate);
    Result<bool> follows_executed(const types::Transaction& transaction) const;

    const OrderedBlock& block_;
    const ExecutionContext& context_;
    Transition state_;
    state::ExecutedBlock out_;
};

std::vector<Candidate> BlockExecution::read_proposal() {
    std::vector<Candidate> out;
    if (!block_.proposal) return out;
    for (const types::Submission& submission : block_.proposal->submissions) {
        Result<types::Transaction> transaction = types::decode_transaction(submission.transaction, context_.genesis);
        if (!transaction) continue;
        // By commitment alone: octets that decode to nothing are then refused by receipt, on every node alike. Parts that do not travel
        // (a replay after pruning) come from this node's own store, or are missed there.
        for (const base::Bytes& part : submission.parts) state_.offer_part(types::part_commitment(part), part);
        const auto kind = command_kind(transaction->payload.kind);
        out.push_back({std::move(*transaction), kind, false});
    }
    return out;
}

/// Whether the transaction has an event at all.
Result<bool> BlockExecution::may_execute(const types::Transaction& transaction) const {
    const TimeMs expires = transaction.payload.expires_at_ms;
    if (expires < state_.now_ms()) return false;
    if (expires > state_.now_ms() + types::kMaxLifeMs + kExpiryToleranceMs) return false;
    PLACET_TRY_ASSIGN(const std::optional<LiveId> live, find_live_id(state_, transaction.id));
    if (live) return false;
    const bool known_good = context_.signature_known_good && context_.signature_known_good(transaction);
    return known_good || types::verify_signature(transaction, context_.genesis);
}

Result<bool> BlockExecution::follows_executed(const types::Transaction& transaction) const {
    if (!transaction.payload.after) return true;
    PLACET_TRY_ASSIGN(const std::optional<LiveId> before, find_live_id(state_, *transaction.payload.after));
    return before && before->sender == transaction.sender;
}

Result<Verdict> BlockExecution::decide(const Candidate& candidate) {
    PLACET_TRY_ASSIGN(const std::optional<governance::Actor> holder, governance::find_actor_by_key(state_, candidate.transaction.sender));
    if (!holder) return refused("sender_unknown");
    if (!holder->is_active() || holder->key != candidate.transaction.sender) return refused("sender_revoked", holder->id);
    PLACET_TRY_ASSIGN(const bool in_order, follows_executed(candidate.transaction));
    if (!in_order) return refused("after_not_executed", "after");
    if (!candidate.kind) return refused("invalid_command", "kind");
    if (!governance::may_send(*holder, *candidate.kind)) return refused("not_authorised", to_string(*candidate.kind));
    return apply_command(state_, *holder, *candidate.kind);
}

Status BlockExecution::execute_one(const Candidate& candidate) {
    state_.open(candidate.transaction);
    PLACET_TRY_ASSIGN(Verdict verdict, decide(candidate));
    if (!verdict.keeps_writes) state_.drop_writes();
    remember(state_);
    out_.events.push_back(state_.close(std::move(verdict.outcome)));
    return {};
}

}  // namespace

TimeMs block_time(const OrderedBlock& block) noexcept {
    const TimeMs next = block.previous_block_time_ms + 1;
    return block.proposal ? std::max(next, block.proposal->time_ms) : next;
}

Result<state::ExecutedBlock> execute(const OrderedBlock& block, const ExecutionContext& context) { return BlockExecution(block, context).run(); }

}  // namespace placet::contracts::runtime
