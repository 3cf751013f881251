// Which version of which consent stood at an instant.
#include "api/fhir/consent_history.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "api/fhir/fhir_time.hpp"

namespace placet::api::fhir {

using contracts::consent::ConsentStatus;
using contracts::consent::HeldConsent;

void ConsentHistory::add(const PooledResource& resource, const ReferenceNames& names,
                         contracts::consent::Consent model) {
    Version version{&resource, std::move(model)};
    if (const JsonValue* meta = resource.value->find("meta")) {
        const std::string_view number = meta->text_of("versionId");
        std::from_chars(number.data(), number.data() + number.size(), version.number);
        if (const auto updated = read_date_time(meta->text_of("lastUpdated"))) version.updated = updated->earliest;
    }
    std::vector<Version>& versions = versions_[names.name_of(resource)];
    const bool same = std::ranges::any_of(versions, [&](const Version& one) {
        return one.model == version.model && one.number == version.number && one.updated == version.updated;
    });
    if (!same) versions.push_back(std::move(version));
}

void ConsentHistory::replace(const std::string& newer, const std::string& older) {
    const auto found = versions_.find(newer);
    if (newer == older || found == versions_.end() || !versions_.contains(older)) return;
    const Version* version = current(found->second);
    if (version == nullptr) version = &found->second.front();
    const HeldConsent held{newer, ConsentStatus::active, 0, base::kForever, version->model};
    const std::string_view why = why_not_in_force(held, at_);
    if (why.empty() || why == "expired") replaced_by_[older] = newer;
}

void ConsentHistory::note_replacements(const std::vector<const ResourcePool*>& pools, const ReferenceNames& names) {
    const auto each = [](const JsonValue* list, const auto& look) {
        if (list == nullptr) return;
        if (list->is(JsonKind::object)) look(*list);
        for (const JsonValue& one : list->elements) look(one);
    };
    for (const ResourcePool* pool : pools)
        for (const PooledResource& resource : pool->resources) {
            if (resource.type == "Consent") {
                each(resource.value->find("extension"), [&](const JsonValue& extension) {
                    if (!extension.text_of("url").ends_with("/StructureDefinition/replaces")) return;
                    for (const char* value : {"valueCanonical", "valueUri"})
                        if (const std::string_view text = extension.text_of(value); !text.empty())
                            replace(names.name_of(resource), names.literal(text, &resource));
                    if (const JsonValue* reference = extension.find("valueReference"))
                        replace(names.name_of(resource), names.reference(*reference, &resource));
                });
            }
            if (resource.type != "Provenance") continue;
            const auto recorded = read_date_time(resource.value->text_of("recorded"));
            if (recorded && recorded->earliest > at_) continue;
            each(resource.value->find("target"), [&](const JsonValue& target) {
                each(resource.value->find("entity"), [&](const JsonValue& entity) {
                    const JsonValue* what = entity.find("what");
                    if (what != nullptr && entity.text_of("role") == "revision")
                        replace(names.reference(target, &resource), names.reference(*what, &resource));
                });
            });
        }
}

const ConsentHistory::Version* ConsentHistory::current(const std::vector<Version>& versions) const {
    if (versions.size() == 1) return &versions.front();
    const bool told = std::ranges::all_of(versions, [](const Version& one) { return one.updated > 0; }) ||
                      std::ranges::all_of(versions, [](const Version& one) { return one.number > 0; });
    if (!told) return nullptr;
    const auto order = [](const Version& one) { return std::tie(one.updated, one.number); };
    const Version* best = nullptr;
    for (const Version& one : versions)
        if (one.updated <= at_ && (best == nullptr || order(*best) < order(one))) best = &one;
    return best != nullptr ? best : &*std::ranges::min_element(versions, {}, order);
}

/// Consents that replace each other in a circle replace nothing: each counts, and a deny among them wins.
bool ConsentHistory::is_replaced(const std::string& name) const {
    auto by = replaced_by_.find(name);
    if (by == replaced_by_.end()) return false;
    for (std::size_t steps = 0; by != replaced_by_.end() && steps <= replaced_by_.size(); ++steps) {
        if (by->second == name) return false;
        by = replaced_by_.find(by->second);
    }
    return true;
}

std::vector<HeldConsent> ConsentHistory::held() const {
    std::vector<HeldConsent> out;
    for (const auto& [name, versions] : versions_) {
        const ConsentStatus status = is_replaced(name) ? ConsentStatus::superseded : ConsentStatus::active;
        if (const Version* version = current(versions)) {
            out.push_back({name, status, 0, base::kForever, version->model});
            continue;
        }
        for (const Version& one : versions)
            out.push_back({name + " in " + one.resource->file, status, 0, base::kForever, one.model});
    }
    return out;
}

}  // namespace placet::api::fhir
