// Scene: the gateway releases a filtered Bundle against a sealed record, releases nothing while the ledger is stopped, and
// records a batch of accesses in care that it journalled first.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/demo/scenes.hpp"
#include "cli/demo/telling.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

constexpr const char* kResearcher = "researcher-university";

json release(Stage& stage, const std::string& file, std::vector<int> allowed) {
    return stage.placet(kResearcher,
                        {"gateway", "release", "--custodian", "hospital-a", "--dataset", "cardiology-2026", "--grant", stage.notes()["grant"].get<std::string>(), "--out",
                         (stage.options().out / file).string()},
                        std::move(allowed));
}

void release_against_record(Stage& stage) {
    const json released = release(stage, "release.json", {0});
    std::ifstream in(stage.options().out / "release.json");
    const json bundle = json::parse(in, nullptr, false);
    stage.check(bundle.is_object() && bundle.value("resourceType", "") == "Bundle", "the release must be a FHIR Bundle");
    stage.check(bundle["total"].get<std::size_t>() == bundle["entry"].size(), "the Bundle's total must be corrected");
    const auto people = released["people"].get<std::uint64_t>();
    const auto refused = released["refused"].get<std::uint64_t>();
    const auto unnamed = people - released["permitted"].size();
    stage.say(
        fmt::format("Of the {} patients in the dataset the ledger permits the data of {} and refuses those of {}.",
                    people + refused, people, refused));
    stage.say(fmt::format(
        "The gateway released a Bundle of {} resources about these {}; {} resources of theirs it withheld, because "
        "their consents exclude them{}.",
        bundle["entry"].size(), people, released["withheld"].get<std::uint64_t>(),
        unnamed == 0 ? "" : fmt::format(" (of {} the Patient resource itself)", counted(unnamed, "patient"))));
    stage.proof("access record, sealed and verified by the gateway before the first byte left: " +
                joined(released["transactions"]));
    stage.notes()["release"] = released;
    stage.summary()["access_events_evidence"]["release"] = released["transactions"];
}

void nothing_while_stopped(Stage& stage) {
    for (const auto& name : Stage::validators()) stage.stop_node(name);
    const json refused = release(stage, "release-while-stopped.json", {1, 3, 4, 5});
    const bool nothing = !std::filesystem::exists(stage.options().out / "release-while-stopped.json");
    stage.check(nothing, "the gateway must not release anything while the ledger is stopped");
    stage.say("All validators are stopped, and the gateway releases nothing. It says: " +
              refused["error"].value("message", ""));
    stage.summary()["release_refused_while_stopped"] = nothing;
    stage.summary()["release_refused_while_stopped_evidence"] = {{"exit_code", refused["exit_code"]}, {"error", refused["error"]}};
    for (const auto& name : Stage::validators()) stage.start_node(name);
    for (const auto& name : Stage::validators()) stage.await_height(name, 1, 60);
    stage.say("The validators are back with all they had sealed.");
}

void record_care(Stage& stage) {
    const json batch = stage.placet("gateway-hospital-a", {"access", "batch", (stage.samples() / "hospital-a" / "accesses.ndjson").string()});
    stage.say(
        fmt::format("{} accesses in care: each written to the gateway's journal on disk first, then recorded in "
                    "batches, one signature of the hospital a batch.",
                    batch["rows"].get<std::uint64_t>()));
    stage.proof(fmt::format("the last batch is transaction {}, batch {} of hospital-a counted from 0",
                            batch["transaction"].get<std::string>(), batch["sequence"].dump()));
    stage.check(batch["rows"].get<std::uint64_t>() >= 1000, "the batch must hold at least 1000 accesses");
    stage.summary()["batched_access_rows"] = batch["rows"];
    stage.summary()["batched_access_rows_evidence"] = batch;
}

}  // namespace

void play_release(Stage& stage) {
    stage.chapter("The gateway: no receipt, no data");
    stage.start_gateway("gateway-hospital-a");
    stage.say(fmt::format("The gateway of hospital-a runs as process {}.", stage.notes()["gateway_pid"].get<int>()));
    release_against_record(stage);
    nothing_while_stopped(stage);
    record_care(stage);
}

}  // namespace placet::cli::demo
