// Questions decided from documents: references of every form, groups and roles, what is visible, versions, residual
// rules.
#include "api/fhir/decision.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace placet;
using namespace placet::api::fhir;
using contracts::consent::Decision;
using contracts::governance::ImplicitPolicy;

namespace {

constexpr std::string_view kPcf =
    R"("resourceType":"Consent","meta":{"profile":["https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentAdvanced"]},
 "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},"category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
 "dateTime":"2024-01-01","performer":[{"reference":"Patient/x"}],"organization":[{"reference":"Organization/h"}],"sourceReference":{"reference":"DocumentReference/d"},
 "policy":[{"uri":"http://example.org/p"}])";

std::string consent(std::string_view provision, std::string_view id = "c",
                    std::string_view more = R"("status":"active","patient":{"reference":"Patient/x"})") {
    return "{\"id\":\"" + std::string(id) + "\"," + std::string(kPcf) + "," + std::string(more) +
           ",\"provision\":" + std::string(provision) + "}";
}
std::string r4(std::string_view rest, std::string_view id = "c") {
    return "{\"resourceType\":\"Consent\",\"id\":\"" + std::string(id) +
           R"(","status":"active","scope":{"coding":[{"code":"x"}]},"category":[{"coding":[{"code":"x"}]}],"patient":{"reference":"Patient/x"},"policy":[{"uri":"http://p"}],)" +
           std::string(rest) + "}";
}
std::string purpose(std::string_view code) {
    return R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":")" + std::string(code) + "\"}";
}
std::string bundle(const std::vector<std::string>& resources) {
    std::string out = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    for (std::size_t i = 0; i < resources.size(); ++i)
        out += (i > 0 ? "," : "") + ("{\"resource\":" + resources[i] + "}");
    return out + "]}";
}

struct Case {
    std::string context = R"({"patient":"Patient/x","actor":"Practitioner/y","purpose":[)" + purpose("TREAT") + "]}";
    std::vector<std::string> consents = {};
    std::string resources = {};
    ImplicitPolicy policy = ImplicitPolicy::none;
    std::string at = "2025-06-01T00:00:00Z";
};

std::expected<Decided, Unreadable> attempt(const Case& one) {
    const auto context = parse_json(one.context);
    REQUIRE(context);
    const auto question = read_question(*context);
    if (!question) return std::unexpected(Unreadable{question.error(), "context", 0});
    ResourcePool consents, resources;
    for (std::size_t i = 0; i < one.consents.size(); ++i)
        if (auto added = consents.add_text("consent-" + std::to_string(i), one.consents[i]); !added)
            return std::unexpected(added.error());
    if (!one.resources.empty())
        if (auto added = resources.add_text("resources", one.resources); !added) return std::unexpected(added.error());
    return decide({*question, consents, resources, one.policy, base::from_rfc3339(one.at).value()});
}

Decided run(const Case& one) {
    auto decided = attempt(one);
    if (!decided) FAIL(decided.error().error.message + " at " + decided.error().error.field);
    return std::move(*decided);
}
Decision decision(const Case& one) {
    return run(one).answer.decision;
}

using Names = std::vector<std::string>;

const std::string kPermitTreat = R"({"type":"permit","purpose":[)" + purpose("TREAT") + "]}";

}  // namespace

TEST_CASE("the patient is one, however she is referred to") {
    for (const char* reference : {"Patient/x", "Patient/x/_history/3", "https://h.example/fhir/Patient/x",
                                  "https://h.example/fhir/Patient/x/_history/1"}) {
        INFO(reference);
        const std::string subject = R"("status":"active","patient":{"reference":")" + std::string(reference) + "\"}";
        CHECK(decision({.consents = {consent(kPermitTreat, "c", subject)}}) == Decision::permit);
        const std::string asked =
            R"({"patient":")" + std::string(reference) + R"(","purpose":[)" + purpose("TREAT") + "]}";
        CHECK(decision({.context = asked, .consents = {consent(kPermitTreat)}}) == Decision::permit);
    }
    const std::string in_bundle =
        R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:aaaa","resource":{"resourceType":"Patient","id":"x"}},{"fullUrl":"urn:uuid:bbbb","resource":)" +
        consent(kPermitTreat, "c", R"("status":"active","patient":{"reference":"urn:uuid:aaaa"})") + "}]}";
    CHECK(decision({.consents = {in_bundle}}) == Decision::permit);
    const std::string by_number = bundle(
        {R"({"resourceType":"Patient","id":"x","identifier":[{"system":"urn:s","value":"7"}]})",
         consent(kPermitTreat, "c", R"("status":"active","patient":{"identifier":{"system":"urn:s","value":"7"}})")});
    CHECK(decision({.consents = {by_number}}) == Decision::permit);
}

