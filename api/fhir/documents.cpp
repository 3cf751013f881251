// Finds the Consents in files and keeps going.
#include "api/fhir/documents.hpp"

#include <algorithm>
#include <fstream>

#include "api/fhir/json_line.hpp"
#include "api/fhir/printable.hpp"
#include "api/fhir/source_text.hpp"
#include "api/fhir/xml_value.hpp"
#include "ledger/base/edit_distance.hpp"

namespace placet::api::fhir {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

std::string remedy_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::unsupported:
            return "convert the document to FHIR R4 (4.0.1) or R5 (5.0.0) and import it again";
        case ErrorCode::too_large:
            return "split it, or leave attachments out and refer to them";
        case ErrorCode::conflict:
            return "remove one of the two members";
        case ErrorCode::io:
        case ErrorCode::not_found:
            return "check the file's name and that it can be read";
        default:
            return "correct this element at its source and import the file again";
    }
}

/// "Consent" misspelt: other capitals, or one or two letters off.
bool is_nearly_consent(std::string_view type) {
    constexpr std::string_view kWanted = "consent";
    std::string lower(type);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    return base::edit_distance(lower, kWanted) <= 2 && lower != "content";
}

bool is_type_name(std::string_view type) noexcept {
    return !type.empty() && type.size() <= 64 && type[0] >= 'A' && type[0] <= 'Z' &&
           std::ranges::all_of(type, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

std::string joined(const std::string& place, std::string_view more) {
    return place.empty() ? std::string(more) : place + "." + std::string(more);
}

}  // namespace

struct DocumentSet::Scope {
    std::string file;
    std::string_view text;
    std::map<std::string, std::string, std::less<>> by_full_url;  ///< fullUrl → "Type/id"
    std::size_t bundle_depth = 0;
};

void DocumentSet::refuse(const std::string& file, const std::string& place, const Error& error) {
    std::string element = place;
    if (!error.field.empty()) element += (element.empty() ? "" : ": ") + error.field;
    refusals.push_back(
        {printable(file, 400), printable(element, 300), printable(error.message, 500), remedy_of(error.code)});
}

void DocumentSet::read_file(const std::filesystem::path& path) {
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(path, failed);
    if (!failed && size > limits_.max_file_bytes) {
        ++files;
        return refuse(path.string(), "",
                      {ErrorCode::too_large,
                       "the file has " + std::to_string(size) + " octets; at most " +
                           std::to_string(limits_.max_file_bytes) + " are read",
                       ""});
    }
    std::ifstream stream(path, std::ios::binary);
    std::string text;
    if (!failed && stream) text.assign(std::istreambuf_iterator<char>(stream), {});
    if (failed || !stream) {
        ++files;
        return refuse(path.string(), "", {ErrorCode::io, "the file cannot be read", ""});
    }
    read_text(path.string(), text);
}

void DocumentSet::read_text(const std::string& file, std::string_view text) {
    ++files;
    Scope scope{file, text, {}, 0};
    if (trimmed(text).empty()) return refuse(file, "", {ErrorCode::malformed, "the file is empty", ""});
    JsonLimits limits = limits_.json;
    limits.max_bytes = limits_.max_file_bytes;
    if (looks_like_xml(text)) {
        const auto tree = parse_xml(text, limits);
        return tree ? read_resource(scope, *tree, "") : refuse(file, "", tree.error());
    }
    if (file.ends_with(".ndjson")) return read_lines(scope);
    const auto root = parse_json(text, limits);
    if (root) return read_resource(scope, *root, "");
    // Several values, one a line, under a name that does not say so?
    const std::string_view first_line = trimmed(text.substr(0, text.find('\n')));
    if (trimmed(text).find('\n') != std::string_view::npos && parse_json(first_line, limits)) return read_lines(scope);
    refuse(file, "", root.error());
}

void DocumentSet::read_lines(const Scope& scope) {
    Lines lines(scope.text);
    while (const auto line = lines.next()) {
        const std::string place = "line " + std::to_string(lines.number());
        const auto resource = parse_json_line(*line, limits_.json);
        if (!resource) {
            refuse(scope.file, place, resource.error());
            continue;
        }
        read_resource({scope.file, *line, {}, 0}, *resource, place);
    }
}

void DocumentSet::read_resource(const Scope& scope, const JsonValue& resource, const std::string& place) {
    if (!resource.is(JsonKind::object))
        return refuse(scope.file, place,
                      {ErrorCode::malformed,
                       "a FHIR resource is an object, but this is " + std::string(to_words(resource.kind)), ""});
    const JsonValue* type = resource.find("resourceType");
    if (type == nullptr || !type->is(JsonKind::string))
        return refuse(scope.file, place,
                      {ErrorCode::malformed, "this is no FHIR resource: it has no resourceType", "resourceType"});
    if (type->text == "Consent") return read_consent_at(scope, resource, place);
    if (type->text == "Bundle") return read_bundle(scope, resource, place);
    if (!is_type_name(type->text) || is_nearly_consent(type->text))
        return refuse(scope.file, place,
                      {ErrorCode::invalid_value, "\"" + type->text + "\" is no FHIR resource type", "resourceType"});
    ++other_types[type->text];
    if (type->text == "Patient") note_patient(resource);
}

void DocumentSet::read_bundle(const Scope& scope, const JsonValue& bundle, const std::string& place) {
    if (scope.bundle_depth >= kMaxBundleDepth)
        return refuse(scope.file, place, {ErrorCode::too_large, "Bundles are nested deeper than 4 levels", "Bundle"});
    ++other_types["Bundle"];
    const JsonValue* entries = bundle.find("entry");
    if (entries == nullptr) return;
    if (!entries->is(JsonKind::array))
        return refuse(scope.file, place, {ErrorCode::malformed, "must be an array", "Bundle.entry"});

    Scope inner{scope.file, scope.text, {}, scope.bundle_depth + 1};
    for (const JsonValue& entry : entries->elements) {
        const JsonValue* resource = entry.find("resource");
        const std::string_view full_url = entry.text_of("fullUrl");
        if (resource == nullptr || full_url.empty()) continue;
        const std::string_view type = resource->text_of("resourceType"), id = resource->text_of("id");
        if (is_type_name(type) && !id.empty())
            inner.by_full_url.emplace(full_url, std::string(type) + "/" + std::string(id));
    }
    for (std::size_t i = 0; i < entries->elements.size(); ++i) {
        const JsonValue& entry = entries->elements[i];
        const std::string entry_place = joined(place, "entry[" + std::to_string(i) + "]");
        const JsonValue* resource = entry.find("resource");
        if (resource == nullptr) continue;  // a deletion or a search outcome without content
        const std::string_view full_url = entry.text_of("fullUrl");
        if (full_url.find("/Consent/") != std::string_view::npos && resource->text_of("resourceType") != "Consent") {
            refuse(scope.file, entry_place,
                   {ErrorCode::invalid_value, "its fullUrl names a Consent, but its resource is none",
                    "resource.resourceType"});
            continue;
        }
        read_resource(inner, *resource, entry_place + ".resource");
    }
}

void DocumentSet::read_consent_at(const Scope& scope, const JsonValue& resource, const std::string& place) {
    const std::string_view source = scope.text.substr(resource.begin, resource.end - resource.begin);
    if (source.size() > limits_.max_consent_bytes)
        return refuse(scope.file, place,
                      {ErrorCode::too_large,
                       "the Consent has " + std::to_string(source.size()) + " octets; at most " +
                           std::to_string(limits_.max_consent_bytes) + " are taken",
                       "Consent"});
    const auto resolve = [&scope](const JsonValue& reference) {
        const auto found = scope.by_full_url.find(reference.text_of("reference"));
        return found == scope.by_full_url.end() ? std::string() : found->second;
    };
    auto reading = read_consent(resource, resolve);
    if (!reading) return refuse(scope.file, place, reading.error());
    consents.push_back(
        {scope.file, place, std::move(*reading), std::string(source), crypto::sha256(base::as_bytes(source))});
}

void DocumentSet::note_patient(const JsonValue& resource) {
    const std::string_view id = resource.text_of("id");
    const JsonValue* identifiers = resource.find("identifier");
    if (id.empty() || identifiers == nullptr || identifiers->elements.empty()) return;
    const std::string_view number = identifiers->elements.front().text_of("value");
    if (!number.empty() && number.size() <= 256) patient_numbers.emplace("Patient/" + std::string(id), number);
}

Result<std::vector<std::filesystem::path>> files_below(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::file_status status = fs::status(path, failed);
    if (!fs::exists(status)) return base::refuse(ErrorCode::not_found, "there is no " + path.string(), "file");
    std::vector<fs::path> out;
    if (!fs::is_directory(status)) {
        out.push_back(path);
        return out;
    }
    fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, failed), end;
    for (; !failed && at != end; at.increment(failed)) {
        if (at->is_symlink() || !at->is_regular_file()) continue;
        const std::string extension = at->path().extension().string();
        if (extension == ".json" || extension == ".ndjson" || extension == ".xml") out.push_back(at->path());
    }
    if (failed) return base::refuse(ErrorCode::io, "cannot list " + path.string() + ": " + failed.message(), "file");
    std::ranges::sort(out);
    return out;
}

std::string describe(const Refusal& refusal) {
    std::string out = refusal.file + ": ";
    if (!refusal.element.empty()) out += refusal.element + ": ";
    return out + refusal.reason + " (" + refusal.remedy + ")";
}

}  // namespace placet::api::fhir
