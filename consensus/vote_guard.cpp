// What may be signed. Every rule is here; nothing else in the core holds a key.
#include "consensus/vote_guard.hpp"

namespace placet::consensus {

using base::ErrorCode;
using base::refuse;

namespace {

std::size_t index_of(VoteKind kind) noexcept { return static_cast<std::size_t>(kind) - 1; }
bool is_ordering(VoteKind kind) noexcept { return kind <= VoteKind::commit; }

}  // namespace

void VoteGuard::restore(const GuardMark& mark) {
    mark_ = mark;
    left_below_ = std::max(left_below_, mark.highest[index_of(VoteKind::view_change)].first);
}

void VoteGuard::raise_mark(const Vote& vote) {
    auto& highest = mark_.highest[index_of(vote.kind)];
    highest = std::max(highest, {vote.view, vote.seq});
    if (vote.kind == VoteKind::view_change) left_below_ = std::max(left_below_, vote.view);
}

void VoteGuard::remember(const Vote& vote) {
    raise_mark(vote);
    if (!is_ordering(vote.kind) || vote.seq > mark_.low) votes_.insert_or_assign({vote.kind, vote.view, vote.seq}, vote.digest);
}

void VoteGuard::remember(const Checkpoint& vote) {
    mark_.checkpoint = std::max(mark_.checkpoint, vote.body.height);
    if (vote.body.height > mark_.low) checkpoints_.insert_or_assign(vote.body.height, vote);
}

base::Status VoteGuard::permit(const Vote& vote) const {
    if (!armed_) return {};
    if (vote.epoch != epoch_) return refuse(ErrorCode::conflict, "of an epoch that this guard does not count", "vote.epoch");
    if (const auto found = votes_.find({vote.kind, vote.view, vote.seq}); found != votes_.end()) {
        if (found->second == vote.digest) return {};  // the same promise again: RFC 6979 gives the same signature
        return refuse(ErrorCode::conflict, "another digest was signed for this slot and view", "vote.digest");
    }
    if (is_ordering(vote.kind)) {
        if (vote.seq <= mark_.low) return refuse(ErrorCode::expired, "votes at this height are forgotten", "vote.seq");
        if (vote.view < left_below_) return refuse(ErrorCode::conflict, "a view-change of mine left this view", "vote.view");
        return {};
    }
    // A view-change or new-view of this view or a later one was signed, and its bytes are not these.
    const View highest = mark_.highest[index_of(vote.kind)].first;
    if (vote.view <= highest) return refuse(ErrorCode::conflict, "signed already for this view or a later one", "vote.view");
    return {};
}

base::Status VoteGuard::sign(Vote& vote) {
    PLACET_TRY(permit(vote));
    vote.signature = signer_.sign_vote(vote_digest(genesis_, vote));
    remember(vote);
    return {};
}

base::Status VoteGuard::sign(Checkpoint& vote) {
    if (armed_ && vote.body.epoch != epoch_)
        return refuse(ErrorCode::conflict, "of an epoch that this guard does not count", "checkpoint.epoch");
    if (const auto found = checkpoints_.find(vote.body.height); found != checkpoints_.end()) {
        if (armed_ && found->second.body != vote.body)
            return refuse(ErrorCode::conflict, "another state was signed at this height", "checkpoint.body");
    } else if (armed_ && vote.body.height <= mark_.low) {
        return refuse(ErrorCode::expired, "votes at this height are forgotten", "checkpoint.height");
    }
    vote.signature = signer_.sign_checkpoint(types::checkpoint_digest(genesis_, vote.body));
    remember(vote);
    return {};
}

void VoteGuard::forget(SeqNum low) {
    mark_.low = std::max(mark_.low, low);
    std::erase_if(votes_, [this](const auto& entry) {
        const auto& [kind, view, seq] = entry.first;
        if (is_ordering(kind)) return seq <= mark_.low;
        return view < mark_.highest[index_of(kind)].first;
    });
    std::erase_if(checkpoints_, [this](const auto& entry) { return entry.first <= mark_.low; });
}

bool VoteGuard::is_ahead_of_me(const Vote& shown) const noexcept {
    return std::pair(shown.view, shown.seq) > mark_.highest[index_of(shown.kind)];
}

bool VoteGuard::is_ahead_of_me(const Checkpoint& shown) const noexcept { return shown.body.height > mark_.checkpoint; }

}  // namespace placet::consensus
