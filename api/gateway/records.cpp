// Who a resource is about: subject, patient, beneficiary or individual; a Patient is about herself.
#include "api/gateway/records.hpp"

#include <functional>

#include "api/fhir/documents.hpp"
#include "api/gateway/durable_file.hpp"

namespace placet::api::gateway {

using base::Result;
using base::Status;
using fhir::JsonKind;
using fhir::JsonValue;

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

/// "Patient/<id>" without host and version, or empty.
std::string patient_of(std::string_view reference) {
    reference = reference.substr(0, reference.find("/_history/"));
    const std::size_t at = reference.rfind("Patient/");
    if (at == std::string_view::npos || (at > 0 && reference[at - 1] != '/')) return {};
    return std::string(reference.substr(at));
}

std::string about(const JsonValue& resource) {
    if (resource.text_of("resourceType") == "Patient") return "Patient/" + std::string(resource.text_of("id"));
    for (const std::string_view name : {"subject", "patient", "beneficiary", "individual"})
        if (const JsonValue* reference = resource.find(name)) return patient_of(reference->text_of("reference"));
    return {};
}

void each_resource(const JsonValue& value, std::size_t depth, const std::function<void(const JsonValue&)>& visit) {
    const JsonValue* entries = value.text_of("resourceType") == "Bundle" ? value.find("entry") : nullptr;
    if (value.text_of("resourceType") != "Bundle") return visit(value);
    if (entries == nullptr || depth == 0) return;
    for (const JsonValue& entry : entries->elements)
        if (const JsonValue* resource = entry.find("resource")) each_resource(*resource, depth - 1, visit);
}

/// False if the file holds nothing that can be read.
bool read_resources(const std::filesystem::path& path, const std::function<void(const JsonValue&)>& visit) {
    const auto content = read_file(path, kMaxFileBytes);
    if (!content) return false;
    std::string_view text = base::as_text(*content);
    fhir::JsonLimits limits;
    limits.max_bytes = kMaxFileBytes;
    if (path.extension() != ".ndjson") {
        const auto root = fhir::parse_json(text, limits);
        if (root) each_resource(*root, 4, visit);
        return root.has_value();
    }
    bool any = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const auto line = fhir::parse_json(text.substr(0, end), limits);
        if (line) each_resource(*line, 4, visit);
        any = any || line.has_value();
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return any;
}

}  // namespace

Status Records::refresh() {
    PLACET_TRY_ASSIGN(const std::vector<std::filesystem::path> files, fhir::files_below(folder_));
    std::map<std::string, Stamp> fresh;
    for (const std::filesystem::path& file : files) {
        std::error_code failed;
        const Stamp stamp{std::filesystem::last_write_time(file, failed), std::filesystem::file_size(file, failed)};
        fresh.emplace(file.string(), stamp);
    }
    if (fresh == stamps_) return {};
    files_of_.clear();
    skipped_files_ = 0;
    for (const auto& [file, stamp] : fresh) {
        const bool read = read_resources(file, [&](const JsonValue& resource) {
            if (const std::string patient = about(resource); !patient.empty()) files_of_[patient].insert(file);
        });
        if (!read) ++skipped_files_;
    }
    stamps_ = std::move(fresh);
    return {};
}

std::vector<std::string> Records::patients() const {
    std::vector<std::string> out;
    for (const auto& [patient, files] : files_of_) out.push_back(patient);
    return out;
}

Result<std::vector<JsonValue>> Records::of(const std::string& patient_reference) const {
    std::vector<JsonValue> out;
    const auto found = files_of_.find(patient_reference);
    if (found == files_of_.end()) return out;
    std::set<std::string> seen;
    for (const std::string& file : found->second) {
        const bool read = read_resources(file, [&](const JsonValue& resource) {
            if (about(resource) != patient_reference) return;
            const std::string key = std::string(resource.text_of("resourceType")) + "/" + std::string(resource.text_of("id"));
            if (seen.insert(key).second) out.push_back(resource);
        });
        if (!read) return base::refuse(base::ErrorCode::io, "a file of records can no longer be read; look into the folder of records", "records");
    }
    return out;
}

}  // namespace placet::api::gateway
