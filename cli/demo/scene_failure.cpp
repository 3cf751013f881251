// Scene: the primary is killed under load, the others go on, nothing acknowledged is lost; it comes back and catches up; an
// observer follows from genesis with an empty folder.
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/demo/load.hpp"
#include "cli/demo/read_back.hpp"
#include "cli/demo/scenes.hpp"
#include "cli/demo/telling.hpp"
#include "cli/home/keyring.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

constexpr std::size_t kClients = 16;
constexpr std::size_t kWarmUp = 100;          // acknowledged before the kill
constexpr std::size_t kAfterTheKill = 1100;   // acknowledged between the kill and the restart
constexpr unsigned kPatienceS = 180;

void await_acknowledged(const Stage& stage, const Load& load, std::size_t wanted) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(kPatienceS);
    while (load.acknowledged() < wanted) {
        stage.check(std::chrono::steady_clock::now() < deadline, fmt::format("only {} of {} transactions were acknowledged in {} s", load.acknowledged(), wanted, kPatienceS));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

std::string primary_of(Stage& stage) {
    const json status = stage.status_of("university");
    stage.check(status.is_object() && !status.value("primary", "").empty(), "the university's validator must name the primary");
    return status["primary"];
}

// The longest time without an acknowledgement, from the kill on.
std::uint64_t longest_gap_ms(const std::vector<Acknowledgement>& all, base::TimeMs killed_at_ms) {
    base::TimeMs last = killed_at_ms;
    std::uint64_t gap = 0;
    for (const auto& one : all) {
        if (one.at_ms < killed_at_ms) continue;
        gap = std::max<std::uint64_t>(gap, one.at_ms - last);
        last = one.at_ms;
    }
    return gap;
}

struct Aftermath {
    std::vector<Acknowledgement> acknowledged;
    std::string survivor;
};

Aftermath kill_under_load(Stage& stage) {
    const std::string primary = primary_of(stage);
    const std::string survivor = primary == "university" ? "hospital-b" : "university";
    const json before = stage.status_of(survivor);
    auto load = Load::start(stage.home("operator-hospital-b"), kClients);
    stage.check(load.has_value(), load ? "" : load.error().message);
    await_acknowledged(stage, **load, kWarmUp);
    const int pid = stage.pid_of(primary);
    const base::TimeMs killed_at_ms = home::now_ms();
    stage.kill_node(primary);
    stage.say(fmt::format("While {} clients enrolled patients, the primary, {} (process {}), was killed with SIGKILL.",
                          kClients, primary, pid));
    await_acknowledged(stage, **load, (*load)->acknowledged() + kAfterTheKill);
    const json after = stage.status_of(survivor);
    stage.start_node(primary);
    stage.await_height(primary, after["height"].get<std::uint64_t>(), 60);
    Aftermath result{(*load)->finish(), survivor};
    const auto gap = longest_gap_ms(result.acknowledged, killed_at_ms);
    const auto during = static_cast<std::uint64_t>(std::ranges::count_if(result.acknowledged, [&](const auto& one) { return one.at_ms >= killed_at_ms; }));
    stage.check(during >= 1000, "fewer than 1000 transactions were acknowledged while the primary was gone");
    stage.check(after["view"].get<std::uint64_t>() > before["view"].get<std::uint64_t>(), "the view must have changed");
    stage.say(
        fmt::format("The others chose a new primary (view {} became {}) and were silent for at most {} ms. {} "
                    "transactions were acknowledged before the kill and {} after it.",
                    before["view"].dump(), after["view"].dump(), gap, result.acknowledged.size() - during, during));
    json& summary = stage.summary();
    summary["primary_killed"] = true;
    summary["primary_killed_evidence"] = {{"validator", primary}, {"pid", pid}, {"signal", "SIGKILL"}, {"at_ms", killed_at_ms}, {"unanswered", (*load)->unanswered()}};
    summary["view_before"] = before["view"];
    summary["view_after"] = after["view"];
    summary["gap_ms"] = gap;
    summary["acknowledged_during_kill"] = during;
    const json back = stage.status_of(primary);
    summary["restarted_caught_up"] = back["height"].get<std::uint64_t>() >= after["height"].get<std::uint64_t>();
    summary["restarted_caught_up_evidence"] = {{"validator", primary}, {"pid", stage.pid_of(primary)}, {"height", back["height"]}, {"others_had", after["height"]}};
    stage.say(fmt::format("{} came back with its disk as process {} and caught up to height {}.", primary, stage.pid_of(primary), back["height"].dump()));
    return result;
}

void read_all_again(Stage& stage, const std::vector<Acknowledgement>& acknowledged) {
    std::uint64_t highest = 0;
    for (const auto& one : acknowledged) highest = std::max(highest, one.height);
    for (const auto& name : Stage::validators()) stage.await_height(name, highest, 60);
    const auto missing = read_back(stage.home("operator-hospital-b"), Stage::validators(), acknowledged);
    stage.check(missing.has_value(), missing ? "" : missing.error().message);
    std::ofstream out(stage.options().out / "acknowledged.ndjson");
    for (const auto& one : acknowledged)
        out << json{{"transaction", base::to_hex(one.id.view())}, {"height", one.height}, {"leaf_index", one.leaf_index}, {"at_ms", one.at_ms},
                    {"acknowledged_by", one.via}, {"read_from", missing->read_from(one.id)}}.dump() << "\n";
    stage.summary()["acknowledged_lost"] = missing->lost;
    stage.summary()["acknowledged_evidence"] = {{"file", (stage.options().out / "acknowledged.ndjson").string()}, {"read", acknowledged.size()},
                                                {"validators", Stage::validators()}, {"problems", missing->problems}};
    stage.check(missing->lost == 0, fmt::format("{} acknowledged transactions could not be read again: {}", missing->lost, json(missing->problems).dump()));
    stage.proof(fmt::format(
        "all {} were read again from each of the four validators, each at the place in the log that was acknowledged",
        acknowledged.size()));
}

void observer_follows(Stage& stage) {
    stage.start_node("regulator");
    const json tip = stage.status_of("university");
    stage.await_height("regulator", tip["height"].get<std::uint64_t>(), 120);
    const json status = stage.status_of("regulator");
    stage.say(
        fmt::format("The regulator's own node, without a vote, started with an empty folder and followed from genesis "
                    "to height {}, checking every seal.",
                    status["height"].dump()));
    stage.summary()["observer"] = {{"pid", stage.pid_of("regulator")}, {"height", status["height"]}, {"role", status.value("role", "")}};
}

}  // namespace

void play_failure(Stage& stage) {
    stage.chapter("The primary is killed under load");
    const Aftermath aftermath = kill_under_load(stage);
    read_all_again(stage, aftermath.acknowledged);
    observer_follows(stage);
    stage.summary()["height"] = stage.status_of(aftermath.survivor)["height"];
    json& evidence = stage.summary()["height_evidence"] = json::object();
    for (const auto& name : Stage::validators()) evidence[name] = stage.status_of(name)["height"];
}

}  // namespace placet::cli::demo