TEST_CASE("a patient of the same id at another server is another patient") {
    const std::string two = R"({"resourceType":"Bundle","type":"collection","entry":[
        {"fullUrl":"https://a.example/fhir/Patient/x","resource":{"resourceType":"Patient","id":"x"}},
        {"fullUrl":"https://b.example/fhir/Patient/x","resource":{"resourceType":"Patient","id":"x"}},
        {"fullUrl":"https://b.example/fhir/Observation/1","resource":{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/x"}}}]})";
    const std::string context =
        R"({"patient":"https://a.example/fhir/Patient/x","purpose":[)" + purpose("TREAT") + "]}";
    const Decided decided = run({.context = context, .consents = {consent(kPermitTreat)}, .resources = two});
    CHECK(decided.visible == Names{"Patient/x"});
    CHECK(decided.hidden.empty());
}

TEST_CASE("consents of other patients are not looked at, and that is said") {
    const Decided decided =
        run({.consents = {consent(kPermitTreat, "c", R"("status":"active","patient":{"reference":"Patient/z"})")}});
    CHECK(decided.answer.decision == Decision::not_applicable);
    CHECK(
        std::ranges::any_of(decided.answer.reasons, [](const auto& reason) { return reason.rule == "other_patient"; }));
}

TEST_CASE("groups, teams and roles count while they hold") {
    const std::string to_group =
        R"({"type":"permit","actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Group/g"}}]})";
    const auto with = [&](const std::string& list) {
        return decision({.consents = {bundle({consent(to_group), list})}});
    };
    CHECK(with(R"({"resourceType":"Group","id":"g","member":[{"entity":{"reference":"Practitioner/y"}}]})") ==
          Decision::permit);
    CHECK(with(R"({"resourceType":"Group","id":"g","member":[{"entity":{"reference":"Practitioner/z"}}]})") ==
          Decision::not_applicable);
    CHECK(
        with(
            R"({"resourceType":"Group","id":"g","member":[{"entity":{"reference":"Practitioner/y"},"inactive":true}]})") ==
        Decision::not_applicable);
    CHECK(
        with(
            R"({"resourceType":"Group","id":"g","active":false,"member":[{"entity":{"reference":"Practitioner/y"}}]})") ==
        Decision::not_applicable);
    CHECK(
        with(
            R"({"resourceType":"Group","id":"g","member":[{"entity":{"reference":"Practitioner/y"},"period":{"end":"2024-12-31"}}]})") ==
        Decision::not_applicable);
    const std::string authenticated =
        R"({"patient":"Patient/x","actor":"Practitioner/y","actorGroups":["Group/g"],"purpose":[)" + purpose("TREAT") +
        "]}";
    CHECK(decision({.context = authenticated, .consents = {consent(to_group)}}) == Decision::permit);
    const std::string to_organization =
        R"({"type":"permit","actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Organization/o"}}]})";
    const std::string role =
        R"({"resourceType":"PractitionerRole","id":"r","practitioner":{"reference":"Practitioner/y"},"organization":{"reference":"Organization/o"}})";
    CHECK(decision({.consents = {bundle({consent(to_organization), role})}}) == Decision::permit);
    const std::string elsewhere =
        R"({"patient":"Patient/x","actor":"Practitioner/y","actorOrganization":"Organization/p","purpose":[)" +
        purpose("TREAT") + "]}";
    CHECK(decision({.context = elsewhere, .consents = {bundle({consent(to_organization), role})}}) ==
          Decision::not_applicable);
}

TEST_CASE("what is asked for must be permitted whole: kinds, codes and labels") {
    const std::string two =
        R"("provision":{"type":"permit","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"},{"system":"http://hl7.org/fhir/resource-types","code":"Condition"}]})";
    const auto asked = [&](const std::string& more) {
        return decision({.context = R"({"patient":"Patient/x",)" + more + "}", .consents = {r4(two)}});
    };
    CHECK(asked(R"("class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}])") ==
          Decision::permit);
    CHECK(asked(R"("class":[{"system":"http://hl7.org/fhir/fhir-types","code":"Condition"}])") == Decision::permit);
    CHECK(
        asked(
            R"("class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"},{"system":"http://hl7.org/fhir/resource-types","code":"Media"}])") ==
        Decision::not_applicable);
    const std::string label =
        R"({"type":"permit","securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]})";
    const auto labelled = [&](const char* code) {
        return decision(
            {.context =
                 R"({"patient":"Patient/x","securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":")" +
                 std::string(code) + "\"}]}",
             .consents = {consent(label)}});
    };
    CHECK(labelled("L") == Decision::permit);
    CHECK(labelled("N") == Decision::permit);
    CHECK(labelled("R") == Decision::not_applicable);
}

