// See stage.hpp.
#include "tests/scenario/stage.hpp"

#include <fmt/format.h>

#include <sstream>

namespace placet::scenario {

using namespace consensus;

namespace {

const std::map<std::string, TimerKind>& timers() {
    static const std::map<std::string, TimerKind> kTimers = {
        {"status", TimerKind::status},       {"progress", TimerKind::progress}, {"view_change", TimerKind::view_change},
        {"heartbeat", TimerKind::heartbeat}, {"batch", TimerKind::batch},       {"request", TimerKind::request},
        {"demotion", TimerKind::demotion}};
    return kTimers;
}

Hash request_digest(std::uint64_t transaction) {
    return crypto::sha256(sim::fake_transaction(transaction).transaction);
}

}  // namespace

void Stage::say(ReplicaId id, const std::string& words) {
    said_ += fmt::format("{}: {}\n", id, words);
}

void Stage::start(ReplicaId id) {
    Member& member = members_[id];
    if (member.replica) return;
    Config config;
    config.self = id;
    config.validators = set_;
    config.window = window_;
    config.checkpoint_interval = 8 * window_;
    const auto recovered = recover({member.disk.records().begin(), member.disk.records().end()},
                                   member.chain.last_seal(), {}, set_.validators[id].vote_key);
    member.replica.emplace(Replica::with_fault(config, recovered.value(), *member.signer, fault_));
    Nonce nonce;
    nonce.octets[0] = static_cast<std::uint8_t>(id + 1);
    step(id, Started{nonce});
}

void Stage::step(ReplicaId id, Event event) {
    for (Effect& effect : members_[id].replica->step(std::move(event))) carry_out(id, effect);
}

void Stage::send(ReplicaId from, ReplicaId to, const MessagePtr& message) {
    if (to != from) network_.push_back({from, to, message});
}

void Stage::offer(ReplicaId id) {
    Member& member = members_[id];
    if (!member.want) return;
    std::set<std::uint64_t> held;
    for (const ProposalPtr& proposal : member.want->in_flight)
        for (const types::Submission& submission : proposal->submissions)
            held.insert(*sim::fake_transaction_id(submission));
    types::Proposal proposal{kStageMs, {}};
    for (const std::uint64_t transaction : member.mempool)
        if (!held.contains(transaction) && !member.ignored.contains(transaction) && proposal.submissions.empty())
            proposal.submissions.push_back(sim::fake_transaction(transaction));
    if (proposal.submissions.empty() && member.want->urgency == Urgency::when_ready) return;
    const WantProposal want = *std::exchange(member.want, std::nullopt);
    step(id, ProposalReady{want.view, want.seq, std::move(proposal)});
}

void Stage::fetch_state(ReplicaId id, SeqNum to) {
    Member& member = members_[id];
    member.chain.drop_overlays();
    for (const Member& other : members_) {
        if (!other.replica || other.cut || &other == &member) continue;
        while (member.chain.sealed() < std::min(to, other.chain.sealed()))
            member.chain.install(other.chain.at(member.chain.sealed() + 1));
    }
    say(id, fmt::format("installs state up to {}", member.chain.sealed()));
    if (const auto seal = member.chain.last_seal())
        step(id, StateInstalled{*seal});
    else
        step(id, StateFetchFailed{});
}

void Stage::carry_out(ReplicaId id, Effect& effect) {
    Member& member = members_[id];
    if (auto* m = std::get_if<Broadcast>(&effect)) {
        for (ReplicaId to = 0; to < members_.size(); ++to) send(id, to, m->message);
        if (const auto* vote = std::get_if<ViewChange>(m->message.get())) {
            member.left = *vote;
            say(id, fmt::format("view-change to {}, {} prepared above {}", vote->vote.view, vote->prepared.size(),
                                height_of(vote->base)));
        }
        if (const auto* view = std::get_if<NewView>(m->message.get()))
            say(id, fmt::format("new-view {}, {} carried", view->vote.view, view->carried.size()));
        if (const auto* proposal = std::get_if<PrePrepare>(m->message.get()))
            say(id, fmt::format("pre-prepare {} in view {}, {} transactions", proposal->vote.seq, proposal->vote.view,
                                proposal->proposal->submissions.size()));
    } else if (auto* one = std::get_if<Send>(&effect)) {
        send(id, one->to, one->message);
    } else if (auto* persist = std::get_if<Persist>(&effect)) {
        member.disk.append_records(persist->token, std::move(persist->records));
        member.disk.begin_sync();
        step(id, Persisted{member.disk.end_sync().value_or(0)});
    } else if (auto* timer = std::get_if<SetTimer>(&effect)) {
        member.timers[timer->id.kind] = timer->id;
        if (says_times_ && timer->id.kind == TimerKind::view_change)
            say(id, fmt::format("waits {} ms for the new view", timer->after_ms));
    } else if (auto* cancelled = std::get_if<CancelTimer>(&effect)) {
        member.timers.erase(cancelled->kind);
    } else if (auto* want = std::get_if<WantProposal>(&effect)) {
        member.want = std::move(*want);
    } else if (auto* deliver = std::get_if<Deliver>(&effect)) {
        say(id, fmt::format("delivers {} of view {}{}", deliver->seq, deliver->certificate.view,
                            deliver->proposal ? "" : ", a null request"));
        const auto machine =
            std::exchange(member.corrupt, false) ? sim::Chain::Machine::corrupt : sim::Chain::Machine::sound;
        step(id, Executed{member.chain.execute(*deliver, machine).body});
    } else if (auto* fetch = std::get_if<FetchState>(&effect)) {
        fetch_state(id, fetch->to);
    } else if (auto* sealed = std::get_if<Sealed>(&effect)) {
        if (member.chain.executed() <= member.chain.sealed())
            return say(id, fmt::format("is told that {} is sealed, which it has not executed", sealed->seq));
        std::vector<RequestChange> gone;
        for (const std::uint64_t transaction : member.chain.seal(sealed->certificate)->receipts())
            if (member.mempool.erase(transaction) > 0)
                gone.push_back({RequestChange::What::gone, request_digest(transaction), 0});
        say(id, fmt::format("seals {}", sealed->seq));
        if (!gone.empty()) step(id, RequestsChanged{std::move(gone)});
    } else if (auto* forward = std::get_if<ForwardRequests>(&effect)) {
        forward_again(id, *forward);
    } else if (auto* accuse = std::get_if<Accuse>(&effect)) {
        say(id, fmt::format("accuses {}", accuse->offender));
    } else if (auto* note = std::get_if<Observe>(&effect)) {
        if (note->notice == Notice::view_entered) say(id, fmt::format("enters view {}", note->number));
        if (note->notice == Notice::primary_censors)
            say(id, fmt::format("has seen enough: the primary of view {} leaves somebody out", note->number));
        if (note->notice == Notice::primary_slow)
            say(id, fmt::format("finds the primary of view {} slow", note->number));
        if (note->notice == Notice::standing_changed)
            say(id, std::string(to_string(static_cast<Standing>(note->number))));
    }
}

void Stage::forward_again(ReplicaId id, const ForwardRequests& forward) {
    for (const Hash& digest : forward.digests) {
        const auto found = std::ranges::find(members_[id].mempool, digest, request_digest);
        if (found == members_[id].mempool.end()) continue;
        say(id, fmt::format("sends {} to {} once more", *found, forward.to));
        if (!members_[id].cut && !members_[forward.to].cut) hand_in(forward.to, *found);
    }
}

void Stage::hand_in(ReplicaId id, std::uint64_t transaction) {
    if (!members_[id].mempool.insert(transaction).second || !members_[id].replica) return;
    step(id, RequestsChanged{{{RequestChange::What::executable, request_digest(transaction), 16}}});
}

void Stage::settle() {
    const sim::FakeSignatures signatures;
    const sim::FakeProposals proposals;
    Verifier verifier(set_, {}, signatures, proposals);
    verifier.sabotage(fault_);
    for (std::size_t steps = 0; steps < 100'000; ++steps) {
        if (network_.empty()) {
            for (ReplicaId id = 0; id < members_.size(); ++id)
                if (members_[id].replica) offer(id);
            if (network_.empty()) return;
        }
        const UnderWay next = std::move(network_.front());
        network_.pop_front();
        if (members_[next.from].cut || members_[next.to].cut || !members_[next.to].replica) continue;
        if (dropped_.contains({std::string(name_of(*next.message)), next.to})) continue;
        if (held_back_.contains({std::string(name_of(*next.message)), next.to})) {
            held_.push_back(next);
            continue;
        }
        if (auto verified = verifier.verify(*next.message))
            step(next.to, MessageReceived{*std::move(verified), kStageMs});
    }
    said_ += "does not settle\n";
}

void Stage::fire(ReplicaId id, const std::string& timer) {
    const auto kind = timers().find(timer);
    if (kind == timers().end()) return say(id, "there is no timer " + timer);
    const auto armed = members_[id].timers.find(kind->second);
    if (armed == members_[id].timers.end() || !members_[id].replica)
        return say(id, "its " + timer + " timer does not run");
    const TimerId fired = armed->second;
    members_[id].timers.erase(armed);
    step(id, TimerFired{fired});
}

std::string Stage::show() const {
    std::string out;
    for (ReplicaId id = 0; id < members_.size(); ++id) {
        if (!members_[id].replica) {
            out += fmt::format("{}: down\n", id);
            continue;
        }
        const ReplicaSummary summary = members_[id].replica->summary();
        out += fmt::format("{}: {} {}, sealed {}, {}\n", id, summary.active ? "in view" : "on the way to view",
                           summary.view, summary.sealed, to_string(summary.standing));
    }
    return out;
}

std::string Stage::buffers() const {
    std::string out;
    for (ReplicaId id = 0; id < members_.size(); ++id) {
        if (!members_[id].replica) continue;
        const ReplicaSummary summary = members_[id].replica->summary();
        out += fmt::format("{}: {} slots, {} early messages\n", id, summary.slots, summary.buffered);
    }
    return out;
}

std::string Stage::obey(const std::string& line) {
    said_.clear();
    std::istringstream words(line);
    std::string command;
    words >> command;
    std::string argument;
    if (command == "forge") {
        forge(words);
        return said_;
    }
    if (command == "drop" || command == "hold" || command == "fire") words >> argument;
    if (command == "drop" || command == "hold") {
        std::string to;
        words >> to;
    }
    ReplicaId who = 0;
    if (command == "ignore") words >> who;
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t number = 0; words >> number;) numbers.push_back(number);
    if (command == "cluster" && !numbers.empty()) {
        if (numbers.size() > 1) window_ = numbers[1];
        set_ = sim::make_validators(numbers[0]);
        members_.resize(numbers[0]);
        for (ReplicaId id = 0; id < members_.size(); ++id) {
            const Record identity = identity_record({}, set_.validators[id].vote_key);
            members_[id].disk.put_back({{{identity.key, identity.value}}, 0, 0});
            members_[id].signer = std::make_unique<sim::FakeSigner>(set_.validators[id]);
        }
        for (ReplicaId id = 0; id < members_.size(); ++id) start(id);
        settle();
        return said_;
    }
    if (command == "settle")
        settle();
    else if (command == "keep") {
        dropped_.clear();
        held_back_.clear();
    } else if (command == "release")
        network_.insert(network_.end(), held_.begin(), held_.end()), held_.clear();
    else if (command == "times")
        says_times_ = true;
    else if (command == "buffers")
        said_ += buffers();
    else if (command == "show")
        said_ += show();
    for (const std::uint64_t number : numbers) {
        const auto id = static_cast<ReplicaId>(number);
        if (command == "submit") {
            for (ReplicaId to = 0; to < members_.size(); ++to) hand_in(to, number);
        } else if (command == "ignore" && who < members_.size()) {
            members_[who].ignored.insert(number);
        } else if (id >= members_.size()) {
            said_ += fmt::format("there is no replica {}\n", number);
        } else if (command == "cut" || command == "join") {
            members_[id].cut = command == "cut";
        } else if (command == "drop") {
            dropped_.insert({argument, id});
        } else if (command == "hold") {
            held_back_.insert({argument, id});
        } else if (command == "corrupt") {
            members_[id].corrupt = true;
        } else if (command == "fire") {
            fire(id, argument);
        } else if (command == "crash") {
            members_[id].replica.reset();
            members_[id].chain.drop_overlays();
            members_[id].timers.clear();
            members_[id].want.reset();
        } else if (command == "restart") {
            start(id);
        } else {
            said_ +=
                "words: cluster submit ignore settle cut join drop hold keep release fire crash restart corrupt forge "
                "times buffers show\n";
        }
    }
    return said_;
}

}  // namespace placet::scenario
