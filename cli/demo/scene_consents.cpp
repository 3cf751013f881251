// Scene: hospitals import consents; and what the documents of --data decide.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/demo/own_data.hpp"
#include "cli/demo/scenes.hpp"
#include "cli/demo/telling.hpp"

namespace placet::cli::demo {

using nlohmann::json;

namespace {

// One refused document, in words.
std::string refusal_in_words(const json& refusal, const std::string& file) {
    const std::string element = refusal["element"].get<std::string>();
    return fmt::format("  refused: {}{}: {}", file, element.empty() ? "" : " at " + element, refusal["reason"].get<std::string>());
}

// The first refusals, each with its reason, and how many more there are.
void tell_some(Stage& stage, const json& refusals) {
    constexpr std::size_t kShown = 3;
    for (std::size_t i = 0; i < kShown && i < refusals.size(); ++i)
        stage.say(refusal_in_words(refusals[i],
                                   std::filesystem::path(refusals[i]["file"].get<std::string>()).filename().string()));
    if (refusals.size() > kShown)
        stage.say(fmt::format("  and {} more, each with its reason, in summary.json", refusals.size() - kShown));
}

}  // namespace

void play_consents(Stage& stage) {
    stage.chapter("Each hospital imports its patients' consents");
    const ProcessResult made = stage.run({stage.program("placet-samples"), stage.samples().string()});
    stage.check(made.exit_code == 0, "placet-samples failed: " + made.err);
    stage.say(
        "The samples are consents of many shapes, and documents that must be refused: broken off, about nobody, dated "
        "on a day that there is not.");
    std::uint64_t imported = 0;
    std::uint64_t refused = 0;
    json evidence = json::object();
    for (const char* hospital : {"hospital-a", "hospital-b", "hospital-c"}) {
        const json result = stage.placet(std::string("operator-") + hospital,
                                         {"consent", "import", (stage.samples() / hospital / "consents").string()}, {0, 1});
        imported += result["imported"].get<std::uint64_t>();
        refused += result["refused"].get<std::uint64_t>();
        stage.say(fmt::format("{}: {} imported, {} refused", hospital,
                              counted(result["imported"].get<std::uint64_t>(), "consent"),
                              result["refused"].get<int>()));
        json one = {{"imported", result["imported"]}, {"refused", result["refused"]}, {"refusals", result["refusals"]}};
        for (const auto& consent : result["consents"])
            if (consent["result"] == "imported") one["transactions"].push_back(consent["transaction"]);
        evidence[hospital] = std::move(one);
        stage.notes()["consents"][hospital] = result["consents"];
        if (std::string_view(hospital) == "hospital-a") tell_some(stage, result["refusals"]);
    }
    stage.check(imported >= 200, "fewer than 200 consents were imported");
    stage.check(refused >= 10, "fewer than 10 documents were refused");
    stage.summary()["consents_imported"] = imported;
    stage.summary()["consents_refused"] = refused;
    stage.summary()["consents_evidence"] = std::move(evidence);
    stage.proof("every imported consent is a transaction whose proof was verified against the genesis file before it was called imported");
}

void play_own_data(Stage& stage) {
    if (!stage.options().data) return;
    stage.chapter("What the consents below " + stage.options().data->string() + " decide");
    const json result = stage.placet("operator-hospital-a", {"consent", "import", stage.options().data->string()}, {0, 1});
    stage.say(fmt::format("{} Consents imported, {} already there, {} refused; other resources: {}", result["imported"].get<int>(), result["already"].get<int>(),
                          result["refused"].get<int>(), result["others"].dump()));
    for (const auto& refusal : result["refusals"]) stage.say(refusal_in_words(refusal, refusal["file"].get<std::string>()));
    json decisions = json::array();
    for (const auto& decision : decide_documents(*stage.options().data)) {
        stage.say(fmt::format("  {}: {}: research by the university: {}; treatment: {}", decision.file, decision.consent, decision.research, decision.treatment));
        if (!decision.doubt.empty()) stage.say("    no access, because " + decision.doubt);
        decisions.push_back({{"file", decision.file}, {"consent", decision.consent}, {"research", decision.research}, {"treatment", decision.treatment}, {"doubt", decision.doubt}});
    }
    stage.summary()["data"] = {{"folder", stage.options().data->string()}, {"imported", result["imported"]}, {"already", result["already"]},
                               {"refused", result["refused"]}, {"others", result["others"]}, {"refusals", result["refusals"]}, {"decisions", decisions}};
}

}  // namespace placet::cli::demo
