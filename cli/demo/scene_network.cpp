// Scene: the network is made and started, and everybody is enrolled.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/demo/scenes.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

void enrol(Stage& stage, const std::string& organisation, const std::vector<std::string>& names) {
    std::vector<std::string> arguments = {"org", "enroll"};
    for (const auto& name : names) arguments.push_back((stage.home(name + "-" + organisation) / "card.json").string());
    stage.placet("operator-" + organisation, arguments);
}

}  // namespace

void play_network(Stage& stage) {
    stage.chapter("Three hospitals and a university start a network");
    const json made = stage.placet("", {"localnet", "init", stage.network().string(), "--base-port", std::to_string(stage.options().base_port)});
    stage.say("Every key was made here and is encrypted at rest; the genesis file names the validators and their keys.");
    stage.proof("genesis fingerprint " + made["fingerprint"].get<std::string>());
    json& summary = stage.summary();
    summary["genesis"] = (stage.options().out / "genesis.json").string();
    summary["genesis_hash"] = made["genesis_hash"];
    std::filesystem::copy_file(stage.network() / "genesis.json", stage.options().out / "genesis.json", std::filesystem::copy_options::overwrite_existing);

    json processes = json::object();
    for (const auto& name : Stage::validators()) {
        stage.start_node(name);
        processes[name] = stage.pid_of(name);
    }
    for (const auto& name : Stage::validators()) stage.await_height(name, 0, 60);
    summary["validators"] = processes.size();
    summary["validators_evidence"] = {{"pids", processes}};
    for (const auto& [name, pid] : processes.items()) stage.say(fmt::format("{} runs as process {}", name, pid.get<int>()));

    for (const char* hospital : {"hospital-a", "hospital-b", "hospital-c"}) enrol(stage, hospital, {"gateway", "clinician", "dac1", "dac2", "dac3", "admin"});
    enrol(stage, "university", {"researcher"});
    enrol(stage, "regulator", {"regulator"});
    stage.placet("operator-regulator", {"org", "enroll", (stage.network() / "observers" / "regulator" / "card.json").string()});
    stage.say("Each organisation enrolled its own people: gateways, clinicians, committee members, administrators, a researcher, a regulator.");
    const json organisations = stage.placet("regulator-regulator", {"org", "list"});
    stage.proof(fmt::format("`placet org list` shows {} organisations and {} actors, read from sealed state", organisations["organisations"].size(),
                            organisations["actors"].size()));
}

}  // namespace placet::cli::demo
