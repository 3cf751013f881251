// Starts from a good consent and breaks one thing.
#include "cli/samples/refused_documents.hpp"

#include <nlohmann/json.hpp>

#include "cli/samples/consent_shapes.hpp"

namespace placet::cli::samples {

using Json = nlohmann::ordered_json;

namespace {

Json good(const Person& person, std::string_view hospital, std::string_view id) {
    return make_consent(person, Shape::research_permit, {hospital, id, "2023-03-01"});
}

/// The text with the first `from` replaced.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
    if (const std::size_t at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
    return text;
}

Json nested(std::size_t levels) {
    Json rule{{"type", "permit"}};
    for (std::size_t i = 1; i < levels; ++i) rule = {{"type", "permit"}, {"provision", Json::array({rule})}};
    return rule;
}

std::vector<RefusedDocument> other_versions(const Json& base) {
    std::vector<RefusedDocument> out;
    Json stu3 = base;
    stu3.erase("provision");
    stu3.erase("scope");
    stu3["consentingParty"] = Json::array({Json{{"reference", stu3["patient"]["reference"]}}});
    stu3["except"] = Json::array({Json{{"type", "deny"}}});
    out.push_back({"fhir-stu3-except.json", stu3.dump()});
    Json old_rule = base;
    old_rule.erase("policy");
    old_rule["policyRule"] = "http://hl7.org/fhir/ConsentPolicy/opt-in";
    out.push_back({"fhir-stu3-policy-rule.json", old_rule.dump()});
    Json r5 = base;
    r5["subject"] = r5["patient"];
    r5.erase("patient");
    r5["decision"] = "permit";
    out.push_back({"fhir-r5-decision.json", r5.dump()});
    Json list = base;
    list["provision"] = Json::array({list["provision"]});
    out.push_back({"fhir-r5-provision-list.json", list.dump()});
    return out;
}

std::vector<RefusedDocument> wrong_values(const Json& base) {
    std::vector<RefusedDocument> out;
    const auto add = [&](std::string name, const auto& change) {
        Json copy = base;
        change(copy);
        out.push_back({std::move(name), copy.dump()});
    };
    add("missing-patient.json", [](Json& c) { c.erase("patient"); });
    add("patient-by-number-only.json", [](Json& c) { c["patient"] = {{"identifier", {{"value", "12"}}}}; });
    add("patient-contained.json", [](Json& c) { c["patient"]["reference"] = "#p1"; });
    add("patient-is-a-group.json", [](Json& c) { c["patient"]["reference"] = "Group/1"; });
    add("bad-date.json", [](Json& c) { c["dateTime"] = "2023-02-30"; });
    add("date-without-zone.json", [](Json& c) { c["dateTime"] = "2023-02-03T10:00:00"; });
    add("unknown-status.json", [](Json& c) { c["status"] = "signed"; });
    add("status-with-terminal-escape.json", [](Json& c) { c["status"] = "\x1b[2J\x1b[32mimported"; });
    add("period-ends-before-start.json", [](Json& c) { c["provision"]["period"] = {{"start", "2024-05-01"}, {"end", "2023-05-01"}}; });
    add("unknown-provision-type.json", [](Json& c) { c["provision"]["type"] = "allow"; });
    add("missing-scope.json", [](Json& c) { c.erase("scope"); });
    add("empty-list.json", [](Json& c) { c["performer"] = Json::array(); });
    add("nested-too-deeply.json", [](Json& c) { c["provision"] = nested(12); });
    add("misspelt-type.json", [](Json& c) { c["resourceType"] = "Consents"; });
    add("oversized.json", [](Json& c) { c["text"]["div"] = "<div>" + std::string(600 * 1024, 'x') + "</div>"; });
    return out;
}

std::vector<RefusedDocument> broken_texts(const Json& base) {
    const std::string text = base.dump();
    std::vector<RefusedDocument> out;
    out.push_back({"duplicate-key.json", replaced(text, "\"status\":\"active\"", "\"status\":\"active\",\"status\":\"inactive\"")});
    out.push_back({"broken-off.json", text.substr(0, text.size() / 2)});
    out.push_back({"not-utf8.json", replaced(text, "\"id\":\"", "\"id\":\"\xff")});
    out.push_back({"empty.json", ""});
    out.push_back({"not-json.json", "<Consent xmlns=\"http://hl7.org/fhir\"><status value=\"active\"/></Consent>"});
    return out;
}

}  // namespace

std::vector<RefusedDocument> make_refused(const Person& person, std::string_view hospital) {
    const Json base = good(person, hospital, "refused");
    std::vector<RefusedDocument> out = other_versions(base);
    for (RefusedDocument& document : wrong_values(base)) out.push_back(std::move(document));
    for (RefusedDocument& document : broken_texts(base)) out.push_back(std::move(document));

    Json wrong = base;
    wrong["resourceType"] = "Observation";
    const Json bundle{{"resourceType", "Bundle"}, {"type", "collection"},
                      {"entry", Json::array({Json{{"fullUrl", "https://hospital.example/fhir/Consent/c-wrong"}, {"resource", wrong}},
                                             Json{{"fullUrl", "https://hospital.example/fhir/Consent/c-mixed"},
                                                  {"resource", make_consent(person, Shape::treatment_only, {hospital, "c-mixed-" + person.id.substr(3), "2023-03-02"})}}})}};
    out.push_back({"wrong-resource-in-consent-slot.json", bundle.dump(), 1, 1});
    const std::string line = make_consent(person, Shape::treatment_only, {hospital, "c-line-" + person.id.substr(3), "2023-03-03"}).dump();
    out.push_back({"one-bad-line.ndjson", line + "\n" + line.substr(0, 40) + "\n", 1, 1});
    return out;
}

}  // namespace placet::cli::samples