TEST_CASE("visible and hidden together are what is about the patient; a denial shows nothing") {
    const std::string record = bundle(
        {R"({"resourceType":"Patient","id":"x"})",
         R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/x"}})",
         R"({"resourceType":"Coverage","id":"2","beneficiary":{"reference":"Patient/x"}})",
         R"({"resourceType":"Task","id":"3","for":{"reference":"Patient/x"}})",
         R"({"resourceType":"Practitioner","id":"y"})",
         R"({"resourceType":"Observation","id":"4","subject":{"reference":"Patient/z"}})",
         R"({"resourceType":"Immunization","patient":{"reference":"Patient/x"},"status":"completed"})",
         R"({"resourceType":"Observation","id":"5","modifierExtension":[{"url":"u"}],"subject":{"reference":"Patient/x"}})"});
    const Decided permitted = run({.consents = {consent(kPermitTreat)}, .resources = record});
    CHECK(permitted.visible ==
          Names{"Coverage/2", "Immunization at entry[6].resource", "Observation/1", "Patient/x", "Task/3"});
    CHECK(permitted.hidden == Names{"Observation/5"});
    const Decided denied = run({.consents = {consent(R"({"type":"deny"})")}, .resources = record});
    CHECK(denied.answer.decision == Decision::deny);
    CHECK(denied.visible.empty());
    CHECK(denied.hidden.size() == 6);
}

TEST_CASE("data are told by labels, codes, kinds, authors, relations and time") {
    const std::string record = bundle(
        {R"({"resourceType":"Observation","id":"normal","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]},"subject":{"reference":"Patient/x"},"effectiveDateTime":"1965-04-01","encounter":{"reference":"Encounter/e"},"performer":[{"reference":"Practitioner/a"}]})",
         R"({"resourceType":"Observation","id":"both","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"},{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"subject":{"reference":"Patient/x"},"effectiveDateTime":"2022","code":{"coding":[{"system":"urn:s","code":"k"}]}})",
         R"({"resourceType":"Encounter","id":"e","subject":{"reference":"Patient/x"},"period":{"start":"2022-02-01","end":"2023-02-01"}})"});
    const auto sees = [&](const std::string& rule) {
        return run({.consents = {consent(rule)}, .resources = record}).visible;
    };
    CHECK(
        sees(
            R"({"type":"permit","securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]})") ==
        Names{"Observation/normal"});
    CHECK(sees(R"({"type":"permit","data":[{"meaning":"related","reference":{"reference":"Encounter/e"}}]})") ==
          Names{"Encounter/e", "Observation/normal"});
    CHECK(
        sees(
            R"({"type":"permit","data":[{"meaning":"instance","reference":{"reference":"https://h/fhir/Encounter/e"}}]})") ==
        Names{"Encounter/e"});
    CHECK(sees(R"({"type":"permit","data":[{"meaning":"authoredby","reference":{"reference":"Practitioner/a"}}]})") ==
          Names{"Observation/normal"});
    CHECK(sees(R"({"type":"permit","dataPeriod":{"start":"1960","end":"1969"}})") == Names{"Observation/normal"});
    CHECK(sees(R"({"type":"permit","dataPeriod":{"start":"2022-01-01","end":"2022-12-31"}})") ==
          Names{"Observation/both"});
    CHECK(
        sees(
            R"({"type":"permit","provision":[{"type":"deny","dataPeriod":{"start":"2022-01-01","end":"2022-12-31"}}]})") ==
        Names{"Observation/normal"});
    CHECK(
        sees(
            R"({"type":"permit","provision":[{"type":"deny","code":[{"coding":[{"system":"urn:s","code":"k"}]}]}]})") ==
        Names{"Encounter/e", "Observation/normal"});
    CHECK(
        sees(
            R"({"type":"permit","provision":[{"type":"deny","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]}]})") ==
        Names{"Encounter/e"});
}

