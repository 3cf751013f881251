// See liar.hpp.
#include "tests/sim/liar.hpp"

namespace placet::sim {

using namespace consensus;

MessagePtr Liar::resign(Message message) {
    std::visit(
        [this](auto& m) {
            if constexpr (requires { m.vote; }) {
                if constexpr (requires { content_digest(m); }) m.vote.digest = content_digest(m);
                m.vote.signature = signer_.sign_vote(vote_digest({}, m.vote));
            }
        },
        message);
    return std::make_shared<const Message>(std::move(message));
}

/// The story for the other half of the replicas.
MessagePtr Liar::other_side(const MessagePtr& message) {
    if (const auto* m = std::get_if<PrePrepare>(message.get())) {
        PrePrepare other = *m;
        auto proposal = std::make_shared<types::Proposal>(*m->proposal);
        ++proposal->time_ms;
        if (!proposal->submissions.empty()) proposal->submissions.pop_back();
        other.proposal = std::move(proposal);
        other.vote.digest = digest_of(other.proposal);
        alternatives_[{m->vote.view, m->vote.seq}] = other.vote.digest;
        return resign(other);
    }
    const auto alternative = [&](Vote vote) -> std::optional<Vote> {
        const auto found = alternatives_.find({vote.view, vote.seq});
        if (found == alternatives_.end()) return std::nullopt;
        vote.digest = found->second;
        return vote;
    };
    if (const auto* m = std::get_if<Prepare>(message.get()))
        if (const auto vote = alternative(m->vote)) return resign(Prepare{*vote});
    if (const auto* m = std::get_if<Commit>(message.get()))
        if (const auto vote = alternative(m->vote)) return resign(Commit{*vote});
    if (const auto* m = std::get_if<Checkpoint>(message.get())) {
        Checkpoint other = *m;
        other.body.root = spread(other.body.height);
        other.signature = signer_.sign_checkpoint(types::checkpoint_digest({}, other.body));
        return std::make_shared<const Message>(other);
    }
    return message;
}

/// New views that carry null requests instead of what was prepared, or a slot less; view-changes that forget.
MessagePtr Liar::forged(const MessagePtr& message, Prng& prng) {
    if (const auto* m = std::get_if<NewView>(message.get())) {
        NewView other = *m;
        for (Vote& vote : other.carried) {
            vote.digest = types::null_digest();
            vote.signature = signer_.sign_vote(vote_digest({}, vote));
        }
        if (prng.percent(20) && !other.carried.empty()) other.carried.pop_back();
        return resign(other);
    }
    if (const auto* m = std::get_if<ViewChange>(message.get())) {
        ViewChange other = *m;
        other.prepared.clear();
        return resign(other);
    }
    return message;
}

/// The signature of one proposal over the body of another.
MessagePtr Liar::with_other_body(const MessagePtr& message) {
    const auto* m = std::get_if<PrePrepare>(message.get());
    if (m == nullptr) return message;
    PrePrepare other = *m;
    auto proposal = std::make_shared<types::Proposal>(*m->proposal);
    proposal->time_ms += 7;
    other.proposal = std::move(proposal);
    return std::make_shared<const Message>(other);
}

std::vector<Lie> Liar::twist(types::ReplicaId to, const MessagePtr& message, Prng& prng) {
    ++sent_;
    const bool other_half = to % 2 == 1;
    switch (faulty_.how) {
        case Misbehaviour::silent:
            if (sent_ > 400) return {};
            break;
        case Misbehaviour::equivocating: {
            const MessagePtr second = other_side(message);
            std::vector<Lie> lies = {{to, other_half ? second : message, 0, false}};
            if (second != message && prng.percent(30)) lies.push_back({to, other_half ? message : second, 20'000, false});
            return lies;
        }
        case Misbehaviour::lying_digest:
            if (other_half && sent_ % 5 < 3) return {{to, with_other_body(message), 0, fault_ == Fault::digest_not_recomputed}};
            break;
        case Misbehaviour::forging: return {{to, forged(message, prng), 0, false}};
        case Misbehaviour::delaying: return {{to, message, prng.between(50'000, 1'500'000), false}};
        case Misbehaviour::wrong_clock:
        case Misbehaviour::corrupt_machine:
        case Misbehaviour::old_disk: break;
    }
    return {{to, message, 0, false}};
}

}  // namespace placet::sim
