// Four validators as four processes: the primary killed under load, catching up, a lost disk, an observer, and clean ends.
#include <catch2/catch.hpp>

#include <csignal>

#include "tests/integration/acknowledged.hpp"

using namespace placet;
using namespace placet::tests;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> kAll = {Chain::name(0), Chain::name(1), Chain::name(2), Chain::name(3)};

bool says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

void check_everywhere(Chain& chain, const std::vector<api::dto::Receipt>& receipts) {
    types::Height highest = 0;
    for (const auto& receipt : receipts) highest = std::max(highest, receipt.height);
    for (const auto& node : kAll) {
        INFO(node);
        REQUIRE(eventually([&] { return chain.height(node).value_or(0) >= highest; }));
        CHECK(missing_at(chain, node, receipts) == std::vector<std::string>{});
    }
}

}  // namespace

TEST_CASE("the primary dies under load, the others go on, and everything acknowledged is proved by all four") {
    Chain chain(4);
    chain.start_all();
    Load load(chain, 4);
    REQUIRE(eventually([&] { return load.count() >= 100; }));

    chain.signal(kAll[0], SIGKILL);  // primary of view 0
    CHECK(chain.wait_exit(kAll[0]) == 128 + SIGKILL);
    const auto before = load.count();
    REQUIRE(eventually([&] { return load.count() >= before + 100; }));

    chain.start(kAll[0]);
    REQUIRE(eventually([&] { return chain.ready(kAll[0]); }));
    const auto after = load.count();
    REQUIRE(eventually([&] { return load.count() >= after + 100; }));
    load.stop();
    const auto receipts = load.acknowledged();
    check_everywhere(chain, receipts);

    // All at once, in the middle of nothing in particular.
    for (const auto& node : kAll) chain.signal(node, SIGKILL);
    for (const auto& node : kAll) (void)chain.wait_exit(node);
    chain.start_all();
    check_everywhere(chain, receipts);

    for (const auto& node : kAll) chain.signal(node, SIGTERM);
    for (const auto& node : kAll) {
        CHECK(chain.wait_exit(node) == 0);
        CHECK(says(chain.log_of(node), "clean end"));
    }
}

TEST_CASE("a validator that lost its disk follows and never votes; an observer follows from nothing") {
    Chain chain(4);
    chain.start_all();
    auto client = chain.client(chain.operator_of(1));
    std::vector<api::dto::Receipt> receipts;
    const auto record = [&](const std::string& name, std::chrono::milliseconds within) {
        auto receipt = client.submit(chain.enrolment(chain.operator_of(1), name), {}, within);
        if (receipt) receipts.push_back(*receipt);
        return receipt.has_value();
    };
    for (int i = 0; i < 20; ++i) REQUIRE(record("first-" + std::to_string(i), 20s));

    const auto enrolled = chain.client(chain.regulator()).submit(chain.observer_enrolment(), {}, 20s);
    REQUIRE(enrolled.has_value());
    CHECK(enrolled->outcome.code == "enrolled");
    chain.start("observer");
    REQUIRE(eventually([&] { return chain.ready("observer"); }));
    REQUIRE(eventually([&] { return chain.height("observer").value_or(0) >= receipts.back().height; }));
    CHECK(missing_at(chain, "observer", receipts) == std::vector<std::string>{});

    chain.signal(kAll[3], SIGKILL);
    (void)chain.wait_exit(kAll[3]);
    fs::remove_all(chain.folder_of(kAll[3]) / "data");
    chain.start(kAll[3]);
    REQUIRE(eventually([&] { return says(chain.readyz(kAll[3]), "never votes again"); }));
    CHECK(says(chain.readyz(kAll[3]), "503"));
    CHECK(says(chain.log_of(kAll[3]), "vote_log_lost"));
    for (int i = 0; i < 5; ++i) REQUIRE(record("second-" + std::to_string(i), 20s));
    // It follows all the same: what is sealed reaches it.
    check_everywhere(chain, receipts);

    // Three of four hold a quorum, and the lost one is not one of them: without another nothing is sealed.
    chain.signal(kAll[0], SIGKILL);
    (void)chain.wait_exit(kAll[0]);
    CHECK_FALSE(record("not-now", 4s));
    chain.start(kAll[0]);
    REQUIRE(eventually([&] { return chain.ready(kAll[0]); }));
    CHECK(eventually([&] { return record("at-last-" + std::to_string(receipts.size()), 10s); }));
    check_everywhere(chain, receipts);

    chain.signal("observer", SIGTERM);
    CHECK(chain.wait_exit("observer") == 0);
}
