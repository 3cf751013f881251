// English for codes and rules.
#include "api/fhir/words.hpp"

#include <algorithm>

#include "api/fhir/fhir_time.hpp"
#include "api/fhir/printable.hpp"

namespace placet::api::fhir {

using contracts::Coding;
using contracts::consent::Consent;
using contracts::consent::DataMeaning;
using contracts::consent::DocumentStatus;
using contracts::consent::Period;
using contracts::consent::Provision;
using contracts::consent::ProvisionType;

namespace {

struct CodeWords {
    std::string_view system;
    std::string_view code;
    std::string_view words;
};

namespace systems = contracts::systems;

constexpr CodeWords kCodeWords[] = {
    {systems::kActReason, "TREAT", "treatment"},
    {systems::kActReason, "ETREAT", "emergency treatment"},
    {systems::kActReason, "BTG", "breaking the glass in an emergency"},
    {systems::kActReason, "CLINTRL", "treatment within a clinical trial"},
    {systems::kActReason, "COC", "coordination of care"},
    {systems::kActReason, "HPAYMT", "payment"},
    {systems::kActReason, "HOPERAT", "running the institution"},
    {systems::kActReason, "HRESCH", "health research"},
    {systems::kActReason, "BIORCH", "biomedical research"},
    {systems::kActReason, "CLINTRCH", "clinical trial research"},
    {systems::kActReason, "DSRCH", "research on particular diseases"},
    {systems::kActReason, "POARCH", "research on population origins or ancestry"},
    {systems::kActReason, "PRECLINTRCH", "preclinical research"},
    {systems::kActReason, "TRANSRCH", "translational research"},
    {systems::kActReason, "PATRQT", "requests of the patient"},
    {systems::kActReason, "FAMRQT", "requests of the family"},
    {systems::kActReason, "HMARKT", "marketing"},
    {systems::kActReason, "PUBHLTH", "public health"},
    {systems::kConfidentiality, "U", "unrestricted data"},
    {systems::kConfidentiality, "L", "data of low sensitivity"},
    {systems::kConfidentiality, "M", "data of moderate sensitivity"},
    {systems::kConfidentiality, "N", "data of normal sensitivity"},
    {systems::kConfidentiality, "R", "restricted data"},
    {systems::kConfidentiality, "V", "very restricted data"},
    {systems::kActCode, "PSY", "psychiatric data"},
    {systems::kActCode, "SDV", "data on sexual assault or domestic violence"},
    {systems::kActCode, "ETH", "data on substance use"},
    {systems::kActCode, "HIV", "data on HIV"},
    {systems::kActCode, "OPTIN", "only what is expressly permitted"},
    {systems::kActCode, "OPTOUT", "everything that is not expressly denied"},
    {systems::kConsentAction, "collect", "collecting"},
    {systems::kConsentAction, "access", "looking at"},
    {systems::kConsentAction, "use", "using"},
    {systems::kConsentAction, "disclose", "passing on"},
    {systems::kConsentAction, "correct", "correcting"},
    {systems::kModelUse, "TRAIN", "training a model"},
    {systems::kModelUse, "EVALUATE", "evaluating a model"},
    {systems::kModelUse, "DEPLOY", "using a trained model in practice"},
};

std::string_view status_in_words(DocumentStatus status) noexcept {
    switch (status) {
        case DocumentStatus::draft:
            return "a draft";
        case DocumentStatus::proposed:
            return "proposed, not yet given";
        case DocumentStatus::active:
            return "active";
        case DocumentStatus::rejected:
            return "refused by the patient";
        case DocumentStatus::inactive:
            return "withdrawn or no longer in force";
        case DocumentStatus::entered_in_error:
            return "entered in error";
        case DocumentStatus::not_done:
            return "never made";
        case DocumentStatus::unknown:
            return "of unknown status";
    }
    return "of unknown status";
}

std::string_view meaning_in_words(DataMeaning meaning) noexcept {
    switch (meaning) {
        case DataMeaning::instance:
            return "";
        case DataMeaning::related:
            return "and what is related to it";
        case DataMeaning::dependents:
            return "and what depends on it";
        case DataMeaning::authored_by:
            return "as the author of the data";
    }
    return "";
}

/// "a", "a or b", "a, b or c".
std::string either(const std::vector<std::string>& items) {
    std::string out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += i + 1 == items.size() ? " or " : ", ";
        out += items[i];
    }
    return out;
}

std::string either(const std::vector<Coding>& codings) {
    std::vector<std::string> words;
    for (const Coding& coding : codings) words.push_back(code_in_words(coding));
    return either(words);
}

std::string day(base::TimeMs instant) {
    return base::to_rfc3339(instant).substr(0, 10);
}

std::string period_in_words(const Period& period) {
    std::string out;
    if (period.from_ms && *period.from_ms > 0) out += " from " + day(*period.from_ms);
    if (period.until_ms) out += " until " + day(*period.until_ms - 1);
    return out;
}

std::string data_period_in_words(const Period& period) {
    std::string out;
    if (period.from_ms) out += " from " + data_time_text(*period.from_ms).substr(0, 10);
    if (period.until_ms) out += " until " + data_time_text(*period.until_ms - 1).substr(0, 10);
    return out;
}

std::string subject_in_words(const std::string& reference) {
    if (reference == contracts::consent::kSubject) return "the patient";
    return reference.empty() ? std::string("anybody in the role") : printable(reference);
}

/// " for health research, to Organization/x, of restricted data, until 2030-12-31"
std::string conditions(const Provision& rule) {
    std::vector<std::string> parts;
    if (!rule.purposes.empty()) parts.push_back("for " + either(rule.purposes));
    if (!rule.actors.empty()) {
        std::vector<std::string> who;
        for (const auto& actor : rule.actors) who.push_back(subject_in_words(actor.reference));
        parts.push_back("to " + either(who));
    }
    if (!rule.classes.empty()) parts.push_back("of the kind " + either(rule.classes));
    if (!rule.resource_types.empty()) parts.push_back("of the type " + either(rule.resource_types));
    if (!rule.codes.empty()) parts.push_back("about " + either(rule.codes));
    if (!rule.security_labels.empty()) parts.push_back("of " + either(rule.security_labels));
    if (!rule.data.empty()) {
        std::vector<std::string> what;
        for (const auto& data : rule.data) {
            std::string one = subject_in_words(data.reference);
            if (data.meaning != DataMeaning::instance) one += " " + std::string(meaning_in_words(data.meaning));
            what.push_back(one);
        }
        parts.push_back("of " + either(what));
    }
    if (!rule.data_period.is_open()) parts.push_back("of data" + data_period_in_words(rule.data_period));
    if (!rule.period.is_open()) parts.push_back("valid" + period_in_words(rule.period));
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? " " : ", ") + parts[i];
    return out.empty() ? " without further condition" : out;
}

