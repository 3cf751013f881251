// Replicas that are wrong on purpose: each must be caught by the instrument named beside it, and for the right reason:
// by one of the properties that its mistake breaks within 200 seeds of the simulator, by what an attack leaves of the
// service, or by a story of tests/scenario that goes otherwise. If one gets through, the checkers or the faults
// injected are too weak to be believed about the right ones.
#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/scenario/play.hpp"
#include "tests/sim/attacks.hpp"

namespace {

using namespace placet;
using consensus::Fault;

enum class Instrument : std::uint8_t { seeds, attacks, stories };

struct Variant {
    Fault fault;
    const char* name;
    Instrument instrument;
    std::vector<std::string> breaks;  ///< the properties, or stories, that this mistake breaks; no story named: any
    std::uint64_t first_try = 0;      ///< the seed, or attack, that caught it last: looked at first
    std::string caught = {};          ///< where, once found
    std::string otherwise = {};       ///< the first violation of another property: not what the mistake is about
};

constexpr std::uint64_t kSeeds = 200;

constexpr std::uint64_t at(sim::Misbehaviour attack) {
    return static_cast<std::uint64_t>(attack);
}

/// True if one of the violations is of the right property; `where` says in which run.
bool is_caught(Variant& variant, const std::vector<sim::Violation>& violations, const std::string& where) {
    for (const sim::Violation& violation : violations) {
        std::string& out = std::ranges::find(variant.breaks, violation.property) == variant.breaks.end()
                               ? variant.otherwise
                               : variant.caught;
        if (out.empty()) out = fmt::format("{} in {}: {}", violation.property, where, violation.detail);
    }
    return !variant.caught.empty();
}

void hunt_by_seeds(Variant& variant) {
    const auto is_caught_by = [&](std::uint64_t seed) {
        const sim::RunResult run = sim::run_seed({.seed = seed, .fault = variant.fault});
        return is_caught(variant, run.violations, fmt::format("seed {}", seed));
    };
    if (variant.first_try < kSeeds && is_caught_by(variant.first_try)) return;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed)
        if (is_caught_by(seed)) return;
}

void hunt_by_attacks(Variant& variant) {
    const sim::Service fault_free = sim::serve_under(std::nullopt);
    const auto is_caught_by = [&](std::uint64_t kind) {
        const auto attack = static_cast<sim::Misbehaviour>(kind);
        const auto violations = sim::judge(fault_free, sim::serve_under(attack, variant.fault));
        return is_caught(variant, violations, "the attack " + to_string(attack));
    };
    if (is_caught_by(variant.first_try)) return;
    for (std::uint64_t kind = 0; kind < sim::kMisbehaviours; ++kind)
        if (is_caught_by(kind)) return;
}

void hunt_by_stories(Variant& variant) {
    for (const auto& story : scenario::all_stories()) {
        if (!variant.breaks.empty() && std::ranges::find(variant.breaks, story.stem().string()) == variant.breaks.end()) continue;
        const scenario::Played played = scenario::play(story, variant.fault);
        if (played.now == played.script) continue;
        variant.caught = fmt::format("the story {} goes otherwise", story.stem().string());
        return;
    }
}

void hunt(Variant& variant) {
    switch (variant.instrument) {
        case Instrument::seeds:
            return hunt_by_seeds(variant);
        case Instrument::attacks:
            return hunt_by_attacks(variant);
        case Instrument::stories:
            return hunt_by_stories(variant);
    }
}

