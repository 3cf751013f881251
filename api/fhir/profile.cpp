// The profiles a Consent may declare, and a thin check of them: what a profile forbids or demands and the reading relies on.
#include "api/fhir/reading.hpp"

namespace placet::api::fhir {

using contracts::consent::Profile;

namespace {

constexpr std::string_view kPcf = "https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consent";
constexpr std::string_view kMii = "https://www.medizininformatik-initiative.de/fhir/modul-consent/StructureDefinition/mii-pr-consent-einwilligung";

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

/// IHE PCF 1.1: elements each level closes (max = 0) in any provision.
std::vector<std::string_view> closed_elements(Profile profile) {
    std::vector<std::string_view> out{"action", "class", "code"};
    if (profile == Profile::pcf_basic) out.insert(out.end(), {"securityLabel", "dataPeriod", "data", "provision"});
    if (profile == Profile::pcf_intermediate) out.push_back("securityLabel");
    return out;
}

void check_pcf_provision(Reading& reading, const Element& provision, Profile profile) {
    for (const std::string_view name : closed_elements(profile))
        if (provision.has(name)) reading.doubt(provision.path_of(name), "the IHE PCF profile that this consent declares does not allow this element");
    const auto nested = provision.objects("provision", 256);
    if (!nested) return;
    for (const Element& item : *nested) {
        check_pcf_provision(reading, item, profile);
        if (item.has("provision")) reading.doubt(item.path_of("provision"), "IHE PCF allows one level of nested provisions");
    }
}

}  // namespace

Profile declared_profile(Reading& reading, const Element& consent) {
    Profile out = Profile::none;
    const JsonValue* meta = consent.value().find("meta");
    const JsonValue* urls = meta == nullptr ? nullptr : meta->find("profile");
    if (urls == nullptr || !urls->is(JsonKind::array)) return out;
    for (const JsonValue& url : urls->elements) {
        const Profile one = profile_of(url.text);
        if (one == Profile::none) continue;
        if (out != Profile::none && out != one)
            reading.doubt("Consent.meta.profile", "it declares two profiles whose readings differ: leave one");
        out = one;
    }
    return out;
}

void check_profile(Reading& reading, const Element& consent, Profile profile) {
    if (profile != Profile::pcf_basic && profile != Profile::pcf_intermediate && profile != Profile::pcf_advanced) return;
    constexpr std::string_view kWanted = "the IHE PCF profile that this consent declares demands this element";
    for (const std::string_view name : {"dateTime", "performer", "organization", "policy", "provision"})
        if (!consent.has(name)) reading.doubt(consent.path_of(name), kWanted);
    if (!consent.has("sourceAttachment") && !consent.has("sourceReference")) reading.doubt("Consent.source", kWanted);
    if (consent.has("verification")) reading.doubt("Consent.verification", "the IHE PCF profile that this consent declares does not allow this element");
    if (!consent.has("provision")) return;
    const Element root = consent.child("provision");
    if (!root.has("type")) reading.doubt(root.path_of("type"), kWanted);
    check_pcf_provision(reading, root, profile);
}

}  // namespace placet::api::fhir
