// Datatypes of FHIR R4 as a Consent uses them.
#include "api/fhir/reading.hpp"

#include <algorithm>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/printable.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using contracts::Coding;
using contracts::kMaxCode;
using contracts::consent::Period;

namespace {

constexpr std::size_t kMaxDoubts = 64;
constexpr std::size_t kMaxCodings = 64;
constexpr std::string_view kRoot = "Consent.";

bool is_id(std::string_view id) noexcept {
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

bool is_type(std::string_view name) noexcept {
    return !name.empty() && name[0] >= 'A' && name[0] <= 'Z' &&
           std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

/// "Type/id" without "/_history/…"; empty if it is not of that form.
std::string_view type_and_id(std::string_view text) noexcept {
    const std::size_t history = text.find("/_history/");
    const std::string_view plain = text.substr(0, history);
    const std::size_t slash = plain.find('/');
    if (slash == std::string_view::npos || !is_type(plain.substr(0, slash)) || !is_id(plain.substr(slash + 1)))
        return {};
    return plain;
}

/// A URI that stands for itself: no white space, no control characters, a scheme.
bool is_uri(std::string_view text) noexcept {
    return text.find(':') != std::string_view::npos && text.find(':') > 0 &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

bool is_code(std::string_view text) noexcept {
    return !text.empty() && text.front() != ' ' && text.back() != ' ' &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

std::string usual_system(std::string_view system) {
    struct Alias {
        std::string_view name;
        std::string_view usual;
    };
    namespace systems = contracts::systems;
    static constexpr Alias kAliases[] = {
        {"http://hl7.org/fhir/v3/ActReason", systems::kActReason},
        {"urn:oid:2.16.840.1.113883.5.8", systems::kActReason},
        {"http://hl7.org/fhir/v3/Confidentiality", systems::kConfidentiality},
        {"urn:oid:2.16.840.1.113883.5.25", systems::kConfidentiality},
        {"http://hl7.org/fhir/v3/ActCode", systems::kActCode},
        {"urn:oid:2.16.840.1.113883.5.4", systems::kActCode},
        {"http://hl7.org/fhir/v3/ParticipationType", systems::kParticipationType},
        {"urn:oid:2.16.840.1.113883.5.90", systems::kParticipationType},
        {"http://hl7.org/fhir/consentaction", systems::kConsentAction},
        {"http://hl7.org/fhir/fhir-types", kResourceTypes},
    };
    for (const Alias& alias : kAliases)
        if (alias.name == system) return std::string(alias.usual);
    return std::string(system);
}

void Reading::doubt(const std::string& path, std::string_view why) {
    auto& doubts = out_.model.doubts;
    std::string inner = path.starts_with(kRoot) ? path.substr(kRoot.size()) : path;
    if (inner.size() > kMaxCode) inner.resize(kMaxCode);
    const contracts::consent::Doubt fresh{std::move(inner), std::string(why)};
    if (std::ranges::find(doubts, fresh) != doubts.end()) return;
    if (doubts.size() + 1 < kMaxDoubts)
        doubts.push_back(fresh);
    else if (doubts.size() + 1 == kMaxDoubts)
        doubts.push_back({"", "there are more doubts than are listed"});
}

void Reading::check_members(const Element& element, const std::vector<std::string_view>& known) {
    for (const JsonMember& member : element.value().members) {
        if (member.name == "modifierExtension") {
            doubt(element.path_of("modifierExtension"),
                  "a modifier extension may change the meaning of this element and is not understood");
            continue;
        }
        if (member.name == "id" || member.name == "extension") continue;
        const std::string_view name =
            member.name.starts_with('_') ? std::string_view(member.name).substr(1) : member.name;
        if (std::ranges::find(known, name) == known.end()) {
            doubt(element.path(), "it has an element that FHIR R4 does not know here");
            note(element.path() + " has an unknown element \"" + printable(member.name, 60) + "\"");
        } else if (name != member.name && !element.has(name)) {
            doubt(element.path_of(name), "it has an extension in place of a value");
        }
    }
}

Result<Coding> Reading::coding(const Element& element) {
    check_members(element, {"system", "version", "code", "display", "userSelected"});
    Coding out;
    PLACET_TRY_ASSIGN(out.system, element.text("system", kMaxCode));
    PLACET_TRY_ASSIGN(out.code, element.text("code", kMaxCode));
    if (!out.system.empty() && !is_uri(out.system))
        return element.refuse_at("system", ErrorCode::malformed, "must be an absolute URI");
    if (!out.code.empty() && !is_code(out.code))
        return element.refuse_at("code", ErrorCode::malformed, "is not a FHIR code");
    if (out.code.empty()) doubt(element.path(), "it is coded by words alone, which rules cannot compare");
    out.system = usual_system(out.system);
    return out;
}

Result<std::vector<Coding>> Reading::codings(const Element& parent, std::string_view name, std::size_t max_items) {
    PLACET_TRY_ASSIGN(const std::vector<Element> items, parent.objects(name, max_items));
    std::vector<Coding> out;
    for (const Element& item : items) {
        PLACET_TRY_ASSIGN(Coding one, coding(item));
        if (!one.code.empty()) out.push_back(std::move(one));
    }
    return out;
}

Result<std::vector<Coding>> Reading::concept_codings(const Element& element) {
    check_members(element, {"coding", "text"});
    if (!element.has("coding")) {
        doubt(element.path(), "it is named by words alone, which rules cannot compare");
        return std::vector<Coding>{};
    }
    return codings(element, "coding", kMaxCodings);
}

Result<std::vector<Coding>> Reading::concepts(const Element& parent, std::string_view name, std::size_t max_items) {
    PLACET_TRY_ASSIGN(const std::vector<Element> items, parent.objects(name, max_items));
    std::vector<Coding> out;
    for (const Element& item : items) {
        PLACET_TRY_ASSIGN(const std::vector<Coding> of_one, concept_codings(item));
        out.insert(out.end(), of_one.begin(), of_one.end());
    }
    if (out.size() > max_items)
        return parent.refuse_at(name, ErrorCode::too_large, "has more than " + std::to_string(max_items) + " codes");
    return out;
}

std::string Reading::resolved(const Element& reference) const {
    if (resolve_) {
        std::string inside = resolve_(reference.value());
        if (!inside.empty()) return inside;
    }
    return std::string(type_and_id(reference.value().text_of("reference")));
}

Result<std::string> Reading::reference(const Element& element, Missing when_missing) {
    check_members(element, {"reference", "type", "identifier", "display"});
    PLACET_TRY_ASSIGN(const std::string literal, element.text("reference", kMaxCode));
    std::string out = resolved(element);
    if (out.size() > kMaxCode)
        return element.refuse_at("reference", ErrorCode::too_large,
                                 "has more than " + std::to_string(kMaxCode) + " octets");
    if (out.empty() && is_uri(literal)) out = literal;  // absolute: stands for itself, equal only to itself
    if (out.empty() && when_missing == Missing::doubt)
        doubt(element.path(), "it refers to nothing that rules can compare: a reference of the form Type/id is needed");
    if (!out.empty() && out == out_.patient_reference) return std::string(contracts::consent::kSubject);
    return out;
}

Result<Period> Reading::period(const Element& parent, std::string_view name) {
    return period_on(parent, name, Scale::ledger);
}
Result<Period> Reading::data_period(const Element& parent, std::string_view name) {
    return period_on(parent, name, Scale::data);
}

Result<Period> Reading::period_on(const Element& parent, std::string_view name, Scale scale) {
    Period out;
    PLACET_TRY_ASSIGN(const std::vector<Element> found, parent.object(name));
    if (found.empty()) return out;
    const Element& element = found.front();
    check_members(element, {"start", "end"});
    Period exact;  // on the scale of data, where the order of any two instants shows
    for (const std::string_view edge : {"start", "end"}) {
        PLACET_TRY_ASSIGN(const std::string text, element.text(edge, 64));
        if (text.empty()) continue;
        const auto interval = read_date_time(text);
        if (!interval) return element.refuse_at(edge, interval.error().code, interval.error().message);
        const auto of_data = read_data_time(text);
        const bool is_start = edge == "start";
        if (!interval->zone_stated)
            note(element.path_of(edge) + " states no time zone: read as UTC" +
                 (is_start ? "" : ", the whole day (month, year) included"));
        (is_start ? out.from_ms : out.until_ms) = is_start ? interval->earliest : interval->latest + 1;
        (is_start ? exact.from_ms : exact.until_ms) = is_start ? of_data->from_ms : of_data->until_ms;
    }
    if (exact.from_ms && exact.until_ms && *exact.until_ms <= *exact.from_ms)
        return element.refuse(ErrorCode::invalid_value, "the period ends before it starts: correct start or end");
    return scale == Scale::data ? exact : out;
}

}  // namespace placet::api::fhir