std::vector<Variant> all_variants() {
    return {
        {Fault::quorum_2f, "certificates of 2f votes", Instrument::seeds, {"C", "S1"}},
        {Fault::forgotten_lock, "a view-change without prepared certificates", Instrument::seeds, {"S1"}},
        {Fault::dropped_null_request,
         "gaps skipped instead of filled with null requests",
         Instrument::seeds,
         {"L1", "L2", "L3"}},
        {Fault::prepare_before_persist, "Prepare before the pre-prepare is durable", Instrument::seeds, {"D"}},
        {Fault::commit_before_persist, "Commit before the prepared certificate is durable", Instrument::seeds, {"D"}},
        {Fault::deliver_before_persist, "Deliver before the commit certificate is durable", Instrument::seeds, {"D"}},
        {Fault::view_change_not_persisted, "ViewChange before its bytes are durable", Instrument::seeds, {"D"}},
        {Fault::unchecked_new_view, "a new view not compared with its plan", Instrument::stories, {}},
        {Fault::digest_not_recomputed, "a pre-prepare's digest believed", Instrument::seeds, {"D", "S1"}, 31},
        {Fault::vote_guard_off, "no vote guard", Instrument::seeds, {"S10"}, 138},
        {Fault::double_delivery, "slots delivered again after a view change", Instrument::seeds, {"S3"}},
        {Fault::seal_without_quorum, "f+1 votes seal", Instrument::seeds, {"C"}},
        {Fault::timer_never_fires, "nobody accuses a silent primary", Instrument::seeds, {"L1"}, 27},
        {Fault::timer_never_doubles, "a view-change time-out that stays", Instrument::seeds, {"L2"}, 9},
        {Fault::no_retransmission, "Status is not answered", Instrument::seeds, {"L1", "L2", "L3"}, 5},
        {Fault::start_up_unchecked, "votes without the start-up check", Instrument::seeds, {"S10"}, 18},
        {Fault::divergence_ignored, "contradicting checkpoint votes ignored", Instrument::seeds, {"S4"}, 31},
        {Fault::censorship_ignored,
         "a primary may leave out whom it wants",
         Instrument::attacks,
         {"L4"},
         at(sim::Misbehaviour::censoring)},
        {Fault::slow_primary_kept,
         "a primary may be as slow as it wants",
         Instrument::attacks,
         {"R2"},
         at(sim::Misbehaviour::slow)},
        {Fault::pre_prepare_before_persist, "PrePrepare before the assignment is durable", Instrument::seeds, {"D"}},
        {Fault::checkpoint_before_persist, "Checkpoint before it is durable", Instrument::seeds, {"D"}},
        {Fault::new_view_not_persisted, "NewView before its bytes are durable", Instrument::seeds, {"D"}},
        {Fault::body_not_persisted, "no body is ever written", Instrument::seeds, {"D"}},
        {Fault::seal_not_persisted, "the seal of a window is not written", Instrument::seeds, {"D"}},
        {Fault::lowest_view_wins,
         "the plan takes the prepared certificate of the lowest view",
         Instrument::stories,
         {}},
        {Fault::no_join, "view-changes of f+1 others ignored", Instrument::stories, {"joined_by_the_last"}},
        {Fault::time_out_uncapped, "a view-change time-out that doubles without end", Instrument::stories, {}},
        {Fault::evidence_dropped, "contradictory votes not reported", Instrument::seeds, {"S8"}, 13},
        {Fault::early_unbounded, "messages of views to come kept without a bound", Instrument::seeds, {"R1"}, 185},
        {Fault::slots_unbounded, "any slot in reach", Instrument::seeds, {"R1"}, 5},
        {Fault::carried_overwritten,
         "a new primary proposes over what was carried",
         Instrument::seeds,
         {"L1", "S10"},
         7},
        {Fault::no_heartbeat, "an idle primary proposes nothing", Instrument::stories, {}},
        {Fault::no_state_fetch, "who is far behind never asks for blocks", Instrument::seeds, {"L3"}},
        {Fault::prepared_without_quorum, "one prepare less makes a certificate", Instrument::seeds, {"L1", "L2", "S1"}},
        {Fault::clock_unchecked, "proposals from the future", Instrument::seeds, {"T"}, 32},
        {Fault::signatures_unchecked, "any vote signature taken", Instrument::seeds, {"S1", "S10"}, 139},
        {Fault::seal_unchecked, "a seal's signatures not looked at", Instrument::seeds, {"C", "L1", "L3", "S4"}, 77},
        {Fault::view_change_unchecked, "prepared certificates in view-changes not looked at", Instrument::stories, {}},
        {Fault::primary_unchecked, "anybody may propose", Instrument::seeds, {"S1", "S8"}, 139},
        {Fault::assignments_forgotten,
         "a restart forgets what was assigned and prepared",
         Instrument::seeds,
         {"L1", "L2", "L3", "S10"}},
        {Fault::join_at_one, "one view-change is enough to follow", Instrument::stories, {}},
        {Fault::bodies_not_fetched, "missing bodies not asked for", Instrument::seeds, {"L1", "L3"}, 43},
    };
}

}  // namespace

TEST_CASE("every wrong variant is caught, and for the right reason") {
    std::vector<Variant> variants = all_variants();
    CHECK(variants.size() >= 30);
    std::atomic<std::size_t> next{0};
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
            threads.emplace_back([&] {
                for (std::size_t at = next++; at < variants.size(); at = next++) hunt(variants[at]);
            });
    }
    for (const Variant& variant : variants) {
        INFO("not caught: " << variant.name << "; but " << (variant.otherwise.empty() ? "nothing" : variant.otherwise));
        CHECK_FALSE(variant.caught.empty());
        if (!variant.caught.empty()) fmt::print("{:<50} {}\n", variant.name, variant.caught);
    }
}
