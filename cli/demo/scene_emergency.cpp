// Scene: the glass is broken for a patient; the ledger alerts, two of three review it, and the patient sees it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/demo/scenes.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

constexpr const char* kOperator = "operator-hospital-a";
constexpr const char* kGateway = "gateway-hospital-a";

// What hospital-a's own validator says waits there.
json backlog(Stage& stage) { return stage.placet(kOperator, {"status"})["backlog"]; }

std::string declare(Stage& stage, const std::string& patient, const std::string& group, const std::vector<int>& allowed, std::string& code) {
    const json told = stage.placet(kGateway, {"access", "breakglass", "declare", "--patient", patient, "--staff", "staff-007", "--group", group, "--reason", "unconscious", "--minutes", "30"}, allowed);
    code = told["code"].get<std::string>();
    return told["id"].get<std::string>();
}

}  // namespace

void play_emergency(Stage& stage) {
    stage.chapter("An emergency: the glass is broken, and reviewed");
    stage.placet(kOperator, {"access", "breakglass", "policy", "--group", "emergency-team", "--reviewer", "clinician@hospital-a", "--reviewer", "operator@hospital-a",
                             "--reviews-needed", "2", "--minutes", "60", "--review-hours", "48"});
    const std::string patient = stage.notes()["consents"]["hospital-a"][1]["patient"].get<std::string>();
    std::string code;
    declare(stage, patient, "billing", {4}, code);
    stage.check(code == "group_not_authorised", "a group that is not authorised must be refused, got " + code);
    const std::string id = declare(stage, patient, "emergency-team", {0}, code);
    stage.say("A patient is unconscious: the team looks at her record at once; the gateway's journal has it first, then the ledger.");
    stage.check(backlog(stage)["reviews_open"] == 1, "the emergency access must show as an open review in `placet status`");
    stage.placet("regulator-regulator", {"access", "breakglass", "list", "--state", "open", "--custodian", "hospital-a"});
    const json own = stage.placet(kGateway, {"access", "breakglass", "review", id, "--justified", "--reason", "life_in_danger"}, {4, 7});
    stage.check(own["ok"] == false, "the gateway that told it must not review it");
    stage.placet("clinician-hospital-a", {"access", "breakglass", "review", id, "--justified", "--reason", "life_in_danger"});
    const json decided = stage.placet(kOperator, {"access", "breakglass", "review", id, "--justified", "--reason", "documented_in_chart"});
    stage.check(decided["state"] == "justified" && backlog(stage)["reviews_open"] == 0, "two of two must decide the review");
    const json listed = stage.placet(kOperator, {"access", "breakglass", "list", "--state", "justified"});
    stage.check(listed["emergencies"].size() == 1 && listed["emergencies"][0]["reviews"].size() == 2, "both reviews must stand on the ledger with their reasons");
    stage.say("It shows in `placet status` until two reviewers have judged it, each with a reason; nobody reviews an access of her own.");
    stage.proof(fmt::format("emergency access {}, decided by transaction {}", id, decided["transaction"].get<std::string>()));
    stage.summary()["emergency_evidence"] = {{"id", id}, {"decided", decided["transaction"]}, {"listed", listed["emergencies"]}};
}

}  // namespace placet::cli::demo