TEST_CASE("under IHE PCF a residual permit overrides a forbid beside it") {
    const std::string record = bundle(
        {R"({"resourceType":"Observation","id":"1","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"subject":{"reference":"Patient/x"}})"});
    const std::string label =
        R"("securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}])";
    const std::string actor =
        R"("actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Practitioner/y"}}])";
    const std::string rule = R"({"type":"permit","provision":[{"type":"deny",)" + label + R"(},{"type":"permit",)" +
                             actor + "," + label + "}]}";
    CHECK(run({.consents = {consent(rule)}, .resources = record}).visible == Names{"Observation/1"});
    const std::string other =
        R"({"patient":"Patient/x","actor":"Practitioner/z","purpose":[)" + purpose("TREAT") + "]}";
    CHECK(run({.context = other, .consents = {consent(rule)}, .resources = record}).hidden == Names{"Observation/1"});
}

TEST_CASE("residual rules are told as IHE PCF's token extension has them") {
    const std::string rule =
        R"({"type":"permit","dataPeriod":{"start":"2022-01-01","end":"2022-12-31"},"provision":[{"type":"deny","data":[{"meaning":"authoredby","reference":{"reference":"Patient/x"}}]}]})";
    CHECK(
        write_json(residual_json(run({.consents = {consent(rule)}}))) ==
        R"([{"type":"forbid"},{"type":"permit","dataPeriod":{"start":"2022-01-01","end":"2022-12-31"}},{"type":"forbid","data":[{"meaning":"authoredby","reference":{"reference":"Patient/x"}}]}])");
}

TEST_CASE("the version that stood at the instant counts, and a consent that names what it replaces replaces it") {
    const auto version = [&](const char* number, const char* updated, const std::string& rule) {
        std::string out = consent(rule);
        const std::string meta = R"("meta":{)";
        out.replace(out.find(meta), meta.size(),
                    R"("meta":{"versionId":")" + std::string(number) + R"(","lastUpdated":")" + updated + "\",");
        return out;
    };
    const std::vector<std::string> history = {version("2", "2025-01-01T00:00:00Z", R"({"type":"deny"})"),
                                              version("1", "2024-01-01T00:00:00Z", kPermitTreat)};
    CHECK(decision({.consents = history, .at = "2024-06-01T00:00:00Z"}) == Decision::permit);
    CHECK(decision({.consents = history, .at = "2025-06-01T00:00:00Z"}) == Decision::deny);
    CHECK(decision({.consents = {consent(kPermitTreat), consent(R"({"type":"deny"})")}}) ==
          Decision::deny);  // nothing tells which is newer
    const std::string provenance =
        R"({"resourceType":"Provenance","target":[{"reference":"Consent/new"}],"recorded":"2024-02-01T00:00:00Z","entity":[{"role":"revision","what":{"reference":"Consent/c"}}]})";
    const Case replaced{
        .consents = {bundle({consent(R"({"type":"deny"})"), consent(kPermitTreat, "new"), provenance})}};
    CHECK(decision(replaced) == Decision::permit);
    Case before = replaced;
    before.at = "2024-01-15T00:00:00Z";
    CHECK(decision(before) == Decision::deny);
}

TEST_CASE("break-glass carries its reason, limit, alert and review as obligations") {
    const std::string rule = R"({"type":"deny","provision":[{"type":"permit","purpose":[)" + purpose("BTG") + "]}]}";
    const Decided decided =
        run({.context = R"({"patient":"Patient/x","actor":"Practitioner/y","purpose":[)" + purpose("BTG") + "]}",
             .consents = {consent(rule)}});
    CHECK(decided.answer.decision == Decision::permit);
    CHECK(decided.answer.obligations ==
          Names{"break-glass alert", "break-glass reason", "break-glass review", "break-glass time limit"});
    const Decided implicit = run({.context = R"({"patient":"Patient/x","purpose":[)" + purpose("BTG") + "]}",
                                  .policy = ImplicitPolicy::break_glass_only});
    CHECK(implicit.answer.decision == Decision::permit);
    CHECK(implicit.answer.obligations.size() == 4);
    CHECK(decision({.context = R"({"patient":"Patient/x","purpose":[)" + purpose("BTG") + "]}",
                    .policy = ImplicitPolicy::basic_normal}) == Decision::deny);
}

