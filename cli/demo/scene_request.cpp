// Scene: datasets are registered, a researcher asks, the ledger decides, the committee votes, a grant appears.
#include <fmt/format.h>

#include <fstream>

#include <nlohmann/json.hpp>

#include "cli/demo/scenes.hpp"
#include "cli/demo/telling.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

constexpr const char* kOperator = "operator-hospital-a";
constexpr const char* kResearcher = "researcher-university";

void register_datasets(Stage& stage) {
    const auto offer = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"dataset", "register"});
        arguments.insert(arguments.end(), {"--jurisdiction", "DE", "--committee", "dac1@hospital-a", "--committee", "dac2@hospital-a", "--committee",
                                           "dac3@hospital-a", "--votes-needed", "2"});
        stage.placet(kOperator, std::move(arguments));
    };
    offer({"cardiology-2026", "--title", "Cardiology records 2015-2026", "--permission", "HMB", "--modifier", "GS=DE,AT"});
    offer({"diabetes-registry", "--title", "Diabetes registry", "--permission", "DS=MONDO:0005015", "--modifier", "IRB"});
    for (const char* dataset : {"cardiology-2026", "diabetes-registry"}) {
        const json added = stage.placet(kOperator, {"dataset", "add-members", dataset, "--all"});
        const json shown = stage.placet(kResearcher, {"dataset", "show", dataset});
        stage.say(fmt::format("The hospital registers {} and puts the records of {} into it:", dataset,
                              counted(added["added"].get<std::uint64_t>(), "patient")));
        for (const auto& sentence : shown["words"]) stage.say("  " + sentence.get<std::string>());
    }
}

std::vector<std::string> heart_study(const char* verb) {
    return {"request", verb, "--dataset", "cardiology-2026", "--purpose", "HMB", "--study", "heart-study", "--title", "Heart failure and anaemia",
            "--ethics", "EC-2026-117", "--months", "12", "--country", "DE", "--for-profit", "no", "--commercial", "no"};
}

// Why not; and what the dataset asks for besides, which did not decide.
void tell_reasons(Stage& stage, const json& reasons) {
    for (const auto& reason : reasons)
        stage.say((reason["code"] == "duo_modifier" ? "  and besides, " : "  because ") +
                  reason["text"].get<std::string>());
}

// The first answer: the rules alone; nothing is recorded and no patient is counted.
void check_first(Stage& stage) {
    const json good = stage.placet(kResearcher, heart_study("check"));
    stage.say("`placet request check`: health research on cardiology-2026: " + good["decision"].get<std::string>());
    const json bad = stage.placet(kResearcher, {"request", "check", "--dataset", "diabetes-registry", "--purpose", "POA", "--study", "ancestry", "--months", "12"}, {0, 4});
    stage.say("`placet request check`: ancestry research on diabetes-registry: " + bad["decision"].get<std::string>());
    for (const auto& dataset : bad["datasets"]) tell_reasons(stage, dataset["reasons"]);
    stage.check(bad["decision"] == "deny", "ancestry research on disease-only data must be denied");
}

// By equality alone the ledger cannot know that type 2 diabetes is a diabetes: the hospitals agree on a table that says so.
void agree_on_diseases(Stage& stage) {
    const auto ask = [&] {
        const json answer = stage.placet(kResearcher, {"request", "check", "--dataset", "diabetes-registry", "--purpose", "DS", "--disease", "MONDO:0005148",
                                                       "--study", "type-2", "--ethics", "EC-2026-118", "--months", "12"});
        return answer["decision"].get<std::string>();
    };
    const std::string before = ask();
    const auto file = stage.options().out / "diseases.csv";
    std::ofstream(file) << "id,label,parents\nMONDO:0005066,metabolic disease,\nMONDO:0005015,diabetes mellitus,MONDO:0005066\n"
                           "MONDO:0005148,type 2 diabetes,MONDO:0005015\nMONDO:0005147,type 1 diabetes,MONDO:0005015\n";
    const json staged = stage.placet(kOperator, {"diseases", "stage", "diseases-2026", "--diseases", file.string()});
    stage.placet("admin-hospital-a", {"diseases", "propose", "diseases-2026", "--id", "use-diseases-2026"});
    for (const char* hospital : {"operator-hospital-a", "operator-hospital-b", "operator-hospital-c"}) {
        const json digest = stage.placet(hospital, {"diseases", "digest", "--diseases", file.string()});
        stage.check(digest["digest"] == staged["digest"], "the digest of the file must be the ledger's");
        stage.placet(hospital, {"diseases", "vote", "use-diseases-2026", "--approve"});
    }
    const std::string after = ask();
    stage.say("`placet request check`: type 2 diabetes on diabetes-registry: " + before + ", for the ledger knows no hierarchy; the hospitals vote for a table of");
    stage.say("  diseases by its digest, and the same question is answered: " + after);
    stage.proof("the table's digest " + staged["digest"].get<std::string>() + " is what each hospital computed from its own file");
    stage.check(before == "deny" && after == "approve", "a narrower disease must be approved once the table is in force, not before");
}

