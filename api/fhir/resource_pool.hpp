// All resources of some files, each with its place: what a question about consents is decided from. A file is one
// resource, a Bundle (Bundles inside Bundles too) or NDJSON, in JSON or XML. Unlike an import (documents.hpp) nothing
// goes on after an error: what cannot be read is the answer. The pool owns the texts; resources point into it.
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "api/fhir/json_value.hpp"
#include "ledger/base/error.hpp"

namespace placet::api::fhir {

/// What could not be read, and where.
struct Unreadable {
    base::Error error;  ///< `field` is the element, as far as one is known
    std::string file;
    std::size_t line = 0;  ///< 0: not known
};

struct PooledResource {
    const JsonValue* value = nullptr;
    std::string type;
    std::string id;  ///< empty where it has none
    std::string file;
    std::string place;     ///< "", "entry[3].resource", "line 7"
    std::string full_url;  ///< of its entry; empty where there is none
    std::size_t bundle =
        0;  ///< number of the Bundle (or line, or file) it stands in: entries of one resolve each other's references
    std::string_view text;       ///< the document it is a slice of
    std::size_t first_line = 0;  ///< lines before that document in its file (NDJSON)
};

class ResourcePool {
public:
    ResourcePool() = default;
    ResourcePool(const ResourcePool&) = delete;
    ResourcePool& operator=(const ResourcePool&) = delete;

    /// Adds the resources of a file or text. After an error the pool is of no further use.
    [[nodiscard]] std::expected<void, Unreadable> add_file(const std::filesystem::path& path);
    [[nodiscard]] std::expected<void, Unreadable> add_text(const std::string& file, std::string text);

    /// The Bundle that the first file or text is, if it is one.
    [[nodiscard]] const JsonValue* bundle() const noexcept {
        return trees_.empty() || trees_.front().text_of("resourceType") != "Bundle" ? nullptr : &trees_.front();
    }

    std::deque<PooledResource> resources;  ///< in the order read; Bundles themselves are not among them

private:
    struct Source;
    std::expected<void, Unreadable> add_lines(const Source& source);
    std::expected<void, Unreadable> add_resource(const Source& source, const JsonValue& resource,
                                                 const PooledResource& place);
    std::expected<void, Unreadable> add_bundle(const Source& source, const JsonValue& bundle,
                                               const PooledResource& place);
    std::expected<void, Unreadable> add_entry(const Source& source, const JsonValue& entry, PooledResource place);

    std::deque<std::string> texts_;
    std::deque<JsonValue> trees_;
    std::size_t bundles_ = 0;
};

/// The line of the element that `error.field` names ("Consent.provision.actor[2].role") in `resource`, or of its
/// nearest ancestor that exists; 0 where nothing is named and the message tells no line either.
[[nodiscard]] std::size_t line_of(const PooledResource& resource, const base::Error& error);

}  // namespace placet::api::fhir
