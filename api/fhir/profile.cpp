// The profiles a Consent may declare, and their check: what a profile forbids or demands, from its StructureDefinition.
#include <algorithm>
#include <cstdint>
#include <map>

#include "api/fhir/reading.hpp"

namespace placet::api::fhir {

using contracts::consent::Profile;

namespace {

constexpr std::string_view kPcf = "https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consent";
constexpr std::string_view kMii =
    "https://www.medizininformatik-initiative.de/fhir/modul-consent/StructureDefinition/mii-pr-consent-einwilligung";

Profile profile_of(std::string_view url) noexcept {
    url = url.substr(0, url.find('|'));
    if (url == kMii) return Profile::mii_broad;
    if (!url.starts_with(kPcf)) return Profile::none;
    const std::string_view level = url.substr(kPcf.size());
    if (level == "Basic") return Profile::pcf_basic;
    if (level == "Intermediate") return Profile::pcf_intermediate;
    if (level == "Advanced") return Profile::pcf_advanced;
    return Profile::none;
}

constexpr std::string_view kForbidden = "the IHE PCF profile that this consent declares does not allow this element";
constexpr std::string_view kWanted = "the IHE PCF profile that this consent declares demands this element";
constexpr std::string_view kMiiCodes = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3";

/// IHE PCF 1.1: elements each level closes (max = 0) in the root provision.
std::vector<std::string_view> closed_elements(Profile profile) {
    std::vector<std::string_view> out{"action", "class", "code"};
    if (profile == Profile::pcf_basic) out.insert(out.end(), {"securityLabel", "dataPeriod", "data", "provision"});
    if (profile == Profile::pcf_intermediate) out.push_back("securityLabel");
    return out;
}

bool has_coding(const Element& parent, std::string_view name, std::string_view system, std::string_view code) {
    const JsonValue* holder = parent.value().find(name);
    const JsonValue* codings = holder == nullptr ? nullptr : holder->find("coding");
    if (codings == nullptr) return false;
    return std::ranges::any_of(codings->elements, [&](const JsonValue& one) {
        return usual_system(one.text_of("system")) == system && one.text_of("code") == code;
    });
}

/// "Encounter" of "http://…/Encounter/1" and "Encounter/1"; empty where a reference shows no type.
std::string_view referred_type(const Element& data) {
    const JsonValue* reference = data.value().find("reference");
    if (reference == nullptr) return {};
    if (const std::string_view type = reference->text_of("type"); !type.empty()) return type;
    std::string_view text = reference->text_of("reference");
    text = text.substr(0, text.find("/_history/"));
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos || text.starts_with("urn:")) return {};
    text = text.substr(0, slash);
    return text.substr(text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1);
}

/// The closed slices of Intermediate: instance, related (to what groups data) and authoredby (by who can write);
/// nested, one of each.
void check_data_slices(Reading& reading, const Element& provision, std::size_t max_of_each) {
    using Names = std::vector<std::string_view>;
    static const Names kGroups = {"Encounter", "CarePlan", "EpisodeOfCare"};
    static const Names kAuthors = {"Practitioner", "PractitionerRole", "Organization", "Device",
                                   "Group",        "CareTeam",         "Patient",      "RelatedPerson"};
    const auto items = provision.objects("data", 512);
    if (!items) return;
    std::map<std::string, std::size_t, std::less<>> count;
    for (const Element& item : *items) {
        const std::string meaning(item.value().text_of("meaning"));
        if (meaning == "dependents")
            reading.doubt(item.path_of("meaning"),
                          "the IHE PCF profile that this consent declares allows instance, related and authoredby");
        if (++count[meaning] > max_of_each)
            reading.doubt(item.path(),
                          "the IHE PCF profile that this consent declares allows one of each meaning here");
        const std::string_view type = referred_type(item);
        const Names* allowed = meaning == "related" ? &kGroups : (meaning == "authoredby" ? &kAuthors : nullptr);
        if (allowed != nullptr && !type.empty() && std::ranges::find(*allowed, type) == allowed->end())
            reading.doubt(
                item.path_of("reference"),
                "the IHE PCF profile that this consent declares does not allow a reference to this type here");
    }
}

void check_pcf_provision(Reading& reading, const Element& root, Profile profile) {
    if (!root.has("type")) reading.doubt(root.path_of("type"), kWanted);
    for (const std::string_view name : closed_elements(profile))
        if (root.has(name)) reading.doubt(root.path_of(name), kForbidden);
    if (const auto actors = root.objects("actor", 64)) {
        for (const Element& actor : *actors)
            if (!has_coding(actor, "role", contracts::systems::kParticipationType, "IRCP"))
                reading.doubt(
                    actor.path_of("role"),
                    "the IHE PCF profile that this consent declares demands the role IRCP (information recipient)");
    }
    if (profile == Profile::pcf_intermediate) check_data_slices(reading, root, SIZE_MAX);
    const auto nested = root.objects("provision", 256);
    if (!nested) return;
    for (const Element& item : *nested) {
        if (item.has("provision"))
            reading.doubt(item.path_of("provision"), "IHE PCF allows one level of nested provisions");
        if (profile == Profile::pcf_intermediate) check_data_slices(reading, item, 1);
    }
}

/// A German broad consent that declares no profile shows itself by its policy codes.
bool has_mii_codes(const Element& consent) {
    const JsonValue* root = consent.value().find("provision");
    if (root == nullptr || root->text_of("type") != "deny") return false;
    const JsonValue* nested = root->find("provision");
    if (nested == nullptr) return false;
    for (const JsonValue& rule : nested->elements) {
        const JsonValue* codes = rule.find("code");
        if (codes == nullptr) continue;
        for (const JsonValue& code : codes->elements)
            if (const JsonValue* codings = code.find("coding"))
                if (std::ranges::any_of(codings->elements,
                                        [](const JsonValue& one) { return one.text_of("system") == kMiiCodes; }))
                    return true;
    }
    return false;
}

}  // namespace

