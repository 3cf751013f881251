// Keeps what is known to be harmless.
#include "api/gateway/deidentify.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "api/fhir/fhir_time.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::gateway {

using contracts::Coding;
using contracts::consent::DataContext;
using fhir::JsonKind;
using fhir::JsonMember;
using fhir::JsonValue;

namespace {

/// Whole elements that stay behind, wherever they stand.
constexpr std::array<std::string_view, 25> kDropped{
    "text",    "note",       "identifier", "name",    "telecom",      "address",     "contact", "photo",         "contained",
    "extension", "display",  "conclusion", "comment", "description",  "title",       "div",     "presentedForm", "content",
    "attachment", "valueAttachment", "sourceAttachment", "patientInstruction", "link", "generalPractitioner", "meta"};

/// Text elements whose values are codes, units or versions.
constexpr std::array<std::string_view, 22> kCodes{
    "resourceType", "status", "intent", "priority", "system",  "code",        "unit",      "version", "type",      "use",     "mode",
    "comparator",   "gender", "kind",   "category", "outcome", "criticality", "valueCode", "class",   "condition", "lateral", "periodUnit"};

template <class List>
bool is_in(const List& list, std::string_view name) noexcept {
    return std::ranges::find(list, name) != list.end();
}

/// Elements that hold dates; a text elsewhere that looks like one may be a birth date.
bool is_date_name(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> kNames{"start", "end", "issued", "authoredOn", "date"};
    return name != "birthDate" && name != "deceasedDateTime" && (is_in(kNames, name) || name.ends_with("Date") || name.ends_with("DateTime"));
}

std::string key_of(const JsonValue& resource) { return std::string(resource.text_of("resourceType")) + "/" + std::string(resource.text_of("id")); }

class Filter {
public:
    Filter(const std::vector<JsonValue>& resources, const RegisteredPatient& patient) : patient_(patient) {
        for (const JsonValue& resource : resources) ids_.emplace(key_of(resource), released_id(resource));
    }

    JsonValue resource(const JsonValue& source) const {
        JsonValue out = JsonValue::object();
        out.set("resourceType", JsonValue::string(source.text_of("resourceType")));
        out.set("id", JsonValue::string(ids_.at(key_of(source))));
        if (JsonValue labels = security_of(source); !labels.elements.empty()) {
            JsonValue meta = JsonValue::object();
            meta.set("security", std::move(labels));
            out.set("meta", std::move(meta));
        }
        for (const JsonMember& member : source.members)
            if (member.name != "resourceType" && member.name != "id") keep(out, member);
        return out;
    }

private:
    std::string released_id(const JsonValue& source) const {
        if (key_of(source) == patient_.reference) return base::to_hex(patient_.pseudonym.view());
        const crypto::Hash hash = crypto::hmac_sha256(patient_.secret.view(), base::as_bytes("placet/released-id/1:" + key_of(source)));
        return base::to_hex(hash.view()).substr(0, 32);
    }

    static JsonValue security_of(const JsonValue& source) {
        JsonValue out = JsonValue::array();
        const JsonValue* meta = source.find("meta");
        const JsonValue* labels = meta == nullptr ? nullptr : meta->find("security");
        if (labels == nullptr) return out;
        for (const JsonValue& label : labels->elements) {
            JsonValue one = JsonValue::object();
            for (const std::string_view name : {"system", "code"})
                if (const std::string_view text = label.text_of(name); !text.empty()) one.set(name, JsonValue::string(text));
            if (!one.members.empty()) out.elements.push_back(std::move(one));
        }
        return out;
    }

    void keep(JsonValue& out, const JsonMember& member) const {
        if (member.name.starts_with('_') || is_in(kDropped, member.name)) return;
        JsonValue kept;
        if (value(member.name, member.value, kept)) out.set(member.name, std::move(kept));
    }

    /// False if nothing of it is kept.
    bool value(std::string_view name, const JsonValue& source, JsonValue& out) const {
        out.kind = source.kind;
        switch (source.kind) {
            case JsonKind::null: return false;
            case JsonKind::boolean:
            case JsonKind::number: out.text = source.text; return true;
            case JsonKind::string: return string(name, source.text, out);
            case JsonKind::array:
                for (const JsonValue& element : source.elements) {
                    JsonValue kept;
                    if (value(name, element, kept)) out.elements.push_back(std::move(kept));
                }
                return !out.elements.empty();
            case JsonKind::object:
                if (source.find("reference") != nullptr) return reference(source, out);
                for (const JsonMember& member : source.members) keep(out, member);
                return !out.members.empty();
        }
        return false;
    }

    static bool string(std::string_view name, const std::string& text, JsonValue& out) {
        const bool is_code = is_in(kCodes, name) && text.size() <= 128 && (name == "unit" || text.find_first_of(" \t\r\n") == std::string::npos);
        if (!is_code && !(is_date_name(name) && fhir::read_date_time(text))) return false;
        out.text = text;
        return true;
    }

