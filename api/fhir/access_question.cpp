// A strict reader of the question: no unknown member, no wrong type.
#include "api/fhir/access_question.hpp"

#include <algorithm>
#include <array>

#include "api/fhir/reading.hpp"
#include "api/fhir/reference_names.hpp"
#include "ledger/base/edit_distance.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using base::Status;
using contracts::Coding;

namespace {

constexpr std::size_t kMaxCodingsAsked = 32;

template <std::size_t N>
std::string nearest(std::string_view word, const std::array<std::string_view, N>& names) {
    return std::string(
        *std::ranges::min_element(names, {}, [&](std::string_view name) { return base::edit_distance(word, name); }));
}

template <std::size_t N>
Status check_members(const JsonValue& object, const std::string& path, const std::array<std::string_view, N>& known) {
    for (const JsonMember& member : object.members)
        if (std::ranges::find(known, member.name) == known.end())
            return base::refuse(ErrorCode::invalid_value,
                                "this field is not known; did you mean \"" + nearest(member.name, known) + "\"?",
                                (path.empty() ? "" : path + ".") + member.name);
    return {};
}

Result<std::string> text(const JsonValue& object, std::string_view name, const std::string& path) {
    const std::string field = (path.empty() ? "" : path + ".") + std::string(name);
    const JsonValue* value = object.find(name);
    if (value == nullptr) return std::string();
    if (!value->is(JsonKind::string))
        return base::refuse(ErrorCode::malformed, "must be a text, but is " + std::string(to_words(value->kind)),
                            field);
    if (value->text.empty()) return base::refuse(ErrorCode::malformed, "may not be empty: leave it out", field);
    if (value->text.size() > contracts::kMaxCode) return base::refuse(ErrorCode::too_large, "is too long", field);
    return value->text;
}

Result<Coding> coding(const JsonValue& value, const std::string& path) {
    constexpr std::array<std::string_view, 5> kKnown = {"system", "code", "display", "version", "userSelected"};
    if (!value.is(JsonKind::object))
        return base::refuse(ErrorCode::malformed,
                            "must be a coding {\"system\", \"code\"}, but is " + std::string(to_words(value.kind)),
                            path);
    PLACET_TRY(check_members(value, path, kKnown));
    PLACET_TRY_ASSIGN(const std::string system, text(value, "system", path));
    PLACET_TRY_ASSIGN(const std::string code, text(value, "code", path));
    if (code.empty()) return base::refuse(ErrorCode::malformed, "a coding needs its code", path + ".code");
    return Coding{usual_system(system), code};
}

Result<std::vector<const JsonValue*>> list(const JsonValue& context, std::string_view name) {
    std::vector<const JsonValue*> out;
    const JsonValue* values = context.find(name);
    if (values == nullptr) return out;
    if (!values->is(JsonKind::array))
        return base::refuse(ErrorCode::malformed, "must be a list, but is " + std::string(to_words(values->kind)),
                            std::string(name));
    if (values->elements.size() > kMaxCodingsAsked)
        return base::refuse(ErrorCode::too_large, "has more than " + std::to_string(kMaxCodingsAsked) + " items",
                            std::string(name));
    for (const JsonValue& one : values->elements) out.push_back(&one);
    return out;
}

Result<std::vector<Coding>> codings(const JsonValue& context, std::string_view name) {
    PLACET_TRY_ASSIGN(const std::vector<const JsonValue*> items, list(context, name));
    std::vector<Coding> out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        PLACET_TRY_ASSIGN(Coding one, coding(*items[i], std::string(name) + "[" + std::to_string(i) + "]"));
        if (std::ranges::find(out, one) == out.end()) out.push_back(std::move(one));
    }
    return out;
}

Result<std::string> checked_reference(std::string reference, std::string field) {
    const bool is_reference = reference.starts_with("urn:") || !address_of(reference).type_and_id.empty();
    if (!reference.empty() && !is_reference)
        return base::refuse(ErrorCode::malformed, "must be a reference: Type/id, an absolute address or urn:uuid:…",
                            std::move(field));
    return reference;
}

