// Scene: a patient withdraws with her own key, the next access to her record is refused on the ledger, and she asks who saw it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/demo/scenes.hpp"
#include "cli/demo/telling.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

constexpr const char* kOperator = "operator-hospital-a";
constexpr const char* kPatient = "patient";

// A patient whose data were just released: her reference, as only the custodian knows it.
json choose_patient(Stage& stage) {
    for (const auto& pseudonym : stage.notes()["release"]["permitted"])
        for (const auto& consent : stage.notes()["consents"]["hospital-a"])
            if (consent["pseudonym"] == pseudonym) return consent;
    throw StoryFailed("nobody whose data were released is among the imported consents");
}

void enrol_key(Stage& stage, const json& patient) {
    const auto receipt = (stage.options().out / "enrolment.receipt").string();
    stage.placet(kOperator, {"patient", "enrol", "--patient", patient["patient"].get<std::string>(), "--card", (stage.home(kPatient) / "card.json").string(),
                             "--receipt", receipt});
    stage.placet(kPatient, {"patient", "accept", receipt});
    stage.say(
        "The hospital enrolled a patient's own key under her pseudonym, and gave her a receipt by which she checked "
        "that it is she. Her consents:");
    const json consents = stage.placet(kPatient, {"patient", "consents"});
    for (const auto& sentence : consents["words"]) stage.say("  " + sentence.get<std::string>());
}

// What the university made of the data it got: named on the ledger before anybody withdraws.
void register_model(Stage& stage) {
    stage.placet("operator-university", {"dataset", "register", "heart-model", "--title", "Risk model of heart failure", "--kind", "model", "--derived-from",
                                         "cardiology-2026=" + stage.notes()["grant"].get<std::string>(), "--jurisdiction", "DE", "--committee",
                                         "dac1@hospital-a"});
    stage.say("The university trained a model on the data it was given, and registered it with the grant it rests on.");
}

// What the withdrawal touches, and its holder's acknowledgement against the clock.
void evidence_of_effect(Stage& stage, const json& patient) {
    const std::string grant = stage.notes()["grant"].get<std::string>();
    const std::string drawing = (stage.options().out / "lineage.svg").string();
    const json touched = stage.placet(kPatient, {"lineage", "--svg", drawing});
    const auto model = std::ranges::find(touched["datasets"], "heart-model", [](const json& one) { return one["id"].get<std::string>(); });
    stage.check(model != touched["datasets"].end() && (*model)["trace"] == "released", "the model made of her data must be in what her withdrawal touches");
    stage.say(fmt::format("`placet lineage` shows her what it touches: {}, {}, among them the model; drawn in {}.", counted(touched["datasets"].size(), "dataset"),
                          counted(touched["grants"].size(), "grant"), drawing));
    const json waiting = stage.placet(kOperator, {"withdrawal", "list", "--state", "waiting"});
    stage.check(waiting["withdrawals"].size() == 1 && waiting["withdrawals"][0]["pseudonym"] == patient["pseudonym"],
                "exactly her withdrawal must wait for acknowledgement");
    stage.say(fmt::format("{} has not acknowledged it yet: the hospital sees since when.", waiting["withdrawals"][0]["researcher"].get<std::string>()));
    const json acknowledged = stage.placet("researcher-university", {"withdrawal", "acknowledge", grant, "--all"});
    const json after = stage.placet(kPatient, {"withdrawal", "list"});
    stage.check(after["withdrawals"].size() == 1 && after["withdrawals"][0]["state"] == "acknowledged", "the acknowledgement must be in her list");
    stage.say("The researcher acknowledges with a signature, and the patient sees it.");
    stage.proof("acknowledgement " + acknowledged["transaction"].get<std::string>());
    stage.summary()["withdrawal_effect_evidence"] = {{"lineage", touched}, {"acknowledgement", acknowledged["transaction"]}};
}

void access_refused(Stage& stage, const json& patient) {
    const json again = stage.placet("researcher-university",
                                    {"gateway", "release", "--custodian", "hospital-a", "--dataset", "cardiology-2026", "--grant", stage.notes()["grant"].get<std::string>(), "--out",
                                     (stage.options().out / "release-after-withdrawal.json").string()});
    const auto& permitted = again["permitted"];
    const bool still_there = std::ranges::find(permitted, patient["pseudonym"]) != permitted.end();
    stage.check(!still_there, "the withdrawn patient must not be in the next release");
    stage.check(permitted.size() + 1 == stage.notes()["release"]["permitted"].size(), "exactly one patient fewer must be released");
    stage.notes()["second_release"] = again;
    const auto refused = again["refused"].get<std::uint64_t>();
    stage.say(
        fmt::format("At the next release the ledger permits {} patients and refuses {}: one more than before, her. "
                    "Nothing of hers is in the Bundle.",
                    again["people"].get<std::uint64_t>(), refused));
    stage.check(refused == stage.notes()["release"]["refused"].get<std::uint64_t>() + 1,
                "exactly one patient more must be refused");
    stage.proof("access record " + joined(again["transactions"]));
    stage.summary()["access_events_evidence"]["second_release"] = again["transactions"];
}

void who_saw(Stage& stage) {
    const json who = stage.placet(kPatient, {"patient", "who"});
    stage.say("She asks who saw her record:");
    for (const auto& sentence : who["words"]) stage.say("  " + sentence.get<std::string>());
    stage.check(who["refused"].get<std::uint64_t>() >= 1, "the refusal must be in her list");
    stage.check(!who["released_before"].empty(), "what was released before must be named");
    stage.summary()["access_events"] = who["events"].size();
    stage.summary()["access_events_evidence"]["patient_view"] = who["events"];
}

}  // namespace

void play_withdrawal(Stage& stage) {
    stage.chapter("A patient takes her consent back");
    const json patient = choose_patient(stage);
    enrol_key(stage, patient);
    register_model(stage);
    const json withdrawn = stage.placet(kPatient, {"patient", "withdraw"});
    stage.say(
        fmt::format("One command, `placet patient withdraw`: {} withdrawn; {} that covered her data named to her.",
                    counted(withdrawn["consents"].size(), "consent"), counted(withdrawn["grants"].size(), "grant")));
    stage.proof("receipt " + withdrawn["receipt"].get<std::string>() + ", transaction " + withdrawn["transaction"].get<std::string>());
    evidence_of_effect(stage, patient);
    access_refused(stage, patient);
    who_saw(stage);
    stage.summary()["withdrawal_enforced"] = true;
    stage.summary()["withdrawal_enforced_evidence"] = {{"withdrawal", withdrawn["transaction"]}, {"pseudonym", patient["pseudonym"]},
                                                       {"next_release", stage.notes()["second_release"]["transactions"]}};
}

}  // namespace placet::cli::demo
