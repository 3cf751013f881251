// Names of resources (FHIR R4 §2.36.4: how references in Bundles are resolved).
#include "api/fhir/reference_names.hpp"

#include <algorithm>

namespace placet::api::fhir {

namespace {

bool is_id(std::string_view id) noexcept {
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

bool is_type(std::string_view name) noexcept {
    return !name.empty() && name[0] >= 'A' && name[0] <= 'Z' &&
           std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool is_absolute(std::string_view text) noexcept {
    return text.starts_with("http://") || text.starts_with("https://");
}

std::string_view without_version(std::string_view text) noexcept {
    return text.substr(0, text.find("/_history/"));
}

}  // namespace

Address address_of(std::string_view reference) noexcept {
    reference = without_version(reference);
    const std::size_t slash = reference.rfind('/');
    if (slash == std::string_view::npos || !is_id(reference.substr(slash + 1))) return {};
    const std::string_view head = reference.substr(0, slash);
    const std::size_t before = head.rfind('/');
    if (!is_absolute(reference))
        return before == std::string_view::npos && is_type(head) ? Address{{}, reference} : Address{};
    if (before == std::string_view::npos || !is_type(head.substr(before + 1))) return {};
    return {reference.substr(0, before + 1), reference.substr(before + 1)};
}

ReferenceNames::ReferenceNames(const std::vector<const ResourcePool*>& pools, std::string_view patient) {
    std::map<std::string, std::size_t> bases;
    for (const ResourcePool* pool : pools)
        for (const PooledResource& resource : pool->resources) {
            note_addresses(*resource.value);
            note_full_url(resource, bases);
        }
    const Address own = address_of(patient);
    if (!own.base.empty()) {
        home_ = own.base;
        servers_[std::string(own.type_and_id)].insert(home_);
    } else {
        std::size_t most = 0;
        for (const auto& [base, count] : bases)
            if (count > most) {
                most = count;
                home_ = base;
            }
    }
    for (const ResourcePool* pool : pools)
        for (const PooledResource& resource : pool->resources) {
            if (!resource.full_url.empty()) {
                const std::string url(without_version(resource.full_url));
                in_bundle_.emplace(std::pair(resource.bundle, url), name_of(resource));
                anywhere_[url].insert(name_of(resource));
            }
            note_identifiers(resource);
        }
}

void ReferenceNames::note_addresses(const JsonValue& value) {
    for (const JsonValue& element : value.elements) note_addresses(element);
    for (const JsonMember& member : value.members) {
        if (member.name != "reference" || !member.value.is(JsonKind::string)) {
            note_addresses(member.value);
            continue;
        }
        const Address address = address_of(member.value.text);
        if (!address.base.empty()) servers_[std::string(address.type_and_id)].insert(std::string(address.base));
    }
}

void ReferenceNames::note_full_url(const PooledResource& resource, std::map<std::string, std::size_t>& bases) {
    const Address address = address_of(resource.full_url);
    if (address.base.empty()) return;
    servers_[std::string(address.type_and_id)].insert(std::string(address.base));
    ++bases[std::string(address.base)];
}

void ReferenceNames::note_identifiers(const PooledResource& resource) {
    const JsonValue* identifiers = resource.value->find("identifier");
    if (identifiers == nullptr) return;
    const auto note = [&](const JsonValue& one) {
        if (!one.text_of("value").empty())
            identifiers_[std::string(one.text_of("system")) + "|" + std::string(one.text_of("value"))].insert(
                name_of(resource));
    };
    if (identifiers->is(JsonKind::object)) note(*identifiers);
    for (const JsonValue& one : identifiers->elements) note(one);
}

std::string ReferenceNames::by_identifier(std::string_view system, std::string_view value) const {
    const auto found = identifiers_.find(std::string(system) + "|" + std::string(value));
    return found != identifiers_.end() && found->second.size() == 1 ? *found->second.begin() : std::string();
}

std::string ReferenceNames::usual(std::string_view base, std::string_view type_and_id) const {
    const auto servers = servers_.find(type_and_id);
    const bool ambiguous = servers != servers_.end() && servers->second.size() > 1;
    if (!ambiguous || base.empty() || base == home_) return std::string(type_and_id);
    return std::string(base) + std::string(type_and_id);
}

std::string ReferenceNames::name_of(const PooledResource& resource) const {
    if (!resource.id.empty()) {
        const std::string own = resource.type + "/" + resource.id;
        const Address address = address_of(resource.full_url);
        return usual(address.type_and_id == own ? address.base : std::string_view(), own);
    }
    if (!resource.full_url.empty()) {
        const Address address = address_of(resource.full_url);
        return address.type_and_id.empty() ? resource.full_url : usual(address.base, address.type_and_id);
    }
    return resource.type + " at " + (resource.place.empty() ? resource.file : resource.place);
}

std::string ReferenceNames::literal(std::string_view reference, const PooledResource* owner) const {
    const std::string_view plain = without_version(reference);
    if (plain.empty()) return {};
    if (plain[0] == '#')
        return owner == nullptr ? std::string()
                                : name_of(*owner) + (plain.size() > 1 ? std::string(plain) : std::string());
    if (owner != nullptr)
        if (const auto found = in_bundle_.find({owner->bundle, std::string(plain)}); found != in_bundle_.end())
            return found->second;
    if (const auto found = anywhere_.find(plain); found != anywhere_.end() && found->second.size() == 1)
        return *found->second.begin();
    if (const Address address = address_of(plain); !address.type_and_id.empty()) {
        if (!address.base.empty() || owner == nullptr) return usual(address.base, address.type_and_id);
        return usual(address_of(owner->full_url).base, address.type_and_id);
    }
    constexpr std::string_view kConditional = "?identifier=";
    if (const std::size_t question = plain.find(kConditional); question != std::string_view::npos) {
        const std::string_view token = plain.substr(question + kConditional.size());
        const std::size_t bar = token.find('|');
        const std::string known = bar == std::string_view::npos
                                      ? by_identifier({}, token)
                                      : by_identifier(token.substr(0, bar), token.substr(bar + 1));
        if (!known.empty()) return known;
    }
    return plain.find(':') != std::string_view::npos && plain.find(' ') == std::string_view::npos ? std::string(plain)
                                                                                                  : std::string();
}

std::string ReferenceNames::reference(const JsonValue& element, const PooledResource* owner) const {
    if (const std::string_view text = element.text_of("reference"); !text.empty()) {
        if (std::string name = literal(text, owner); !name.empty()) {
            // A contained resource that a resource of its own stands for by identifier is that one.
            if (text[0] != '#' || owner == nullptr || text.size() == 1) return name;
            const JsonValue* contained = owner->value->find("contained");
            if (contained == nullptr) return name;
            for (const JsonValue& one : contained->elements) {
                const JsonValue* identifiers = one.find("identifier");
                if (one.text_of("id") != text.substr(1) || identifiers == nullptr) continue;
                for (const JsonValue& identifier : identifiers->elements)
                    if (std::string known = by_identifier(identifier.text_of("system"), identifier.text_of("value"));
                        !known.empty())
                        return known;
            }
            return name;
        }
    }
    const JsonValue* identifier = element.find("identifier");
    return identifier == nullptr ? std::string()
                                 : by_identifier(identifier->text_of("system"), identifier->text_of("value"));
}

}  // namespace placet::api::fhir