Status read_parties(const JsonValue& context, AccessQuestion& out) {
    PLACET_TRY_ASSIGN(const std::string patient, text(context, "patient", ""));
    if (patient.empty())
        return base::refuse(ErrorCode::malformed, "a question needs its patient: \"Patient/<id>\"", "patient");
    PLACET_TRY_ASSIGN(out.patient, checked_reference(patient, "patient"));
    const std::string_view type_and_id = address_of(out.patient).type_and_id;
    if (!type_and_id.empty() && !type_and_id.starts_with("Patient/"))
        return base::refuse(ErrorCode::invalid_value, "must refer to a Patient", "patient");
    PLACET_TRY_ASSIGN(std::string actor, text(context, "actor", ""));
    PLACET_TRY_ASSIGN(out.actor, checked_reference(std::move(actor), "actor"));
    PLACET_TRY_ASSIGN(std::string organization, text(context, "actorOrganization", ""));
    PLACET_TRY_ASSIGN(out.actor_organization, checked_reference(std::move(organization), "actorOrganization"));
    PLACET_TRY_ASSIGN(const std::vector<const JsonValue*> groups, list(context, "actorGroups"));
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::string field = "actorGroups[" + std::to_string(i) + "]";
        if (!groups[i]->is(JsonKind::string) || groups[i]->text.empty())
            return base::refuse(ErrorCode::malformed, "must be a reference", field);
        PLACET_TRY_ASSIGN(std::string group, checked_reference(groups[i]->text, field));
        out.actor_groups.push_back(std::move(group));
    }
    return {};
}

bool is_jurisdiction(std::string_view code) noexcept {
    return code.size() >= 2 && code.size() <= 16 && std::ranges::all_of(code, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

}  // namespace

Result<base::TimeMs> read_instant(std::string_view text, std::string field) {
    if (text.size() == 10)
        if (const auto day = base::day_from_iso(text)) return *day;
    const auto instant = base::from_rfc3339(text);
    if (!instant) return base::refuse(instant.error().code, instant.error().message, std::move(field));
    return *instant;
}

Result<AccessQuestion> read_question(const JsonValue& context) {
    constexpr std::array<std::string_view, 11> kKnown = {
        "patient", "actor", "actorOrganization", "actorGroups",  "purpose", "action",
        "class",   "code",  "securityLabel",     "jurisdiction", "at"};
    if (!context.is(JsonKind::object))
        return base::refuse(ErrorCode::malformed,
                            "the context must be an object, but is " + std::string(to_words(context.kind)), "");
    PLACET_TRY(check_members(context, "", kKnown));
    AccessQuestion out;
    PLACET_TRY(read_parties(context, out));
    PLACET_TRY_ASSIGN(out.purposes, codings(context, "purpose"));
    PLACET_TRY_ASSIGN(out.action, text(context, "action", ""));
    PLACET_TRY_ASSIGN(out.classes, codings(context, "class"));
    PLACET_TRY_ASSIGN(out.codes, codings(context, "code"));
    PLACET_TRY_ASSIGN(out.security_labels, codings(context, "securityLabel"));
    if (out.purposes.size() * std::max<std::size_t>(1, out.classes.size()) *
            std::max<std::size_t>(1, out.codes.size()) >
        4096)
        return base::refuse(ErrorCode::too_large,
                            "purposes, kinds and codes are asked for in more than 4096 combinations", "purpose");
    PLACET_TRY_ASSIGN(out.jurisdiction, text(context, "jurisdiction", ""));
    if (!out.jurisdiction.empty() && !is_jurisdiction(out.jurisdiction))
        return base::refuse(ErrorCode::invalid_value, "must be an ISO 3166 code such as AU", "jurisdiction");
    PLACET_TRY_ASSIGN(const std::string at, text(context, "at", ""));
    if (!at.empty()) {
        PLACET_TRY_ASSIGN(out.at, read_instant(at, "at"));
    }
    return out;
}

}  // namespace placet::api::fhir