TEST_CASE("consents that do not count say why") {
    const Decided decided =
        run({.consents = {consent(kPermitTreat, "a", R"("status":"inactive","patient":{"reference":"Patient/x"})"),
                          consent(R"({"type":"permit","period":{"end":"2024-12-31"}})", "b")}});
    CHECK(decided.answer.decision == Decision::not_applicable);
    const auto said = [&](const std::string& id, const std::string& word) {
        return std::ranges::any_of(decided.answer.reasons, [&](const auto& reason) {
            return reason.consent == id && reason.text.find(word) != std::string::npos;
        });
    };
    CHECK(said("Consent/a", "inactive"));
    CHECK(said("Consent/b", "expired"));
}

TEST_CASE("readings that hide the same data agree, even where their rules are written differently") {
    const std::string same = r4(
        R"("provision":{"type":"permit","securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}],"provision":[{"type":"deny","class":[{"system":"urn:s","code":"x"}]}]})");
    CHECK(decision({.consents = {same}}) == Decision::permit);
    const std::string different = r4(
        R"("provision":{"type":"permit","securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}],"provision":[{"type":"permit","class":[{"system":"urn:s","code":"x"}]}]})");
    CHECK(decision({.consents = {different}}) == Decision::indeterminate);
    const std::string nobody = r4(
        R"("provision":{"type":"permit","securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}],"provision":[{"type":"deny","actor":[{"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"Practitioner/y"}}]}]})");
    CHECK(decision({.consents = {nobody}}) == Decision::deny);
}

TEST_CASE("DUO purposes and the uses of models stand in the same lattice") {
    const auto asked = [](const std::string& system, const std::string& code) {
        return R"({"patient":"Patient/x","purpose":[{"system":")" + system + R"(","code":")" + code + "\"}]}";
    };
    const std::string research = R"({"type":"permit","purpose":[)" + purpose("HRESCH") + "]}";
    const std::string duo = "http://purl.obolibrary.org/obo/duo.owl";
    CHECK(decision({.context = asked(duo, "DUO:0000006"), .consents = {consent(research)}}) == Decision::permit);
    const std::string biomedical = R"({"type":"permit","purpose":[{"system":")" + duo + R"(","code":"DUO:0000006"}]})";
    CHECK(decision({.context = asked("http://terminology.hl7.org/CodeSystem/v3-ActReason", "BIORCH"),
                    .consents = {consent(biomedical)}}) == Decision::permit);
    CHECK(decision({.context = asked("http://terminology.hl7.org/CodeSystem/v3-ActReason", "POARCH"),
                    .consents = {consent(biomedical)}}) == Decision::not_applicable);
    CHECK(decision({.context = asked("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HRESCH"),
                    .consents = {consent(biomedical)}}) == Decision::not_applicable);
    CHECK(decision({.context = asked("urn:placet:model-use", "TRAIN"), .consents = {consent(research)}}) ==
          Decision::not_applicable);
}

TEST_CASE("German broad consents are told by their codes, and every code asked must be permitted") {
    const std::string rule = R"("provision":{"type":"deny","period":{"start":"2020","end":"2050"},"provision":[
        {"type":"permit","period":{"end":"2030"},"code":[{"coding":[{"system":"urn:oid:2.16.840.1.113883.3.1937.777.24.5.3","code":"6"}]},{"coding":[{"system":"urn:oid:2.16.840.1.113883.3.1937.777.24.5.3","code":"7"}]}]}]})";
    const auto asked = [&](const std::vector<std::string>& codes, const std::string& at = "2025-06-01T00:00:00Z") {
        std::string list;
        for (const std::string& code : codes)
            list += (list.empty() ? "" : ",") +
                    (R"({"system":"urn:oid:2.16.840.1.113883.3.1937.777.24.5.3","code":")" + code + "\"}");
        return decision(
            {.context = R"({"patient":"Patient/x","code":[)" + list + "]}", .consents = {r4(rule)}, .at = at});
    };
    CHECK(asked({"6"}) == Decision::permit);
    CHECK(asked({"6", "7"}) == Decision::permit);
    CHECK(asked({"6", "8"}) == Decision::deny);
    CHECK(asked({"6"}, "2031-01-01T00:00:00Z") == Decision::deny);
    CHECK(asked({"6"}, "2051-01-01T00:00:00Z") == Decision::not_applicable);
}