void submit_both(Stage& stage) {
    const json refused = stage.placet(kResearcher, {"request", "submit", "--id", "req-ancestry", "--dataset", "diabetes-registry", "--purpose", "POA", "--study",
                                                    "ancestry", "--title", "Ancestry of families", "--months", "12"},
                                      {4});
    stage.say("The ancestry request is refused by the ledger: " + refused.value("sentence", ""));
    tell_reasons(stage, refused["reasons"]);
    stage.say("  what would change it: " + refused["advice"].get<std::string>());
    stage.proof("the refusal is transaction " + refused["transaction"].get<std::string>() + ", provable like a grant");

    auto arguments = heart_study("submit");
    arguments.insert(arguments.end(), {"--id", "req-heart"});
    const json submitted = stage.placet(kResearcher, arguments);
    stage.notes()["request_transaction"] = submitted["transaction"];
    const json waiting = stage.placet(kResearcher, {"request", "watch", "req-heart", "--until", "review"});
    stage.say("The heart study's cohort was evaluated by the custodian's validator from the consents in force; rounded, never per person:");
    for (const auto& sentence : waiting["words"]) stage.say("  " + sentence.get<std::string>());
    const json transactions = {refused["transaction"], submitted["transaction"]};  // each proved before `placet` exits
    stage.summary()["requests"] = transactions.size();
    stage.summary()["requests_evidence"] = {{"transactions", transactions}, {"refused", refused["transaction"]}, {"submitted", submitted["transaction"]}};
}

void vote(Stage& stage) {
    const json inbox = stage.placet("dac1-hospital-a", {"request", "inbox"});
    stage.check(!inbox["requests"].empty(), "the committee's inbox must hold the request");
    stage.placet("dac3-hospital-a", {"request", "conflict", "req-heart", "--reason", "co_author"});
    const json conflicted =
        stage.placet("dac3-hospital-a", {"request", "vote", "req-heart", "--dataset", "cardiology-2026", "--approve", "--reason", "scientific_merit"}, {4});
    stage.check(conflicted["code"] == "conflict_of_interest", "a member with a conflict must be refused, got " + conflicted["code"].dump());
    stage.say("dac3 has a conflict of interest and tries to vote; the ledger refuses: " + conflicted.value("sentence", ""));
    stage.proof("refusal " + conflicted["transaction"].get<std::string>());
    stage.placet("dac1-hospital-a", {"request", "vote", "req-heart", "--dataset", "cardiology-2026", "--approve", "--reason", "scientific_merit"});
    const json deciding =
        stage.placet("dac2-hospital-a", {"request", "vote", "req-heart", "--dataset", "cardiology-2026", "--approve", "--reason", "scientific_merit"});
    stage.check(deciding["grant"].is_string(), "the deciding vote must make a grant");
    stage.say("dac1 and dac2 approve with reasons; the second vote decides and a grant appears: " + deciding["grant"].get<std::string>());
    stage.proof("grant made by transaction " + deciding["transaction"].get<std::string>());
    stage.notes()["grant"] = deciding["grant"];
    const json grants = stage.placet(kResearcher, {"request", "grants"})["grants"];  // as the ledger lists them
    stage.check(grants.size() == 1, "exactly one grant must stand on the ledger, not " + std::to_string(grants.size()));
    stage.summary()["grants"] = grants.size();
    stage.summary()["grants_evidence"] = {{"listed", grants}, {"transaction", deciding["transaction"]}, {"grant", deciding["grant"]}, {"conflict_refused", conflicted["transaction"]}};
}

}  // namespace

void play_request(Stage& stage) {
    stage.chapter("A researcher asks for data; the ledger and the committee decide");
    register_datasets(stage);
    check_first(stage);
    agree_on_diseases(stage);
    submit_both(stage);
    vote(stage);
}

}  // namespace placet::cli::demo
