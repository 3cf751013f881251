// One element of a resource with the path that leads to it, and the FHIR rules every element obeys: no null, no empty array,
// object or text, arrays where the definition says so. Readers of resources are written against this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "ledger/base/error.hpp"

namespace placet::api::fhir {

class Element {
public:
    /// `path` is how a person names it: "Consent", "Consent.provision.actor[2]".
    Element(const JsonValue& value, std::string path) : value_(&value), path_(std::move(path)) {}

    [[nodiscard]] const JsonValue& value() const noexcept { return *value_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] bool has(std::string_view name) const noexcept { return value_->find(name) != nullptr; }
    [[nodiscard]] std::string path_of(std::string_view name) const { return path_ + "." + std::string(name); }

    /// The child, whatever it is; it must exist.
    [[nodiscard]] Element child(std::string_view name) const { return {*value_->find(name), path_of(name)}; }
    /// The items of a repeating object element; empty if absent. Refuses (malformed) what is not a non-empty array of
    /// non-empty objects, and (too_large) more than `max_items`.
    [[nodiscard]] base::Result<std::vector<Element>> objects(std::string_view name, std::size_t max_items) const;
    /// The one object element, as a list of none or one.
    [[nodiscard]] base::Result<std::vector<Element>> object(std::string_view name) const;
    /// A text element; empty if absent. Refuses what is no non-empty string, and (too_large) more than `max_octets`.
    [[nodiscard]] base::Result<std::string> text(std::string_view name, std::size_t max_octets) const;
    /// Refusal at this path or at a child's.
    [[nodiscard]] std::unexpected<base::Error> refuse(base::ErrorCode code, std::string message) const;
    [[nodiscard]] std::unexpected<base::Error> refuse_at(std::string_view name, base::ErrorCode code, std::string message) const;

private:
    const JsonValue* value_;
    std::string path_;
};

}  // namespace placet::api::fhir
