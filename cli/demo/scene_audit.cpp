// Scene: a regulator compares the genesis fingerprint, fetches the proof of an access and verifies it offline; a copy with one
// bit changed is refused; her own reading is on the record.
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/demo/scenes.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

constexpr const char* kRegulator = "regulator-regulator";

// Without network where the kernel lets us; the verifier needs none anyway.
ProcessResult verify_offline(Stage& stage, const std::string& bundle) {
    std::vector<std::string> arguments = {stage.program("placet"), "verify", bundle, "--genesis", stage.summary()["genesis"].get<std::string>(), "--json"};
    const bool may_unshare = stage.run({"unshare", "-n", "true"}).exit_code == 0;
    stage.notes()["unshared"] = may_unshare;
    if (may_unshare) arguments.insert(arguments.begin(), {"unshare", "-n"});
    return run_process({std::move(arguments), {"PLACET_HOME=/nonexistent"}});
}

std::string tampered_copy(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    const std::string copy = path + ".tampered";
    std::ofstream(copy, std::ios::binary) << bytes;
    return copy;
}

void verify_both(Stage& stage, const std::string& bundle) {
    const ProcessResult good = verify_offline(stage, bundle);
    const json verdict = json::parse(good.out, nullptr, false);
    stage.check(good.exit_code == 0 && verdict.is_object(), fmt::format("the bundle must be proved; exit {}\n{}{}", good.exit_code, good.out, good.err));
    stage.say(fmt::format("`placet verify`, {}: proved.", stage.notes()["unshared"].get<bool>() ? "in a namespace without any network" : "offline"));
    for (const auto& line : verdict["proves"]) stage.say("  proved: " + line.get<std::string>());
    for (const auto& line : verdict["does_not_prove"]) stage.say("  not proved: " + line.get<std::string>());
    const ProcessResult bad = verify_offline(stage, tampered_copy(bundle));
    stage.check(bad.exit_code == 1 || bad.exit_code == 2, fmt::format("a copy with one bit changed must be refused; exit {}", bad.exit_code));
    const json refusal = json::parse(bad.out, nullptr, false);
    const std::string why =
        refusal.contains("error") ? refusal["error"].value("message", "") : refusal.value("reason", "");
    stage.say(fmt::format("A copy with one bit changed is refused: {} (exit code {}).", why, bad.exit_code));
    json& summary = stage.summary();
    summary["proof_verified_offline"] = true;
    summary["proof_verified_offline_evidence"] = {{"exit_code", good.exit_code}, {"network_unshared", stage.notes()["unshared"]}, {"verdict", verdict}};
    summary["tampered_proof_refused"] = true;
    summary["tampered_proof_refused_evidence"] = {{"exit_code", bad.exit_code}};
    summary["bundle"] = bundle;
}

void own_reading(Stage& stage) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(15);
    while (true) {
        const json who = stage.placet("patient", {"patient", "who"});
        for (const auto& read : who["reads"])
            if (read["reader"] == "regulator@regulator") {
                stage.say("Her own reading is on the record. The patient, who asks again who saw her data, reads it:");
                for (const auto& sentence : who["words"])
                    if (sentence.get<std::string>().find("regulator@regulator") != std::string::npos)
                        stage.say("  " + sentence.get<std::string>());
                stage.summary()["reading_recorded_evidence"] = read;
                return;
            }
        stage.check(std::chrono::steady_clock::now() < deadline, "the regulator's reading must be on the ledger within seconds");
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
}

}  // namespace

void play_audit(Stage& stage) {
    stage.chapter("A regulator verifies, believing nobody");
    const json fingerprint = stage.placet(kRegulator, {"genesis", "fingerprint", stage.summary()["genesis"].get<std::string>()});
    stage.check(fingerprint["genesis_hash"] == stage.summary()["genesis_hash"], "the fingerprint must be the one the network started with");
    stage.say("She compares the genesis fingerprint by eye with the one that was told when the network started: " +
              fingerprint["fingerprint"].get<std::string>());
    const std::string bundle = (stage.options().out / "access.bundle").string();
    const std::string access = stage.notes()["release"]["transactions"][0];
    stage.placet(kRegulator, {"proof", "fetch", access, "--out", bundle});
    stage.say("She fetches the proof bundle of the access: " + bundle);
    verify_both(stage, bundle);
    stage.placet(kRegulator, {"access", "list", "--custodian", "hospital-a", "--subject",
                              stage.summary()["withdrawal_enforced_evidence"]["pseudonym"].get<std::string>()});
    stage.say("She reads who saw the record of the patient who withdrew.");
    own_reading(stage);
    stage.summary()["reading_recorded"] = true;
}

}  // namespace placet::cli::demo
