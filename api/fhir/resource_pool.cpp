// Reads files into trees and finds the resources in them.
#include "api/fhir/resource_pool.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

#include "api/fhir/printable.hpp"
#include "api/fhir/resource_shape.hpp"
#include "api/fhir/source_text.hpp"
#include "api/fhir/xml_value.hpp"

namespace placet::api::fhir {

using base::Error;
using base::ErrorCode;

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

std::size_t line_in(std::string_view text, std::size_t offset) {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, std::min(offset, text.size())), '\n'));
}

/// "line 12, column 3: …" → 12.
std::size_t line_in_message(std::string_view message) {
    if (!message.starts_with("line ")) return 0;
    std::size_t line = 0;
    std::from_chars(message.data() + 5, message.data() + message.size(), line);
    return line;
}

bool is_type_name(std::string_view type) noexcept {
    return !type.empty() && type.size() <= 64 && type[0] >= 'A' && type[0] <= 'Z' &&
           std::ranges::all_of(
               type, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

}  // namespace

struct ResourcePool::Source {
    std::string file;
    std::string_view text;       ///< of the document
    std::size_t first_line = 0;  ///< lines before it
    std::size_t depth = 0;       ///< of Bundles

    [[nodiscard]] std::unexpected<Unreadable> refuse(Error error, const JsonValue* at, const std::string& place) const {
        std::size_t line = line_in_message(error.message);
        if (line == 0 && at != nullptr) line = line_in(text, at->begin);
        if (!place.empty()) error.field = error.field.empty() ? place : place + ": " + error.field;
        error.field = printable(error.field, 300);
        error.message = printable(error.message, 500);
        return std::unexpected(Unreadable{std::move(error), printable(file, 400), line == 0 ? 0 : line + first_line});
    }
};

std::expected<void, Unreadable> ResourcePool::add_file(const std::filesystem::path& path) {
    std::error_code failed;
    const Source source{path.string(), {}, 0, 0};
    if (std::filesystem::is_directory(path, failed))
        return source.refuse({ErrorCode::io, "this is a folder: name files", ""}, nullptr, "");
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return source.refuse(
            {ErrorCode::not_found, "the file cannot be opened: check its name and that it can be read", ""}, nullptr,
            "");
    std::string text;
    std::array<char, 1 << 16> some{};
    while (text.size() <= kMaxFileBytes && (stream.read(some.data(), some.size()), stream.gcount() > 0))
        text.append(some.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMaxFileBytes)
        return source.refuse({ErrorCode::too_large, "the file has more than 256 MiB", ""}, nullptr, "");
    return add_text(path.string(), std::move(text));
}

std::expected<void, Unreadable> ResourcePool::add_text(const std::string& file, std::string text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text.starts_with(kMark)) text.erase(0, kMark.size());
    texts_.push_back(std::move(text));
    const Source source{file, texts_.back(), 0, 0};
    if (trimmed(source.text).empty())
        return source.refuse({ErrorCode::malformed, "the file is empty", ""}, nullptr, "");
    if (file.ends_with(".ndjson")) return add_lines(source);
    JsonLimits limits;
    limits.max_bytes = kMaxFileBytes;
    auto tree = looks_like_xml(source.text) ? parse_xml(source.text, limits) : parse_json(source.text, limits);
    if (!tree) {
        // Several values, one a line, under a name that does not say so?
        const std::string_view first_line = trimmed(source.text).substr(0, trimmed(source.text).find('\n'));
        if (!looks_like_xml(source.text) && first_line.size() < trimmed(source.text).size() && parse_json(first_line))
            return add_lines(source);
        return source.refuse(tree.error(), nullptr, "");
    }
    trees_.push_back(std::move(*tree));
    PooledResource place;
    place.bundle = ++bundles_;
    return add_resource(source, trees_.back(), place);
}

std::expected<void, Unreadable> ResourcePool::add_lines(const Source& whole) {
    Lines lines(whole.text);
    while (const auto line = lines.next()) {
        const Source source{whole.file, *line, lines.number() - 1, 0};
        PooledResource place;
        place.place = "line " + std::to_string(lines.number());
        place.bundle = ++bundles_;
        auto tree = parse_json(*line);
        if (!tree) return source.refuse(tree.error(), nullptr, place.place);
        trees_.push_back(std::move(*tree));
        if (auto added = add_resource(source, trees_.back(), place); !added) return added;
    }
    return {};
}

