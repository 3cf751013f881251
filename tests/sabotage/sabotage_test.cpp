// Replicas that are wrong on purpose: the simulator must catch every one of them within 200 seeds, or a story of
// tests/scenario must go otherwise. If one gets through, the checkers or the faults injected are too weak to be
// believed about the right ones.
#include <fmt/format.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/scenario/play.hpp"
#include "tests/sim/world.hpp"

namespace {

using namespace placet;
using consensus::Fault;

struct Variant {
    Fault fault;
    const char* name;
    std::string caught;  ///< property and seed, or the story, once found
};

constexpr std::uint64_t kSeeds = 200;

void hunt(Variant& variant) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const sim::RunResult run = sim::run_seed({.seed = seed, .fault = variant.fault});
        if (run.violations.empty()) continue;
        variant.caught = fmt::format("{} in seed {}: {}", run.violations[0].property, seed, run.violations[0].detail);
        return;
    }
    for (const auto& story : scenario::all_stories()) {
        const scenario::Played played = scenario::play(story, variant.fault);
        if (played.now == played.script) continue;
        variant.caught = fmt::format("the story {} goes otherwise", story.stem().string());
        return;
    }
}

}  // namespace

TEST_CASE("every wrong variant is caught within 200 seeds, or by a story") {
    std::vector<Variant> variants = {
        {Fault::quorum_2f, "certificates of 2f votes", {}},
        {Fault::forgotten_lock, "a view-change without prepared certificates", {}},
        {Fault::dropped_null_request, "gaps skipped instead of filled with null requests", {}},
        {Fault::prepare_before_persist, "Prepare before the pre-prepare is durable", {}},
        {Fault::commit_before_persist, "Commit before the prepared certificate is durable", {}},
        {Fault::deliver_before_persist, "Deliver before the commit certificate is durable", {}},
        {Fault::view_change_not_persisted, "ViewChange before its bytes are durable", {}},
        {Fault::unchecked_new_view, "a new view not compared with its plan", {}},
        {Fault::digest_not_recomputed, "a pre-prepare's digest believed", {}},
        {Fault::vote_guard_off, "no vote guard", {}},
        {Fault::double_delivery, "slots delivered again after a view change", {}},
        {Fault::seal_without_quorum, "f+1 votes seal", {}},
        {Fault::timer_never_fires, "nobody accuses a silent primary", {}},
        {Fault::timer_never_doubles, "a view-change time-out that stays", {}},
        {Fault::no_retransmission, "Status is not answered", {}},
        {Fault::start_up_unchecked, "votes without the start-up check", {}},
        {Fault::divergence_ignored, "contradicting checkpoint votes ignored", {}},
        {Fault::censorship_ignored, "a primary may leave out whom it wants", {}},
        {Fault::slow_primary_kept, "a primary may be as slow as it wants", {}},
        {Fault::pre_prepare_before_persist, "PrePrepare before the assignment is durable", {}},
        {Fault::checkpoint_before_persist, "Checkpoint before it is durable", {}},
        {Fault::new_view_not_persisted, "NewView before its bytes are durable", {}},
        {Fault::body_not_persisted, "no body is ever written", {}},
        {Fault::seal_not_persisted, "the seal of a window is not written", {}},
        {Fault::lowest_view_wins, "the plan takes the prepared certificate of the lowest view", {}},
        {Fault::no_join, "view-changes of f+1 others ignored", {}},
        {Fault::time_out_uncapped, "a view-change time-out that doubles without end", {}},
        {Fault::evidence_dropped, "contradictory votes not reported", {}},
        {Fault::early_unbounded, "messages of views to come kept without a bound", {}},
        {Fault::slots_unbounded, "any slot in reach", {}},
        {Fault::carried_overwritten, "a new primary proposes over what was carried", {}},
        {Fault::no_heartbeat, "an idle primary proposes nothing", {}},
        {Fault::no_state_fetch, "who is far behind never asks for blocks", {}},
        {Fault::prepared_without_quorum, "one prepare less makes a certificate", {}},
        {Fault::clock_unchecked, "proposals from the future", {}},
        {Fault::signatures_unchecked, "any vote signature taken", {}},
        {Fault::seal_unchecked, "a seal's signatures not looked at", {}},
        {Fault::view_change_unchecked, "prepared certificates in view-changes not looked at", {}},
        {Fault::primary_unchecked, "anybody may propose", {}},
        {Fault::assignments_forgotten, "a restart forgets what was assigned and prepared", {}},
        {Fault::join_at_one, "one view-change is enough to follow", {}},
        {Fault::bodies_not_fetched, "missing bodies not asked for", {}},
    };
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
        INFO("not caught: " << variant.name);
        CHECK_FALSE(variant.caught.empty());
        if (!variant.caught.empty()) fmt::print("{:<50} {}\n", variant.name, variant.caught);
    }
}
