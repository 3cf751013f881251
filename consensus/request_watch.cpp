// Counting who waits: see request_watch.hpp.
#include "consensus/request_watch.hpp"

#include <algorithm>

namespace placet::consensus {

/// Keeps the counts beside the requests true.
template <class Change>
void RequestWatch::update(Order order, Change change) {
    Request& request = requests_.at(order);
    if (request.executable) --executable_;
    if (is_open(request)) {
        open_.erase(order);
        open_bytes_ -= request.bytes;
    }
    change(request);
    if (request.executable) ++executable_;
    if (is_open(request)) {
        open_.insert(order);
        open_bytes_ += request.bytes;
    }
}

void RequestWatch::apply(const RequestChange& change) {
    const auto known = by_digest_.find(change.digest);
    if (change.what == RequestChange::What::gone) {
        if (known == by_digest_.end()) return;
        update(known->second, [](Request& request) { request.executable = false; });
        suspected_.erase(known->second);
        requests_.erase(known->second);
        by_digest_.erase(known);
        return;
    }
    Order order = next_;
    if (known == by_digest_.end()) {
        ++next_;
        const auto held = in_flight_.find(change.digest);
        requests_[order] = {
            change.digest, change.bytes, false, tick_, tick_, held == in_flight_.end() ? 0 : held->second, 0};
        by_digest_.emplace(change.digest, order);
    } else {
        order = known->second;
    }
    update(order, [&](Request& request) {
        const bool executable = change.what == RequestChange::What::executable;
        if (executable && !request.executable) request.since_tick = tick_;
        request.executable = executable;
    });
}

void RequestWatch::release(const Held& held) {
    for (const Hash& digest : held.requests) {
        const auto count = in_flight_.find(digest);
        if (--count->second == 0) in_flight_.erase(count);
        if (const auto known = by_digest_.find(digest); known != by_digest_.end())
            update(known->second, [](Request& request) { --request.held; });
    }
}

void RequestWatch::hold(SeqNum seq, const Hash& digest, const types::Proposal& proposal) {
    if (const auto before = held_.find(seq); before != held_.end()) {
        if (before->second.digest == digest) return;
        release(before->second);
        held_.erase(before);
    }
    Held held{digest, {}};
    held.requests.reserve(proposal.submissions.size());
    for (const types::Submission& submission : proposal.submissions) {
        const Hash request = crypto::sha256(submission.transaction);
        held.requests.push_back(request);
        ++in_flight_[request];
        if (const auto known = by_digest_.find(request); known != by_digest_.end())
            update(known->second, [](Request& one) { ++one.held; });
    }
    held_.emplace(seq, std::move(held));
}

void RequestWatch::release_through(SeqNum seq) {
    while (!held_.empty() && held_.begin()->first <= seq) {
        release(held_.begin()->second);
        held_.erase(held_.begin());
    }
}

void RequestWatch::leave_view() {
    for (const auto& [seq, held] : held_) release(held);
    held_.clear();
    suspected_.clear();
    for (auto& [order, request] : requests_) {
        request.omissions = 0;
        request.since_tick = tick_;
    }
}

bool RequestWatch::is_censored_by(SeqNum seq) {
    const auto held = held_.find(seq);
    if (held == held_.end()) return false;
    std::uint64_t newest_tick = held->second.requests.empty() ? tick_ : 0;
    Order oldest = next_;
    for (const Hash& digest : held->second.requests) {
        const auto known = by_digest_.find(digest);
        if (known == by_digest_.end()) continue;
        newest_tick = std::max(newest_tick, requests_.at(known->second).came_tick);
        oldest = std::min(oldest, known->second);
    }
    for (auto at = suspected_.upper_bound(oldest); at != suspected_.end(); at = suspected_.erase(at))
        requests_.at(*at).omissions = 0;
    bool is_censored = false;
    for (const Order order : open_) {
        Request& request = requests_.at(order);
        if (order > oldest || newest_tick < request.came_tick + kPatienceTicks) break;  // and all that came later
        if (newest_tick < request.since_tick + kPatienceTicks) continue;
        if (suspected_.insert(order).second) request.omitted_tick = tick_;
        const bool was_sent_again = tick_ >= request.omitted_tick + 2;  // at the tick before this one
        if (++request.omissions >= kMostOmissions && was_sent_again) is_censored = true;
    }
    return is_censored;
}

std::size_t RequestWatch::stale() const noexcept {
    std::size_t count = 0;
    for (const Order order : open_)
        if (tick_ > requests_.at(order).since_tick + 1) ++count;
    return count;
}

std::vector<Hash> RequestWatch::late(std::size_t limit) {
    std::vector<Hash> out;
    const auto take = [&](auto from, auto to) {
        for (; from != to && out.size() < limit; ++from) {
            if (requests_.at(*from).since_tick >= tick_) continue;
            sent_ = *from;
            out.push_back(requests_.at(*from).digest);
        }
    };
    const auto middle = open_.upper_bound(sent_);
    const auto before = std::vector<Order>(open_.begin(), middle);
    take(middle, open_.end());
    take(before.begin(), before.end());
    return out;
}

}  // namespace placet::consensus