TEST_CASE("a filtered Bundle holds what is visible and a corrected total") {
    const std::string searchset = R"({"resourceType":"Bundle","type":"searchset","total":12,"entry":[
        {"resource":{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/x"},"code":{"coding":[{"system":"urn:s","code":"k"}]}},"search":{"mode":"match"}},
        {"resource":{"resourceType":"Observation","id":"2","subject":{"reference":"Patient/x"}},"search":{"mode":"match"}},
        {"resource":{"resourceType":"Observation","id":"3","subject":{"reference":"Patient/z"}},"search":{"mode":"match"}},
        {"resource":{"resourceType":"Practitioner","id":"y"},"search":{"mode":"include"}}]})";
    const auto context = parse_json(R"({"patient":"Patient/x","purpose":[)" + purpose("TREAT") + "]}");
    const auto question = read_question(*context);
    ResourcePool consents, resources;
    REQUIRE(consents.add_text(
        "c",
        consent(
            R"({"type":"permit","provision":[{"type":"deny","code":[{"coding":[{"system":"urn:s","code":"k"}]}]}]})")));
    REQUIRE(resources.add_text("r", searchset));
    const DecisionInput input{*question, consents, resources, ImplicitPolicy::none,
                              base::from_rfc3339("2025-06-01T00:00:00Z").value()};
    const auto decided = decide(input);
    REQUIRE(decided);
    const JsonValue filtered = filtered_bundle(*resources.bundle(), input, *decided);
    CHECK(filtered.find("total")->text == "10");
    REQUIRE(filtered.find("entry")->elements.size() == 2);
    CHECK(filtered.find("entry")->elements[0].find("resource")->text_of("id") == "2");
    CHECK(filtered.find("entry")->elements[1].find("resource")->text_of("id") == "y");
}

TEST_CASE("what cannot be read names file, element and line") {
    const auto bad = attempt({.consents = {bundle({"{\"resourceType\":\"Patient\",\"id\":\"x\"}",
                                                   "{\n" + consent(R"({"type":"allow"})").substr(1)})}});
    REQUIRE_FALSE(bad);
    CHECK(bad.error().file == "consent-0");
    CHECK(bad.error().error.field == "entry[1].resource: Consent.provision.type");
    CHECK(bad.error().line > 1);
    const auto lines = attempt({.consents = {"{\"resourceType\":\"Patient\",\"id\":\"x\"}\n{\"resourceType\":"
                                             "\"Consent\",\"status\":\"active\",\"except\":[]}\n"}});
    REQUIRE_FALSE(lines);
    CHECK(lines.error().line == 2);
    CHECK(lines.error().error.field == "line 2: Consent.except");
    CHECK(attempt({.consents = {"{\"resourceType\":\"Patient\","}}).error().line == 1);
    CHECK(attempt({.consents = {"[1]"}}).error().file == "consent-0");
}

TEST_CASE("a question with an unknown or malformed field is refused with the field") {
    struct Bad {
        std::string context, field, words;
    };
    for (const auto& [context, field, words] : std::initializer_list<Bad>{
             {R"({"patient":"Patient/x","purposes":[]})", "purposes", "\"purpose\""},
             {R"({"patient":"Patient/x","actorOrganisation":"Organization/o"})", "actorOrganisation",
              "\"actorOrganization\""},
             {R"({"actor":"Practitioner/y"})", "patient", "needs"},
             {R"({"patient":"Practitioner/y"})", "patient", "Patient"},
             {R"({"patient":"x"})", "patient", "reference"},
             {R"({"patient":"Patient/x","purpose":{"code":"TREAT"}})", "purpose", "list"},
             {R"({"patient":"Patient/x","purpose":[{"system":"urn:s"}]})", "purpose[0].code", "code"},
             {R"({"patient":"Patient/x","purpose":[{"sytem":"s","code":"c"}]})", "purpose[0].sytem", "\"system\""},
             {R"({"patient":"Patient/x","at":"yesterday"})", "at", "RFC 3339"},
             {R"({"patient":"Patient/x","action":["access"]})", "action", "text"},
             {R"({"patient":"Patient/x","actorGroups":"Group/g"})", "actorGroups", "list"},
             {R"({"patient":"Patient/x","jurisdiction":"?"})", "jurisdiction", "ISO"}}) {
        INFO(context);
        const auto refused = attempt({.context = context});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().error.field == field);
        CHECK(refused.error().error.message.find(words) != std::string::npos);
    }
}
