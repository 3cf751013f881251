// See liar.hpp.
#include "tests/sim/liar.hpp"

namespace placet::sim {

using namespace consensus;

namespace {

constexpr std::size_t kMemory = 64;

}  // namespace

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
    if (const auto* m = std::get_if<ViewChange>(message.get())) {
        ViewChange other = *m;
        other.base.reset();
        other.prepared.clear();
        return resign(other);
    }
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

void Liar::heard(const MessagePtr& message) {
    if (faulty_.how == Misbehaviour::impersonating && std::holds_alternative<PrePrepare>(*message))
        heard_proposal_ = message;
    if (faulty_.how != Misbehaviour::replaying) return;
    if (memory_.size() < kMemory)
        memory_.push_back(message);
    else
        memory_[memory_at_++ % kMemory] = message;
}

/// The message, and often something that was said before: by anybody, to anybody.
std::vector<Lie> Liar::repeated(types::ReplicaId to, const MessagePtr& message, Prng& prng) {
    std::vector<Lie> lies = {{to, message, 0, false}};
    heard(message);
    if (prng.percent(30)) lies.push_back({to, memory_[prng.below(memory_.size())], prng.below(400'000), false});
    return lies;
}

/// Beside what is forged of its own: certificates whose signatures nobody gave.
std::vector<Lie> Liar::with_forgeries(types::ReplicaId to, const MessagePtr& message, Prng& prng) {
    std::vector<Lie> lies = {{to, forged(message, prng), 0, false}};
    const std::size_t q = (n_ + types::max_faulty(n_) + 2) / 2;
    const std::uint64_t first_q = (std::uint64_t{1} << q) - 1;
    if (const auto* m = std::get_if<Checkpoint>(message.get()); m != nullptr && prng.percent(30)) {
        types::CheckpointBody body = m->body;
        body.root = spread(body.height ^ 7);
        const Signature mine = signer_.sign_checkpoint(types::checkpoint_digest({}, body));
        lies.push_back(
            {to, std::make_shared<const Message>(Seal{{body, first_q, std::vector<Signature>(q, mine)}}), 0, false});
    }
    if (const auto* m = std::get_if<ViewChange>(message.get()); m != nullptr && m->vote.view > 1 && prng.percent(60)) {
        ViewChange other = *m;
        PreparedCertificate certificate{
            m->vote.epoch, m->vote.view - 1, height_of(m->base) + 1, spread(m->vote.view), {}, 0, {}};
        const ReplicaId primary = primary_of(certificate.view, n_);
        for (ReplicaId id = 0; certificate.signatures.size() + 1 < q; ++id) {
            if (id == primary) continue;
            certificate.preparers |= std::uint64_t{1} << id;
            certificate.signatures.push_back(signer_.sign_vote(certificate.digest));
        }
        other.prepared = {certificate};
        lies.insert(lies.begin(), {to, resign(other), 0, false});
    }
    return lies;
}

/// Beside its votes the same for something else in another's name; beside every status a proposal, whoever is primary.
std::vector<Lie> Liar::in_other_names(types::ReplicaId to, const MessagePtr& message, Prng& prng) {
    std::vector<Lie> lies = {{to, message, 0, false}};
    const auto as_other = [&](auto vote_message) {
        vote_message.vote.signer = static_cast<types::ReplicaId>(prng.below(n_));
        vote_message.vote.digest = spread(prng.below(2));
        lies.push_back({to, resign(std::move(vote_message)), 0, false});
    };
    if (const auto* m = std::get_if<Prepare>(message.get())) as_other(*m);
    if (const auto* m = std::get_if<Commit>(message.get())) as_other(*m);
    if (std::holds_alternative<Status>(*message) && heard_proposal_) {
        PrePrepare other = std::get<PrePrepare>(*heard_proposal_);
        auto proposal = std::make_shared<types::Proposal>(*other.proposal);
        ++proposal->time_ms;
        other.proposal = std::move(proposal);
        other.vote.digest = digest_of(other.proposal);
        other.vote.signer = faulty_.id;
        lies.push_back({to, resign(std::move(other)), 0, false});
    }
    return lies;
}

bool Liar::is_withheld(types::ReplicaId to, const Message& message) const {
    if (std::holds_alternative<Body>(message)) return true;
    const bool decides = std::holds_alternative<PrePrepare>(message) || std::holds_alternative<Commit>(message) ||
                         std::holds_alternative<NewView>(message) || std::holds_alternative<Decision>(message);
    return decides && to % 2 == 1;
}

/// Beside every third status a view-change far away, and a vote there.
std::vector<Lie> Liar::with_huge_view(types::ReplicaId to, const MessagePtr& message, Prng& prng) {
    std::vector<Lie> lies = {{to, message, 0, false}};
    if (!std::holds_alternative<Status>(*message) || !prng.percent(33)) return lies;
    const View now = std::get<Status>(*message).view;
    const View far = std::array<View, 5>{now + 1000, kMaxView, kMaxView + 1, View{1} << 63, UINT64_MAX}[prng.below(5)];
    const Epoch epoch = std::get<Status>(*message).epoch;
    lies.push_back({to,
                    resign(ViewChange{{VoteKind::view_change, epoch, far, 0, {}, faulty_.id, {}}, std::nullopt, {}}), 0,
                    false});
    lies.push_back({to, resign(Commit{{VoteKind::commit, epoch, far, 1, {}, faulty_.id, {}}}), 0, false});
    Status status = std::get<Status>(*message);
    status.view = far;
    status.sealed = prng.percent(50) ? UINT64_MAX : 0;
    status.signature = signer_.sign_vote(signing_digest({}, status));
    lies.push_back({to, std::make_shared<const Message>(std::move(status)), 0, false});
    return lies;
}

/// Beside every status forty votes for the views to come, for slots near and far.
std::vector<Lie> Liar::with_flood(types::ReplicaId to, const MessagePtr& message, Prng& prng) {
    std::vector<Lie> lies = {{to, message, 0, false}};
    const auto* status = std::get_if<Status>(message.get());
    if (status == nullptr) return lies;
    for (int i = 0; i < 40; ++i) {
        const SeqNum seq = status->sealed + (prng.percent(50) ? prng.between(1, 40) : prng.between(1, 1'000'000));
        const Vote vote{
            VoteKind::commit, status->epoch, status->view + prng.below(4), seq, spread(prng.below(3)), faulty_.id, {}};
        lies.push_back({to, resign(Commit{vote}), prng.below(100'000), false});
    }
    return lies;
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
            if (second != message && prng.percent(30))
                lies.push_back({to, other_half ? message : second, 20'000, false});
            return lies;
        }
        case Misbehaviour::lying_digest:
            if (other_half && sent_ % 5 < 3)
                return {{to, with_other_body(message), 0, fault_ == Fault::digest_not_recomputed}};
            break;
        case Misbehaviour::forging:
            return with_forgeries(to, message, prng);
        case Misbehaviour::impersonating:
            return in_other_names(to, message, prng);
        case Misbehaviour::delaying:
            return {{to, message, prng.between(50'000, 1'500'000), false}};
        case Misbehaviour::replaying:
            return repeated(to, message, prng);
        case Misbehaviour::withholding:
            if (is_withheld(to, *message)) return {};
            break;
        case Misbehaviour::huge_views:
            return with_huge_view(to, message, prng);
        case Misbehaviour::flooding:
            return with_flood(to, message, prng);
        case Misbehaviour::censoring:  // leaves out requests when it proposes
        case Misbehaviour::slow:       // waits before it proposes
        case Misbehaviour::wrong_clock:
        case Misbehaviour::twins:
        case Misbehaviour::lying_sync:
        case Misbehaviour::corrupt_machine:
        case Misbehaviour::old_disk:
        case Misbehaviour::lost_disk:
            break;
    }
    return {{to, message, 0, false}};
}

}  // namespace placet::sim
