// Counting votes and keeping bodies.
#include "consensus/slot.hpp"

#include <algorithm>

namespace placet::consensus {

std::optional<Vote> VoteSet::add(const Vote& vote) {
    const auto [entry, inserted] = votes_.try_emplace(vote.signer, vote);
    if (!inserted && entry->second.digest != vote.digest) return entry->second;
    return std::nullopt;
}

std::size_t VoteSet::count(const Hash& digest) const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(votes_, [&](const auto& entry) { return entry.second.digest == digest; }));
}

void VoteSet::collect(const Hash& digest, std::size_t limit, std::uint64_t& signers, std::vector<Signature>& signatures) const {
    for (const auto& [id, vote] : votes_) {
        if (signatures.size() == limit) return;
        if (vote.digest != digest) continue;
        signers |= std::uint64_t{1} << id;
        signatures.push_back(vote.signature);
    }
}

std::optional<Hash> VoteSet::digest_with(std::size_t q) const {
    for (const auto& [id, vote] : votes_)
        if (count(vote.digest) >= q) return vote.digest;
    return std::nullopt;
}

bool Slot::has_body(const Hash& digest) const noexcept { return digest == types::null_digest() || body(digest) != nullptr; }

ProposalPtr Slot::body(const Hash& digest) const noexcept {
    const auto found = std::ranges::find(bodies_, digest, &HeldBody::digest);
    return found == bodies_.end() ? nullptr : found->body;
}

bool Slot::needs(const Hash& digest) const noexcept {
    return (assignment && assignment->digest == digest) || (prepared && prepared->digest == digest) ||
           (committed && committed->digest == digest);
}

void Slot::add_body(const Hash& digest, ProposalPtr body) {
    if (!body || has_body(digest)) return;
    if (bodies_.size() >= kMaxBodies) {
        const auto victim = std::ranges::find_if(bodies_, [this](const HeldBody& held) { return !needs(held.digest); });
        if (victim == bodies_.end()) return;
        bodies_.erase(victim);
    }
    bodies_.push_back({digest, std::move(body), false});
}

bool Slot::take_body_unrecorded(const Hash& digest) {
    const auto found = std::ranges::find(bodies_, digest, &HeldBody::digest);
    if (found == bodies_.end() || found->recorded) return false;
    found->recorded = true;
    return true;
}

void Slot::mark_body_recorded(const Hash& digest) {
    const auto found = std::ranges::find(bodies_, digest, &HeldBody::digest);
    if (found != bodies_.end()) found->recorded = true;
}

std::optional<Hash> Slot::missing_body() const noexcept {
    if (committed) return has_body(committed->digest) ? std::nullopt : std::optional(committed->digest);
    if (assignment && !has_body(assignment->digest)) return assignment->digest;
    return std::nullopt;
}

void Slot::leave_view() {
    assignment.reset();
    assignment_released = false;
    my_prepare.reset();
    my_commit.reset();
    prepares.clear();
    commits.clear();
}

std::optional<types::QuorumCertificate> Slot::seal_of_votes(std::size_t q) const {
    for (const auto& [id, vote] : checkpoints) {
        types::QuorumCertificate certificate{vote.body, 0, {}};
        for (const auto& [other, equal] : checkpoints) {
            if (certificate.signatures.size() == q) break;
            if (equal.body != vote.body) continue;
            certificate.signers |= std::uint64_t{1} << other;
            certificate.signatures.push_back(equal.signature);
        }
        if (certificate.signatures.size() == q) return certificate;
    }
    return std::nullopt;
}

std::size_t Slot::contradicting_votes(const types::CheckpointBody& mine) const noexcept {
    std::size_t most = 0;
    for (const auto& [id, vote] : checkpoints) {
        if (vote.body == mine) continue;
        const auto same = std::ranges::count_if(checkpoints, [&](const auto& entry) { return entry.second.body == vote.body; });
        most = std::max(most, static_cast<std::size_t>(same));
    }
    return most;
}

std::size_t Slot::largest_agreement() const noexcept {
    std::size_t most = 0;
    for (const auto& [id, vote] : checkpoints) {
        const auto same = std::ranges::count_if(checkpoints, [&](const auto& entry) { return entry.second.body == vote.body; });
        most = std::max(most, static_cast<std::size_t>(same));
    }
    return most;
}

}  // namespace placet::consensus
