// Keeps what is known to be harmless.
#include "api/gateway/deidentify.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "api/fhir/data_context.hpp"
#include "api/fhir/fhir_time.hpp"
#include "api/fhir/reference_names.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::gateway {

using contracts::consent::DataContext;
using fhir::JsonKind;
using fhir::JsonMember;
using fhir::JsonValue;

namespace {

/// Whole elements that stay behind, wherever they stand.
constexpr std::array<std::string_view, 25> kDropped{"text",
                                                    "note",
                                                    "identifier",
                                                    "name",
                                                    "telecom",
                                                    "address",
                                                    "contact",
                                                    "photo",
                                                    "contained",
                                                    "extension",
                                                    "display",
                                                    "conclusion",
                                                    "comment",
                                                    "description",
                                                    "title",
                                                    "div",
                                                    "presentedForm",
                                                    "content",
                                                    "attachment",
                                                    "valueAttachment",
                                                    "sourceAttachment",
                                                    "patientInstruction",
                                                    "link",
                                                    "generalPractitioner",
                                                    "meta"};

/// Text elements whose values are codes, units or versions.
constexpr std::array<std::string_view, 22> kCodes{
    "resourceType", "status",    "intent", "priority",   "system",  "code",      "unit",     "version",
    "type",         "use",       "mode",   "comparator", "gender",  "kind",      "category", "outcome",
    "criticality",  "valueCode", "class",  "condition",  "lateral", "periodUnit"};

template <class List>
bool is_in(const List& list, std::string_view name) noexcept {
    return std::ranges::find(list, name) != list.end();
}

/// Elements that hold dates; a text elsewhere that looks like one may be a birth date.
bool is_date_name(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> kNames{"start", "end", "issued", "authoredOn", "date"};
    return name != "birthDate" && name != "deceasedDateTime" &&
           (is_in(kNames, name) || name.ends_with("Date") || name.ends_with("DateTime"));
}

std::string key_of(const JsonValue& resource) {
    return std::string(resource.text_of("resourceType")) + "/" + std::string(resource.text_of("id"));
}

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
        const crypto::Hash hash =
            crypto::hmac_sha256(patient_.secret.view(), base::as_bytes("placet/released-id/1:" + key_of(source)));
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
                if (const std::string_view text = label.text_of(name); !text.empty())
                    one.set(name, JsonValue::string(text));
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
            case JsonKind::null:
                return false;
            case JsonKind::boolean:
            case JsonKind::number:
                out.text = source.text;
                return true;
            case JsonKind::string:
                return string(name, source.text, out);
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
        const bool is_code = is_in(kCodes, name) && text.size() <= 128 &&
                             (name == "unit" || text.find_first_of(" \t\r\n") == std::string::npos);
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
    if (const std::string_view gender = source.text_of("gender");
        gender == "male" || gender == "female" || gender == "other" || gender == "unknown")
        out.set("gender", JsonValue::string(gender));
    const std::string birth(source.text_of("birthDate"));
    if (fhir::read_date_time(birth)) {
        const int year = std::max(std::atoi(birth.substr(0, 4).c_str()), this_year - 90);
        out.set("birthDate", JsonValue::string(std::to_string(year)));
    }
    if (source.find("deceasedDateTime") != nullptr || source.find("deceasedBoolean") != nullptr) {
        JsonValue dead = JsonValue::string(
            source.find("deceasedDateTime") != nullptr ? "true" : source.find("deceasedBoolean")->text);
        dead.kind = JsonKind::boolean;
        if (dead.text == "true" || dead.text == "false") out.set("deceasedBoolean", std::move(dead));
    }
    return out;
}

}  // namespace

std::vector<JsonValue> deidentified(const std::vector<JsonValue>& resources, const RegisteredPatient& patient,
                                    int this_year) {
    const Filter filter(resources, patient);
    std::vector<JsonValue> out;
    for (const JsonValue& resource : resources)
        out.push_back(key_of(resource) == patient.reference ? patient_resource(resource, patient, this_year)
                                                            : filter.resource(resource));
    return out;
}

std::vector<DataContext> data_contexts_of(const std::vector<JsonValue>& resources, std::string_view patient_reference) {
    const auto name = [&](const JsonValue& reference) {
        const std::string_view literal = reference.text_of("reference");
        const fhir::Address address = fhir::address_of(literal);
        const std::string target = address.type_and_id.empty()
                                       ? std::string(literal)
                                       : std::string(address.base) + std::string(address.type_and_id);
        return target == patient_reference ? std::string(contracts::consent::kSubject) : target;
    };
    std::vector<DataContext> out;
    std::map<std::string, std::set<std::string>> referred_by;
    for (const JsonValue& resource : resources) {
        const std::string own = key_of(resource);
        out.push_back(fhir::data_context_of(
            resource, own == patient_reference ? std::string(contracts::consent::kSubject) : own, name));
        for (const std::string& other : out.back().related) referred_by[other].insert(own);
    }
    for (DataContext& data : out)
        if (data.reference != contracts::consent::kSubject)
            data.referred_by.assign(referred_by[data.reference].begin(), referred_by[data.reference].end());
    return out;
}

}  // namespace placet::api::gateway
