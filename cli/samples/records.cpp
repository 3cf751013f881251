// Resources as FHIR R4 has them, with the free text that must never leave.
#include "cli/samples/records.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

namespace placet::cli::samples {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kLoinc = "http://loinc.org";
constexpr std::string_view kUnits = "http://unitsofmeasure.org";

Json concept_of(std::string_view system, std::string_view code, std::string_view display) {
    return {{"coding", Json::array({Json{{"system", system}, {"code", code}, {"display", display}}})}};
}
Json subject_of(const Person& person) { return {{"reference", person.reference()}, {"display", person.name()}}; }
Json quantity(double value, std::string_view unit) { return {{"value", value}, {"unit", unit}, {"system", kUnits}, {"code", unit}}; }
std::string a_day(Random& random) { return fmt::format("20{}-{:02}-{:02}", 20 + random.below(4), 1 + random.below(12), 1 + random.below(28)); }

struct Measure {
    std::string_view code;
    std::string_view display;
    std::string_view unit;
    double low;
    double high;
};
constexpr Measure kMeasures[] = {
    {"29463-7", "Body weight", "kg", 48, 120},
    {"4548-4", "Hemoglobin A1c", "%", 4.6, 9.8},
    {"2339-0", "Glucose", "mg/dL", 70, 240},
    {"8867-4", "Heart rate", "/min", 52, 110},
};

struct Illness {
    std::string_view code;
    std::string_view display;
    std::string_view drug;
    std::string_view drug_name;
};
constexpr Illness kIllnesses[] = {
    {"44054006", "Diabetes mellitus type 2", "860975", "Metformin 500 MG"},
    {"38341003", "Hypertensive disorder", "314076", "Lisinopril 10 MG"},
    {"195967001", "Asthma", "745679", "Salbutamol inhaler"},
    {"13645005", "Chronic obstructive lung disease", "896188", "Tiotropium inhaler"},
};

Json observation(Random& random, const Person& person, std::size_t index) {
    const Measure& measure = kMeasures[index % std::size(kMeasures)];
    const double value = measure.low + (measure.high - measure.low) * static_cast<double>(random.below(1000)) / 1000.0;
    return {{"resourceType", "Observation"},
            {"id", fmt::format("{}-o{}", person.id, index + 1)},
            {"meta", {{"security", Json::array({Json{{"system", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"}, {"code", "N"}}})}}},
            {"status", "final"},
            {"code", concept_of(kLoinc, measure.code, measure.display)},
            {"subject", subject_of(person)},
            {"encounter", {{"reference", fmt::format("Encounter/{}-e1", person.id)}}},
            {"effectiveDateTime", a_day(random)},
            {"valueQuantity", quantity(static_cast<double>(static_cast<int>(value * 10)) / 10.0, measure.unit)},
            {"note", Json::array({Json{{"text", person.finding}}})}};
}

Json report(Random& random, const Person& person, std::size_t observations) {
    Json results = Json::array();
    for (std::size_t i = 1; i <= observations; ++i) results.push_back({{"reference", fmt::format("Observation/{}-o{}", person.id, i)}});
    return {{"resourceType", "DiagnosticReport"},
            {"id", person.id + "-r1"},
            {"text", {{"status", "generated"}, {"div", fmt::format("<div xmlns=\"http://www.w3.org/1999/xhtml\">{} ({})</div>", person.name(), person.number)}}},
            {"status", "final"},
            {"code", concept_of(kLoinc, "24323-8", "Comprehensive metabolic panel")},
            {"subject", subject_of(person)},
            {"effectiveDateTime", a_day(random)},
            {"result", results},
            {"conclusion", person.finding}};
}

}  // namespace

Json make_patient(const Person& person, std::string_view hospital) {
    return {{"resourceType", "Patient"},
            {"id", person.id},
            {"identifier", Json::array({Json{{"system", fmt::format("https://{}.example/patients", hospital)}, {"value", person.number}}})},
            {"name", Json::array({Json{{"family", person.family}, {"given", Json::array({person.given})}}})},
            {"telecom", Json::array({Json{{"system", "phone"}, {"value", person.phone}}})},
            {"gender", person.gender},
            {"birthDate", person.birth_date},
            {"address", Json::array({Json{{"line", Json::array({person.street})}, {"city", person.city}}})}};
}

Json make_record(Random& random, const Person& person, std::string_view hospital) {
    const Illness& illness = random.pick(kIllnesses);
    const std::size_t observations = 2 + random.below(4);
    std::vector<Json> resources{make_patient(person, hospital)};
    resources.push_back({{"resourceType", "Encounter"}, {"id", person.id + "-e1"}, {"status", "finished"},
                         {"class", {{"system", "http://terminology.hl7.org/CodeSystem/v3-ActCode"}, {"code", "AMB"}}},
                         {"subject", subject_of(person)}, {"period", {{"start", a_day(random)}}}});
    for (std::size_t i = 0; i < observations; ++i) resources.push_back(observation(random, person, i));
    resources.push_back({{"resourceType", "Condition"}, {"id", person.id + "-c1"},
                         {"code", concept_of("http://snomed.info/sct", illness.code, illness.display)},
                         {"subject", subject_of(person)}, {"recordedDate", a_day(random)}});
    resources.push_back({{"resourceType", "MedicationRequest"}, {"id", person.id + "-m1"}, {"status", "active"}, {"intent", "order"},
                         {"medicationCodeableConcept", concept_of("http://www.nlm.nih.gov/research/umls/rxnorm", illness.drug, illness.drug_name)},
                         {"subject", subject_of(person)}, {"authoredOn", a_day(random)},
                         {"dosageInstruction", Json::array({Json{{"text", person.remark}}})}});
    resources.push_back(report(random, person, observations));

    Json entries = Json::array();
    for (Json& resource : resources) {
        const std::string url = fmt::format("https://{}.example/fhir/{}/{}", hospital, resource["resourceType"].get<std::string>(), resource["id"].get<std::string>());
        entries.push_back({{"fullUrl", url}, {"resource", std::move(resource)}});
    }
    return {{"resourceType", "Bundle"}, {"type", "collection"}, {"entry", std::move(entries)}};
}

}  // namespace placet::cli::samples