void rule_in_words(const Provision& rule, std::size_t depth, std::vector<std::string>& out) {
    std::string verb = depth == 0 ? "It concerns " : "But it concerns ";
    if (rule.type) {
        const bool permits = *rule.type == ProvisionType::permit;
        verb = depth == 0 ? (permits ? "It permits " : "It denies ") : (permits ? "But it permits " : "But it denies ");
    }
    const std::string what = rule.actions.empty() ? "access" : either(rule.actions);
    out.push_back(std::string(2 * depth, ' ') + verb + what + conditions(rule) + ".");
    for (const Provision& nested : rule.provisions) rule_in_words(nested, depth + 1, out);
}

}  // namespace

std::string code_in_words(const Coding& coding) {
    const auto found = std::ranges::find_if(
        kCodeWords, [&](const CodeWords& entry) { return entry.system == coding.system && entry.code == coding.code; });
    return found == std::end(kCodeWords) ? printable(coding.code, 80) : std::string(found->words);
}

std::vector<std::string> consent_in_words(const Consent& consent) {
    std::vector<std::string> out;
    std::string first = "This consent is " + std::string(status_in_words(consent.status));
    if (consent.date_time_ms) first += ", given on " + day(*consent.date_time_ms);
    out.push_back(first + ".");
    if (!consent.organizations.empty()) {
        std::vector<std::string> names;
        for (const std::string& name : consent.organizations) names.push_back(printable(name));
        out.push_back("It was given to " + either(names) + ".");
    }
    if (!consent.policy_rules.empty()) out.push_back("Its policy allows " + either(consent.policy_rules) + ".");
    rule_in_words(consent.root, 0, out);
    for (const auto& doubt : consent.doubts)
        out.push_back("Doubtful, so no decision can rest on it: " +
                      (doubt.path.empty() ? std::string() : printable(doubt.path) + ": ") + doubt.why + ".");
    return out;
}

}  // namespace placet::api::fhir
