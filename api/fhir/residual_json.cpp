// Residual rules as IHE PCF's token extension has them.
#include <algorithm>

#include "api/fhir/decision.hpp"
#include "api/fhir/fhir_time.hpp"

namespace placet::api::fhir {

using contracts::Coding;
using contracts::consent::DataMeaning;
using contracts::consent::kSubject;
using contracts::consent::Provision;
using contracts::consent::ProvisionType;
using contracts::consent::ResidualRule;

namespace {

std::string_view meaning_code(DataMeaning meaning) noexcept {
    switch (meaning) {
        case DataMeaning::instance:
            return "instance";
        case DataMeaning::related:
            return "related";
        case DataMeaning::dependents:
            return "dependents";
        case DataMeaning::authored_by:
            return "authoredby";
    }
    return "instance";
}

JsonValue coding_json(const Coding& coding) {
    JsonValue out = JsonValue::object();
    if (!coding.system.empty()) out.set("system", JsonValue::string(coding.system));
    out.set("code", JsonValue::string(coding.code));
    return out;
}

void set_codings(JsonValue& out, std::string_view name, const std::vector<Coding>& codings) {
    if (codings.empty()) return;
    JsonValue list = JsonValue::array();
    for (const Coding& coding : codings) list.elements.push_back(coding_json(coding));
    out.set(name, std::move(list));
}

/// Ends are told as FHIR tells them: the last day that is included, or the last instant.
JsonValue period_json(const contracts::consent::Period& period) {
    JsonValue out = JsonValue::object();
    if (period.from_ms) out.set("start", JsonValue::string(data_time_text(*period.from_ms)));
    if (period.until_ms) {
        const bool whole_day = data_time_text(*period.until_ms).size() == 10;
        std::string end = data_time_text(*period.until_ms - 1);
        if (whole_day) end.resize(10);
        out.set("end", JsonValue::string(end));
    }
    return out;
}

JsonValue conditions_json(const Provision& conditions, const std::string& patient) {
    JsonValue out = JsonValue::object();
    set_codings(out, "securityLabel", conditions.security_labels);
    set_codings(out, "class", conditions.classes);
    set_codings(out, "resourceType", conditions.resource_types);
    set_codings(out, "code", conditions.codes);
    if (!conditions.data_period.is_open()) out.set("dataPeriod", period_json(conditions.data_period));
    if (conditions.data.empty()) return out;
    JsonValue list = JsonValue::array();
    for (const auto& data : conditions.data) {
        JsonValue reference = JsonValue::object();
        reference.set("reference", JsonValue::string(data.reference == kSubject ? patient : data.reference));
        JsonValue one = JsonValue::object();
        one.set("meaning", JsonValue::string(meaning_code(data.meaning)));
        one.set("reference", std::move(reference));
        list.elements.push_back(std::move(one));
    }
    out.set("data", std::move(list));
    return out;
}

/// The part of the question that a rule is for.
JsonValue part_json(const contracts::consent::AskedPart& part) {
    JsonValue out = JsonValue::object();
    if (part.purpose) out.set("purpose", coding_json(*part.purpose));
    if (part.kind) out.set("class", coding_json(*part.kind));
    if (part.code) out.set("code", coding_json(*part.code));
    return out;
}

JsonValue rule_json(const ResidualRule& rule, const std::string& patient) {
    JsonValue out = JsonValue::object();
    out.set("type", JsonValue::string(rule.type == ProvisionType::permit ? "permit" : "forbid"));
    JsonValue further = JsonValue::array();
    for (const Provision& conditions : rule.conditions) {
        const JsonValue one = conditions_json(conditions, patient);
        const bool merges = std::ranges::none_of(
            one.members, [&](const JsonMember& member) { return out.find(member.name) != nullptr; });
        if (!merges) {
            further.elements.push_back(one);
            continue;
        }
        for (const JsonMember& member : one.members) out.set(member.name, member.value);
    }
    if (!further.elements.empty()) out.set("and", std::move(further));
    return out;
}

}  // namespace

JsonValue residual_json(const Decided& decided) {
    const auto& rules = decided.answer.residual;
    const bool several =
        std::ranges::any_of(rules, [&](const ResidualRule& rule) { return rule.consent != rules.front().consent; });
    JsonValue out = JsonValue::array();
    for (const ResidualRule& rule : rules) {
        JsonValue one = rule_json(rule, decided.patient);
        if (rule.part) one.set("asked", part_json(*rule.part));
        if (several && !rule.consent.empty()) one.set("consent", JsonValue::string(rule.consent));
        out.elements.push_back(std::move(one));
    }
    return out;
}

}  // namespace placet::api::fhir
