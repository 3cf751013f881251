// A short campaign in the suite, and the checker shown to fire. `./run chaos --rounds N` is the long one.
#include "tests/chaos/campaign.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace placet;
using namespace placet::tests;
using namespace placet::tests::chaos;
using namespace std::chrono_literals;

TEST_CASE(
    "four validators lose nothing while the primary is killed, all are, one is stopped, and one has a changed bit") {
    std::ostringstream progress;
    CampaignPlan plan;
    plan.rounds = 4;
    plan.sizes = {4};
    plan.faults = {Fault::kill_primary, Fault::kill_all, Fault::pause_one, Fault::flip_a_bit};
    const Summary summary = run_campaign(plan, progress);
    INFO(progress.str());
    INFO(to_json(summary));
    CHECK(summary.clean());
    CHECK(summary.rounds == 4);
    CHECK(summary.acknowledged >= 160);
    CHECK(summary.proofs_checked >= 4 * summary.acknowledged);
    CHECK(summary.primary_killed.size() == 1);
    CHECK(summary.all_restarted.size() == 1);
    CHECK(summary.wiped_follows.size() == 1);
    CHECK(summary.flips ==
          std::map<std::string, std::map<std::string, std::size_t>>{{"manifest", {{"refused", 1}, {"repaired", 1}}}});
}

TEST_CASE("the checker names a receipt that a node does not have, has elsewhere, or has with another outcome") {
    Chain chain(1);
    chain.start_all();
    const auto receipt =
        chain.client(chain.operator_of(0)).submit(chain.enrolment(chain.operator_of(0), "nurse"), {}, 20s);
    REQUIRE(receipt.has_value());
    const auto wrong_with = [&](auto change) {
        auto changed = *receipt;
        change(changed);
        return missing_at(chain, Chain::name(0), {*receipt, changed}).size();
    };
    CHECK(wrong_with([](auto&) {}) == 0);
    CHECK(wrong_with([](auto& r) { r.transaction = crypto::sha256(base::as_bytes("never")); }) == 1);
    CHECK(wrong_with([](auto& r) { ++r.height; }) == 1);
    CHECK(wrong_with([](auto& r) { r.outcome.code = "refused"; }) == 1);
}

TEST_CASE("two roots sealed at one height are a fork, in one batch of receipts or in two") {
    std::map<types::Height, crypto::Hash> roots;
    api::dto::Receipt first;
    first.certificate.body.height = 7;
    api::dto::Receipt second = first;
    second.certificate.body.root = crypto::sha256(base::as_bytes("another"));
    CHECK(forks_in({first, first}, roots).empty());
    CHECK(forks_in({second}, roots).size() == 1);
}

TEST_CASE("the longest pause counts from the fault to the first acknowledgement, between two, and to the end") {
    const Load::Clock::time_point zero{};
    const std::vector<Load::Clock::time_point> times = {zero + 10ms, zero + 30ms, zero + 100ms};
    CHECK(longest_pause(times, zero, zero + 110ms) == 70ms);
    CHECK(longest_pause(times, zero + 5ms, zero + 300ms) == 200ms);
    CHECK(longest_pause({}, zero, zero + 40ms) == 40ms);
    CHECK(percentile({}, 50) == 0ms);
    CHECK(percentile({4ms, 1ms, 2ms, 3ms}, 50) == 2ms);
    CHECK(percentile({4ms, 1ms, 2ms, 3ms}, 99) == 4ms);
}