Profile declared_profile(Reading& reading, const Element& consent) {
    Profile out = Profile::none;
    const JsonValue* meta = consent.value().find("meta");
    const JsonValue* urls = meta == nullptr ? nullptr : meta->find("profile");
    if (urls == nullptr || !urls->is(JsonKind::array)) return has_mii_codes(consent) ? Profile::mii_broad : out;
    for (const JsonValue& url : urls->elements) {
        const Profile one = profile_of(url.text);
        if (one == Profile::none) continue;
        if (out != Profile::none && out != one)
            reading.doubt("Consent.meta.profile", "it declares two profiles whose readings differ: leave one");
        out = one;
    }
    return out == Profile::none && has_mii_codes(consent) ? Profile::mii_broad : out;
}

void check_profile(Reading& reading, const Element& consent, Profile profile) {
    if (profile != Profile::pcf_basic && profile != Profile::pcf_intermediate && profile != Profile::pcf_advanced)
        return;
    if (!has_coding(consent, "scope", "http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"))
        reading.doubt("Consent.scope",
                      "the IHE PCF profile that this consent declares demands the scope patient-privacy");
    for (const std::string_view name : {"dateTime", "performer", "organization", "provision"})
        if (!consent.has(name)) reading.doubt(consent.path_of(name), kWanted);
    if (!consent.has("sourceAttachment") && !consent.has("sourceReference")) reading.doubt("Consent.source", kWanted);
    if (const auto policies = consent.objects("policy", 16)) {
        for (const Element& policy : *policies)
            if (!policy.has("uri")) reading.doubt(policy.path_of("uri"), kWanted);
    }
    if (consent.has("verification")) reading.doubt("Consent.verification", kForbidden);
    if (consent.has("provision")) check_pcf_provision(reading, consent.child("provision"), profile);
}

}  // namespace placet::api::fhir