    bool reference(const JsonValue& source, JsonValue& out) const {
        const std::string_view target = source.text_of("reference");
        const auto own = ids_.find(target);
        if (own != ids_.end()) {
            const std::string type(target.substr(0, target.find('/')));
            out.set("reference", JsonValue::string(type + "/" + own->second));
            return true;
        }
        if (target == patient_.reference) {
            out.set("reference", JsonValue::string("Patient/" + base::to_hex(patient_.pseudonym.view())));
            return true;
        }
        if (!target.starts_with("Organization/")) return false;
        out.set("reference", JsonValue::string(target));
        return true;
    }

    const RegisteredPatient& patient_;
    std::map<std::string, std::string, std::less<>> ids_;  ///< "Type/id" → id as released
};

/// A Patient keeps her gender, the year of birth, and whether she died.
JsonValue patient_resource(const JsonValue& source, const RegisteredPatient& patient, int this_year) {
    JsonValue out = JsonValue::object();
    out.set("resourceType", JsonValue::string("Patient"));
    out.set("id", JsonValue::string(base::to_hex(patient.pseudonym.view())));
    if (const std::string_view gender = source.text_of("gender"); gender == "male" || gender == "female" || gender == "other" || gender == "unknown")
        out.set("gender", JsonValue::string(gender));
    const std::string birth(source.text_of("birthDate"));
    if (fhir::read_date_time(birth)) {
        const int year = std::max(std::atoi(birth.substr(0, 4).c_str()), this_year - 90);
        out.set("birthDate", JsonValue::string(std::to_string(year)));
    }
    if (source.find("deceasedDateTime") != nullptr || source.find("deceasedBoolean") != nullptr) {
        JsonValue dead = JsonValue::string(source.find("deceasedDateTime") != nullptr ? "true" : source.find("deceasedBoolean")->text);
        dead.kind = JsonKind::boolean;
        if (dead.text == "true" || dead.text == "false") out.set("deceasedBoolean", std::move(dead));
    }
    return out;
}

void collect_codings(const JsonValue& value, std::vector<Coding>& out) {
    if (value.is(JsonKind::array))
        for (const JsonValue& element : value.elements) collect_codings(element, out);
    if (!value.is(JsonKind::object)) return;
    if (const JsonValue* codings = value.find("coding")) return collect_codings(*codings, out);
    if (const std::string_view code = value.text_of("code"); !code.empty()) out.push_back({std::string(value.text_of("system")), std::string(code)});
}

void collect_references(const JsonValue& value, std::string_view patient_reference, std::vector<std::string>& out) {
    for (const JsonValue& element : value.elements) collect_references(element, patient_reference, out);
    for (const JsonMember& member : value.members) {
        if (member.name == "reference" && member.value.is(JsonKind::string))
            out.push_back(member.value.text == patient_reference ? std::string(contracts::consent::kSubject) : member.value.text);
        else
            collect_references(member.value, patient_reference, out);
    }
}

}  // namespace

bool is_understood(const JsonValue& resource) {
    if (resource.find("implicitRules") != nullptr || resource.find("modifierExtension") != nullptr) return false;
    for (const JsonValue& element : resource.elements)
        if (!is_understood(element)) return false;
    for (const JsonMember& member : resource.members)
        if (!is_understood(member.value)) return false;
    return true;
}

std::vector<JsonValue> deidentified(const std::vector<JsonValue>& resources, const RegisteredPatient& patient, int this_year) {
    const Filter filter(resources, patient);
    std::vector<JsonValue> out;
    for (const JsonValue& resource : resources)
        out.push_back(key_of(resource) == patient.reference ? patient_resource(resource, patient, this_year) : filter.resource(resource));
    return out;
}

DataContext data_context_of(const JsonValue& resource, std::string_view patient_reference) {
    DataContext out;
    const std::string own = key_of(resource);
    out.reference = own == patient_reference ? std::string(contracts::consent::kSubject) : own;
    collect_references(resource, patient_reference, out.related);
    for (const std::string_view name : {"performer", "author", "recorder", "asserter", "requester", "informant"})
        if (const JsonValue* value = resource.find(name)) collect_references(*value, patient_reference, out.authors);
    const std::string type(resource.text_of("resourceType"));
    out.resource_types.push_back({"http://hl7.org/fhir/resource-types", type});
    out.classes.push_back({"http://hl7.org/fhir/resource-types", type});
    for (const std::string_view name : {"code", "medicationCodeableConcept", "vaccineCode"})
        if (const JsonValue* value = resource.find(name)) collect_codings(*value, out.codes);
    if (const JsonValue* meta = resource.find("meta"))
        if (const JsonValue* labels = meta->find("security")) collect_codings(*labels, out.security_labels);
    for (const std::string_view name : {"effectiveDateTime", "issued", "recordedDate", "authoredOn", "onsetDateTime", "performedDateTime", "date"}) {
        const auto at = fhir::read_date_time(resource.text_of(name));
        if (!at) continue;
        out.at_ms = at->earliest;
        break;
    }
    if (!out.at_ms)
        if (const JsonValue* period = resource.find("period"))
            if (const auto at = fhir::read_date_time(period->text_of("start"))) out.at_ms = at->earliest;
    return out;
}

}  // namespace placet::api::gateway
