// Scene: a patient withdraws with her own key, the next access to her record is refused on the ledger, and she asks who saw it.
#include <fmt/format.h>

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
    const json withdrawn = stage.placet(kPatient, {"patient", "withdraw"});
    stage.say(
        fmt::format("One command, `placet patient withdraw`: {} withdrawn; {} that covered her data named to her.",
                    counted(withdrawn["consents"].size(), "consent"), counted(withdrawn["grants"].size(), "grant")));
    stage.proof("receipt " + withdrawn["receipt"].get<std::string>() + ", transaction " + withdrawn["transaction"].get<std::string>());
    access_refused(stage, patient);
    who_saw(stage);
    stage.summary()["withdrawal_enforced"] = true;
    stage.summary()["withdrawal_enforced_evidence"] = {{"withdrawal", withdrawn["transaction"]}, {"pseudonym", patient["pseudonym"]},
                                                       {"next_release", stage.notes()["second_release"]["transactions"]}};
}

}  // namespace placet::cli::demo
