// Reads any resource generically: elements by their names, whatever its type.
#include "api/fhir/data_context.hpp"

#include <algorithm>
#include <array>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/reading.hpp"

namespace placet::api::fhir {

using contracts::Coding;
using contracts::consent::DataContext;
using contracts::consent::Period;

namespace {

bool is_coding(const JsonValue& value) {
    constexpr std::array<std::string_view, 7> kMembers = {"id",   "extension", "system",      "version",
                                                          "code", "display",   "userSelected"};
    if (!value.is(JsonKind::object) || value.text_of("code").empty()) return false;
    return std::ranges::all_of(value.members, [&](const JsonMember& member) {
        return std::ranges::find(kMembers, member.name) != kMembers.end();
    });
}

Coding coding_of(const JsonValue& value) {
    return {usual_system(value.text_of("system")), std::string(value.text_of("code"))};
}

void collect_codings(const JsonValue& value, std::vector<Coding>& out) {
    if (is_coding(value)) return out.push_back(coding_of(value));
    for (const JsonValue& element : value.elements) collect_codings(element, out);
    for (const JsonMember& member : value.members)
        if (member.name != "meta" && member.name != "text") collect_codings(member.value, out);
}

void collect_references(const JsonValue& value, const ReferenceResolver& name, std::vector<std::string>& out) {
    for (const JsonValue& element : value.elements) collect_references(element, name, out);
    if (!value.is(JsonKind::object)) return;
    if (const JsonValue* reference = value.find("reference"); reference != nullptr && reference->is(JsonKind::string))
        if (std::string one = name(value); !one.empty()) out.push_back(std::move(one));
    for (const JsonMember& member : value.members) collect_references(member.value, name, out);
}

/// DS4P's labels of single elements raise the mark of the whole.
void collect_inline_labels(const JsonValue& value, std::vector<Coding>& out) {
    for (const JsonValue& element : value.elements) collect_inline_labels(element, out);
    if (value.text_of("url").ends_with("inline-sec-label"))
        if (const JsonValue* label = value.find("valueCoding")) out.push_back(coding_of(*label));
    for (const JsonMember& member : value.members) collect_inline_labels(member.value, out);
}

void collect_labels(const JsonValue& resource, std::vector<Coding>& out) {
    if (const JsonValue* meta = resource.find("meta"))
        if (const JsonValue* labels = meta->find("security")) {
            if (labels->is(JsonKind::object)) out.push_back(coding_of(*labels));
            for (const JsonValue& label : labels->elements) out.push_back(coding_of(label));
        }
    collect_inline_labels(resource, out);
    // FHIR allows no labels on contained resources (dom-5); where there are some, they are the whole's.
    if (const JsonValue* contained = resource.find("contained"))
        for (const JsonValue& inner : contained->elements) collect_labels(inner, out);
}

void collect_kinds(const JsonValue& resource, DataContext& out) {
    const Coding type{std::string(kResourceTypes), std::string(resource.text_of("resourceType"))};
    out.classes.push_back(type);
    out.resource_types.push_back(type);
    if (const JsonValue* meta = resource.find("meta"))
        if (const JsonValue* profiles = meta->find("profile")) {
            const auto add = [&](const JsonValue& url) {
                for (const char* system : {"", "urn:ietf:rfc:3986"}) {
                    out.classes.push_back({system, url.text});
                    out.resource_types.push_back({system, url.text});
                }
            };
            if (profiles->is(JsonKind::string)) add(*profiles);
            for (const JsonValue& url : profiles->elements) add(url);
        }
    for (const std::string_view name : {"type", "class", "category"})
        if (const JsonValue* value = resource.find(name)) collect_codings(*value, out.classes);
    const JsonValue* content = resource.find("content");
    if (content == nullptr) return;
    const auto add_mime = [&](const JsonValue& item) {
        if (const JsonValue* attachment = item.find("attachment");
            attachment != nullptr && !attachment->text_of("contentType").empty())
            out.classes.push_back({"urn:ietf:bcp:13", std::string(attachment->text_of("contentType"))});
    };
    add_mime(*content);
    for (const JsonValue& item : content->elements) add_mime(item);
}

Period time_of(const JsonValue& value) {
    if (value.is(JsonKind::string)) return read_data_time(value.text).value_or(Period{});
    Period out;
    if (const auto start = read_data_time(value.text_of("start"))) out.from_ms = start->from_ms;
    if (const auto end = read_data_time(value.text_of("end"))) out.until_ms = end->until_ms;
    return out;
}

/// When it happened or applied, else when it was written (search parameter `date` of FHIR R4, and its kin).
Period made(const JsonValue& resource) {
    constexpr std::array<std::string_view, 32> kTimes = {"effectiveDateTime",
                                                         "effectivePeriod",
                                                         "effectiveInstant",
                                                         "performedDateTime",
                                                         "performedPeriod",
                                                         "occurrenceDateTime",
                                                         "occurrencePeriod",
                                                         "period",
                                                         "servicedDate",
                                                         "servicedPeriod",
                                                         "billablePeriod",
                                                         "recordedDate",
                                                         "authoredOn",
                                                         "authored",
                                                         "date",
                                                         "started",
                                                         "whenHandedOver",
                                                         "whenPrepared",
                                                         "receivedTime",
                                                         "sent",
                                                         "start",
                                                         "startDate",
                                                         "dateTime",
                                                         "dateAsserted",
                                                         "created",
                                                         "createdDateTime",
                                                         "createdPeriod",
                                                         "issued",
                                                         "recorded",
                                                         "onsetDateTime",
                                                         "onsetPeriod",
                                                         "identified"};
    for (const std::string_view name : kTimes)
        if (const JsonValue* value = resource.find(name))
            if (const Period time = time_of(*value); !time.is_open()) return time;
    if (const JsonValue* collection = resource.find("collection"))
        for (const std::string_view name : {"collectedDateTime", "collectedPeriod"})
            if (const JsonValue* value = collection->find(name)) return time_of(*value);
    return {};
}

/// Elements by which a resource is about somebody, with the element inside that holds the reference (none: itself).
struct SubjectElement {
    std::string_view name;
    std::string_view inner;
    std::string_view only_in;  ///< resource type; empty: any
};
constexpr std::array<SubjectElement, 24> kSubjects = {{{"subject", "", ""},
                                                       {"patient", "", ""},
                                                       {"beneficiary", "", ""},
                                                       {"individual", "", "ResearchSubject"},
                                                       {"for", "", "Task"},
                                                       {"candidate", "", "EnrollmentRequest"},
                                                       {"policyHolder", "", "Coverage"},
                                                       {"subscriber", "", "Coverage"},
                                                       {"actor", "", "AppointmentResponse"},
                                                       {"actor", "", "Schedule"},
                                                       {"participant", "actor", "Appointment"},
                                                       {"participant", "actor", "Encounter"},
                                                       {"member", "entity", "Group"},
                                                       {"link", "target", "Person"},
                                                       {"target", "", "Provenance"},
                                                       {"entity", "what", "AuditEvent"},
                                                       {"agent", "who", "AuditEvent"},
                                                       {"securityContext", "", "Binary"},
                                                       {"item", "resource", "Linkage"},
                                                       {"deliverTo", "", "SupplyRequest"},
                                                       {"recipient", "", "Communication"},
                                                       {"sender", "", "Communication"},
                                                       {"recipient", "", "CommunicationRequest"},
                                                       {"source", "", "QuestionnaireResponse"}}};

bool names_patient(const JsonValue& value, std::string_view inner, std::string_view patient,
                   const ReferenceResolver& name) {
    if (value.is(JsonKind::array))
        return std::ranges::any_of(value.elements,
                                   [&](const JsonValue& one) { return names_patient(one, inner, patient, name); });
    const JsonValue* reference = inner.empty() ? &value : value.find(inner);
    return reference != nullptr && reference->is(JsonKind::object) && name(*reference) == patient;
}

}  // namespace

DataContext data_context_of(const JsonValue& resource, std::string own_name, const ReferenceResolver& name) {
    DataContext out;
    out.reference = std::move(own_name);
    collect_references(resource, name, out.related);
    for (const std::string_view element : {"performer", "author", "recorder"})
        if (const JsonValue* value = resource.find(element)) collect_references(*value, name, out.authors);
    collect_kinds(resource, out);
    collect_codings(resource, out.codes);
    collect_labels(resource, out.security_labels);
    out.timeless = resource.text_of("resourceType") == "Patient";
    out.made = made(resource);
    if (const JsonValue* meta = resource.find("meta"))
        if (const auto updated = read_data_time(meta->text_of("lastUpdated"))) out.updated = *updated;
    return out;
}

bool is_about(const JsonValue& resource, std::string_view own_name, std::string_view patient,
              const ReferenceResolver& name) {
    if (own_name == patient) return true;
    const std::string_view type = resource.text_of("resourceType");
    return std::ranges::any_of(kSubjects, [&](const SubjectElement& subject) {
        const JsonValue* value = resource.find(subject.name);
        return value != nullptr && (subject.only_in.empty() || subject.only_in == type) &&
               names_patient(*value, subject.inner, patient, name);
    });
}

bool is_understood(const JsonValue& resource) {
    if (resource.find("implicitRules") != nullptr || resource.find("modifierExtension") != nullptr) return false;
    return std::ranges::all_of(resource.elements, [](const JsonValue& one) { return is_understood(one); }) &&
           std::ranges::all_of(resource.members, [](const JsonMember& member) { return is_understood(member.value); });
}

}  // namespace placet::api::fhir