std::expected<void, Unreadable> ResourcePool::add_resource(const Source& source, const JsonValue& resource,
                                                           const PooledResource& place) {
    if (!resource.is(JsonKind::object))
        return source.refuse({ErrorCode::malformed,
                              "a FHIR resource is an object, but this is " + std::string(to_words(resource.kind)), ""},
                             &resource, place.place);
    const JsonValue* type = resource.find("resourceType");
    if (type == nullptr || !type->is(JsonKind::string))
        return source.refuse({ErrorCode::malformed, "this is no FHIR resource: it has no resourceType", "resourceType"},
                             &resource, place.place);
    if (!is_type_name(type->text))
        return source.refuse(
            {ErrorCode::invalid_value, "\"" + type->text + "\" is no FHIR resource type", "resourceType"}, type,
            place.place);
    if (type->text == "Bundle") return add_bundle(source, resource, place);
    if (const JsonValue* id = resource.find("id");
        id != nullptr && (!id->is(JsonKind::string) || id->text.empty() || id->text.size() > 64))
        return source.refuse({ErrorCode::malformed, "an id is a text of up to 64 characters", type->text + ".id"}, id,
                             place.place);
    if (const auto shape = check_shape(resource); !shape) return source.refuse(shape.error(), &resource, place.place);
    PooledResource found = place;
    found.value = &resource;
    found.type = type->text;
    found.id = resource.text_of("id");
    found.file = source.file;
    found.text = source.text;
    found.first_line = source.first_line;
    resources.push_back(std::move(found));
    return {};
}

std::expected<void, Unreadable> ResourcePool::add_bundle(const Source& source, const JsonValue& bundle,
                                                         const PooledResource& place) {
    if (source.depth >= kMaxBundleDepth)
        return source.refuse({ErrorCode::too_large, "Bundles are nested deeper than 4 levels", "Bundle"}, &bundle,
                             place.place);
    const JsonValue* entries = bundle.find("entry");
    if (entries == nullptr) return {};
    if (!entries->is(JsonKind::array))
        return source.refuse({ErrorCode::malformed, "must be an array", "Bundle.entry"}, entries, place.place);
    Source inner = source;
    ++inner.depth;
    PooledResource inside;
    inside.bundle = ++bundles_;
    for (std::size_t i = 0; i < entries->elements.size(); ++i) {
        inside.place = (place.place.empty() ? "" : place.place + ".") + "entry[" + std::to_string(i) + "]";
        if (auto added = add_entry(inner, entries->elements[i], inside); !added) return added;
    }
    return {};
}

std::expected<void, Unreadable> ResourcePool::add_entry(const Source& source, const JsonValue& entry,
                                                        PooledResource place) {
    if (!entry.is(JsonKind::object))
        return source.refuse({ErrorCode::malformed, "an entry is an object", "Bundle.entry"}, &entry, place.place);
    if (const JsonValue* url = entry.find("fullUrl")) {
        if (!url->is(JsonKind::string) || url->text.empty())
            return source.refuse({ErrorCode::malformed, "must be a text", "fullUrl"}, url, place.place);
        place.full_url = url->text;
    }
    const JsonValue* resource = entry.find("resource");
    if (resource == nullptr) return {};  // a deletion or a search outcome without content
    place.place += ".resource";
    return add_resource(source, *resource, place);
}

std::size_t line_of(const PooledResource& resource, const Error& error) {
    std::string_view path = error.field;
    const JsonValue* at = resource.value;
    path.remove_prefix(
        std::min(path.size(), path.find('.') == std::string_view::npos ? path.size() : path.find('.') + 1));
    while (!path.empty()) {
        const std::string_view step = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), step.size() + 1));
        const std::size_t bracket = step.find('[');
        const JsonValue* next = at->find(step.substr(0, bracket));
        if (next == nullptr) break;
        at = next;
        if (bracket == std::string_view::npos) continue;
        std::size_t index = 0;
        std::from_chars(step.data() + bracket + 1, step.data() + step.size(), index);
        if (index >= at->elements.size()) break;
        at = &at->elements[index];
    }
    return resource.first_line + line_in(resource.text, at->begin);
}

}  // namespace placet::api::fhir
