// HMAC-SHA-256 under s_p, cut to 128 bits.
#include "api/gateway/veil.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/hex.hpp"

namespace placet::api::gateway {

using contracts::consent::Consent;
using contracts::consent::DataContext;
using contracts::consent::Provision;

namespace {

constexpr std::string_view kMark = "$";
constexpr std::size_t kDigits = 32;

/// "Encounter" of "Encounter/p1-e1"; "Resource" of a URL, a URN and whatever else is no relative reference.
std::string_view type_of(std::string_view reference) noexcept {
    const std::size_t slash = reference.find('/');
    if (slash == std::string_view::npos || reference.find('/', slash + 1) != std::string_view::npos) return "Resource";
    const std::string_view type = reference.substr(0, slash);
    const bool is_name = !type.empty() && std::ranges::all_of(type, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
    return is_name ? type : "Resource";
}

bool is_organisation(std::string_view reference) noexcept {
    return type_of(reference) == "Organization";
}

/// Types that may stand for somebody who asks the ledger.
bool may_ask(std::string_view reference) noexcept {
    constexpr std::array<std::string_view, 7> kTypes{"Organization", "Practitioner", "PractitionerRole", "Group",
                                                     "CareTeam",     "Device",       "HealthcareService"};
    return std::ranges::find(kTypes, type_of(reference)) != kTypes.end();
}

void veil_rule(Provision& rule, const RegisteredPatient& patient) {
    for (auto& actor : rule.actors)
        if (!may_ask(actor.reference)) actor.reference = veiled_reference(patient, actor.reference);
    for (auto& data : rule.data) data.reference = veiled_reference(patient, data.reference);
    for (Provision& nested : rule.provisions) veil_rule(nested, patient);
}

}  // namespace

std::string veiled_reference(const RegisteredPatient& patient, std::string_view reference) {
    if (reference.empty() || reference == contracts::consent::kSubject) return std::string(reference);
    const std::string_view type = type_of(reference);
    const std::string stem = std::string(type) + "/" + std::string(kMark);
    if (reference.starts_with(stem)) return std::string(reference);
    base::Bytes named = base::to_bytes(std::string_view("placet/veiled-reference/1:"));
    base::append(named, base::as_bytes(reference));
    const crypto::Hash hash = crypto::hmac_sha256(patient.secret.view(), named);
    return stem + base::to_hex(hash.view()).substr(0, kDigits);
}

Consent veiled(Consent model, const RegisteredPatient& patient) {
    for (std::string& reference : model.performers) reference = veiled_reference(patient, reference);
    for (std::string& reference : model.organizations)
        if (!is_organisation(reference)) reference = veiled_reference(patient, reference);
    veil_rule(model.root, patient);
    return model;
}

DataContext veiled(DataContext data, const RegisteredPatient& patient) {
    data.reference = veiled_reference(patient, data.reference);
    for (std::string& reference : data.related) reference = veiled_reference(patient, reference);
    for (std::string& reference : data.referred_by) reference = veiled_reference(patient, reference);
    for (std::string& reference : data.authors) reference = veiled_reference(patient, reference);
    return data;
}

}  // namespace placet::api::gateway
