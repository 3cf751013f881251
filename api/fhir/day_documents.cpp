// Finds the Consents in a text, for their rules about days.
#include <algorithm>
#include <map>

#include "api/fhir/day_rules.hpp"
#include "api/fhir/element.hpp"
#include "api/fhir/json_line.hpp"
#include "api/fhir/source_text.hpp"
#include "api/fhir/xml_value.hpp"

namespace placet::api::fhir {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::Status;

namespace {

Status refuse_in(const std::string& place, Error error) {
    if (!place.empty()) error.field = error.field.empty() ? place : place + ": " + error.field;
    return std::unexpected(std::move(error));
}

/// The last two segments of a reference, without a version: "Patient/1" of any server.
std::string plain_reference(std::string_view text) {
    text = text.substr(0, text.find("/_history/"));
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return std::string(text);
    const std::size_t before = text.rfind('/', slash - 1);
    return std::string(before == std::string_view::npos ? text : text.substr(before + 1));
}

class Finder {
public:
    Finder(DayReading& reading) : reading_(reading) {}

    Status resource(const JsonValue& value, const std::string& place, std::size_t bundles) {
        if (!value.is(JsonKind::object))
            return refuse_in(place,
                             {ErrorCode::malformed,
                              "a FHIR resource is an object, but this is " + std::string(to_words(value.kind)), ""});
        const JsonValue* type = value.find("resourceType");
        if (type == nullptr || !type->is(JsonKind::string) || type->text.empty())
            return refuse_in(
                place, {ErrorCode::malformed, "this is no FHIR resource: it has no resourceType", "resourceType"});
        if (type->text == "Bundle") return bundle(value, place, bundles);
        if (type->text != "Consent") return {};
        auto rules = read_day_rules(value);
        if (!rules) return refuse_in(place, rules.error());
        reading_.consents.push_back(std::move(*rules));
        return note_patient(value, place);
    }

private:
    Status bundle(const JsonValue& value, const std::string& place, std::size_t bundles) {
        if (bundles == kMaxBundleDepth)
            return refuse_in(place, {ErrorCode::too_large, "Bundles are nested deeper than 4 levels", "Bundle"});
        const JsonValue* entries = value.find("entry");
        if (entries == nullptr) return {};
        if (!entries->is(JsonKind::array))
            return refuse_in(place, {ErrorCode::malformed, "must be an array", "Bundle.entry"});
        for (const JsonValue& entry : entries->elements)
            if (const JsonValue* inner = entry.find("resource");
                inner != nullptr && !inner->text_of("id").empty() && !entry.text_of("fullUrl").empty())
                by_full_url_[std::string(entry.text_of("fullUrl"))] =
                    std::string(inner->text_of("resourceType")) + "/" + std::string(inner->text_of("id"));
        for (std::size_t i = 0; i < entries->elements.size(); ++i) {
            const std::string inner_place = (place.empty() ? "" : place + ".") + "entry[" + std::to_string(i) + "]";
            if (!entries->elements[i].is(JsonKind::object))
                return refuse_in(inner_place, {ErrorCode::malformed, "must be an object", ""});
            if (const JsonValue* inner = entries->elements[i].find("resource"))
                PLACET_TRY(resource(*inner, inner_place + ".resource", bundles + 1));
        }
        return {};
    }

    Status note_patient(const JsonValue& consent, const std::string& place) {
        const Element element(consent, "Consent");
        for (const std::string_view name : {"patient", "subject"}) {
            const auto who = element.object(name);
            if (!who) return refuse_in(place, who.error());
            if (who->empty()) continue;
            const auto reference = who->front().text("reference", 4096);
            if (!reference) return refuse_in(place, reference.error());
            if (reference->empty()) continue;
            const auto inside = by_full_url_.find(*reference);
            std::string plain = inside == by_full_url_.end() ? plain_reference(*reference) : inside->second;
            const auto at = std::ranges::lower_bound(reading_.patients, plain);
            if (at == reading_.patients.end() || *at != plain) reading_.patients.insert(at, std::move(plain));
        }
        return {};
    }

    DayReading& reading_;
    std::map<std::string, std::string> by_full_url_;
};

Status add_lines(DayReading& reading, std::string_view text) {
    Lines lines(text);
    while (const auto line = lines.next()) {
        const std::string place = "line " + std::to_string(lines.number());
        const auto value = parse_json_line(*line);
        if (!value) return refuse_in(place, value.error());
        PLACET_TRY(Finder(reading).resource(*value, place, 0));
    }
    return {};
}

}  // namespace

Status add_day_rules(DayReading& reading, std::string_view file, std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::string_view content = trimmed(text);
    if (content.empty()) return base::refuse(ErrorCode::malformed, "the file is empty");
    if (looks_like_xml(content)) {
        const auto resource = parse_xml(text);
        if (!resource) return refuse_in("", resource.error());
        return Finder(reading).resource(*resource, "", 0);
    }
    if (file.ends_with(".ndjson")) return add_lines(reading, text);
    const auto value = parse_json(text);
    if (value) return Finder(reading).resource(*value, "", 0);
    const std::size_t line_end = content.find('\n');
    if (line_end != std::string_view::npos && parse_json(content.substr(0, line_end))) return add_lines(reading, text);
    return refuse_in("", value.error());
}

}  // namespace placet::api::fhir
