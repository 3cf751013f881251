// See trail_in_words.hpp.
#include "cli/words/trail_in_words.hpp"

#include <fmt/format.h>

#include "api/fhir/words.hpp"
#include "cli/words/in_words.hpp"

namespace placet::cli::words {

using frame::Json;

namespace {

std::string when(const Json& event, std::string_view name) {
    const auto instant = base::from_rfc3339(event.text_at(name));
    return instant ? time_in_words(*instant) : event.text_at(name);
}

std::string purposes_of(const Json& event) {
    std::vector<std::string> out;
    const auto say = [](const std::string& code) { return api::fhir::code_in_words({std::string(contracts::systems::kActReason), code}); };
    for (const std::string& code : event.texts_at("purposes")) out.push_back(say(code));
    if (const std::string code = event.text_at("purpose"); !code.empty()) out.push_back(say(code));
    return out.empty() ? "a purpose that was not stated" : joined(out);
}

std::string did(const std::string& action) {
    if (action.empty()) return "saw";
    if (action == "create") return "added";
    if (action == "update") return "changed";
    return action;
}

std::string release_line(const Json& event) {
    const auto categories = event.texts_at("categories");
    const std::string what = categories.empty() ? "all data" : joined(categories) + " data";
    const std::string asked = fmt::format("{}: {} asked for {} of dataset {} for {}", when(event, "recorded_at"), event.text_at("researcher"), what,
                                          event.text_at("dataset"), purposes_of(event));
    const auto& answers = event.rows_at("answers");
    if (answers.empty()) return asked + (event.at("accepted").truth() ? ". Given." : ". REFUSED: " + event.text_at("sentence"));
    std::string out = asked;
    for (const Json& answer : answers)
        out += answer.at("permitted").truth() ? ". Given, because the consent permits it."
                                              : ". REFUSED: " + contracts::outcome_sentence(answer.text_at("code"));
    return out;
}

}  // namespace

std::string trail_in_words(const Json& event) {
    const std::string kind = event.text_at("kind");
    if (kind == "record_release") return release_line(event);
    if (kind == "access_batch" && event.text_at("staff").empty())
        return fmt::format("{}: {} recorded batch {} of {} accesses in care", when(event, "recorded_at"), event.text_at("custodian"),
                           event.number_at("sequence"), event.number_at("rows"));
    if (kind == "access_batch" || kind == "break_glass")
        return fmt::format("{}: {} of {} {} {} for {}{}", when(event, "occurred_at"), event.text_at("staff"), event.text_at("custodian"),
                           did(event.text_at("action")), event.text_at("category").empty() ? "the record" : event.text_at("category") + " data",
                           purposes_of(event), kind == "break_glass" ? " (EMERGENCY, reason: " + event.text_at("reason") + ")" : "");
    return fmt::format("{}: {}", when(event, "recorded_at"), event.text_at("sentence"));
}

std::string read_in_words(const Json& read, std::string_view self) {
    const std::string reader = read.text_at("reader");
    const std::uint64_t rows = read.number_at("rows");
    return fmt::format("{}: {} read {} ({})", when(read, "read_at"), !self.empty() && reader == self ? "you" : reader,
                       read.text_at("what") == "consents"        ? "the consents"
                       : read.text_at("what") == "patient_trail" ? "who saw the record"
                                                                 : read.text_at("what"),
                       rows == 1 ? "1 entry" : fmt::format("{} entries", rows));
}

bool is_refusal(const Json& event) {
    if (event.text_at("kind") != "record_release") return !event.at("accepted").truth();
    for (const Json& answer : event.rows_at("answers"))
        if (answer.at("permitted").truth()) return false;
    return true;
}

Json released_before(const Json& events) {
    Json out(Json::Array{});
    std::vector<std::string> grants;
    const Json::Array* rows = events.items();
    for (std::size_t i = 0; rows && i < rows->size(); ++i) {
        const Json& event = (*rows)[i];
        const std::string grant = event.text_at("grant");
        if (event.text_at("kind") != "record_release" || is_refusal(event) || std::ranges::find(grants, grant) != grants.end()) continue;
        grants.push_back(grant);
        std::uint64_t times = 0;
        std::string last_at;
        for (const Json& other : *rows)
            if (other.text_at("kind") == "record_release" && other.text_at("grant") == grant && !is_refusal(other)) {
                ++times;
                last_at = other.text_at("recorded_at");
            }
        out.push(Json::object({{"grant", grant},
                               {"researcher", event.text_at("researcher")},
                               {"dataset", event.text_at("dataset")},
                               {"times", times},
                               {"last_at", last_at}}));
    }
    return out;
}

}  // namespace placet::cli::words
