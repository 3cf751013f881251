// One name for one resource, however it is referred to: relative, absolute, with a version, by its entry's fullUrl, as
// contained, by an identifier. "Type/id" wherever that is unambiguous; an absolute address only where two servers have
// the same Type/id among these resources and it is not the patient's own server's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/fhir/resource_pool.hpp"

namespace placet::api::fhir {

class ReferenceNames {
public:
    /// Of all resources in the pools, which must outlive this. `patient` is how the question names the patient.
    ReferenceNames(const std::vector<const ResourcePool*>& pools, std::string_view patient);

    /// The name of a resource; its place where it has neither id nor fullUrl.
    [[nodiscard]] std::string name_of(const PooledResource& resource) const;
    /// What a literal reference names; empty where it is none. `owner`: the resource in which it stands, or nullptr.
    [[nodiscard]] std::string literal(std::string_view reference, const PooledResource* owner) const;
    /// What a Reference element names, by its literal or its identifier; empty where it names nothing known.
    [[nodiscard]] std::string reference(const JsonValue& element, const PooledResource* owner) const;

private:
    [[nodiscard]] std::string usual(std::string_view base, std::string_view type_and_id) const;
    void note_addresses(const JsonValue& value);
    void note_full_url(const PooledResource& resource, std::map<std::string, std::size_t>& bases);
    void note_identifiers(const PooledResource& resource);
    [[nodiscard]] std::string by_identifier(std::string_view system, std::string_view value) const;

    std::map<std::string, std::set<std::string>, std::less<>> servers_;      ///< "Type/id" → bases it is named with
    std::map<std::pair<std::size_t, std::string>, std::string> in_bundle_;   ///< (Bundle, fullUrl) → name
    std::map<std::string, std::set<std::string>, std::less<>> anywhere_;     ///< fullUrl → names
    std::map<std::string, std::set<std::string>, std::less<>> identifiers_;  ///< "system|value" → names
    std::string home_;                                                       ///< base of the patient's own server
};

/// "Type/id" at the end of an absolute http(s) address or alone, version left out; empty where there is none.
struct Address {
    std::string_view base;  ///< with its last slash; empty where the reference is relative
    std::string_view type_and_id;
};
[[nodiscard]] Address address_of(std::string_view reference) noexcept;

}  // namespace placet::api::fhir
