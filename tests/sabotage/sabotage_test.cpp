// Replicas that are wrong on purpose: the simulator must catch every one of them within 200 seeds. If one gets through, the checkers or the
// faults it injects are too weak to be believed about the right ones.
#include <atomic>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/sim/world.hpp"

namespace {

using namespace placet;
using consensus::Fault;

struct Variant {
    Fault fault;
    const char* name;
    std::string caught;  ///< property and seed, once found
};

constexpr std::uint64_t kSeeds = 200;

void hunt(Variant& variant) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const sim::RunResult run = sim::run_seed({seed, variant.fault});
        if (run.violations.empty()) continue;
        variant.caught = fmt::format("{} in seed {}: {}", run.violations[0].property, seed, run.violations[0].detail);
        return;
    }
}

}  // namespace

TEST_CASE("every wrong variant is caught within 200 seeds") {
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
    };
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
