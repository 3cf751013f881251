// Files of FHIR resources as a custodian hands them over: one resource, a Bundle of any type (Bundles inside Bundles
// too), in JSON or XML, or NDJSON, one resource a line. Every Consent ends as imported or as refused with file,
// element, reason and what to do; other resources are counted by type; a broken file is refused and the rest goes on.
//
// A Consent is kept losslessly: `source` is the exact slice of the file's octets that is the resource, inside a Bundle
// too; its SHA-256 names the document. All texts of refusals are safe to print (printable.hpp).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/fhir/consent_reader.hpp"
#include "ledger/crypto/hash.hpp"

namespace placet::api::fhir {

struct ImportedConsent {
    std::string file;
    std::string place;  ///< "", "entry[3].resource", "line 7"
    ConsentReading reading;
    std::string source;        ///< the resource's octets as given
    crypto::Hash source_hash;  ///< SHA-256 of `source`
};

struct Refusal {
    std::string file;
    std::string element;  ///< where: "entry[3].resource: Consent.patient", "line 7: Consent.status"; empty = the file
                          ///< as a whole
    std::string reason;
    std::string remedy;  ///< what to do
};

struct DocumentLimits {
    std::size_t max_file_bytes = std::size_t{256} << 20;
    /// Of one Consent: its ciphertext must fit a part (types::Part::kMaxPayload).
    std::size_t max_consent_bytes = 500 * 1024;
    JsonLimits json;
};

class DocumentSet {
public:
    explicit DocumentSet(DocumentLimits limits = {}) : limits_(limits) {}

    /// Reads one text under the name `file`. Nothing is thrown; whatever is wrong becomes a refusal.
    void read_text(const std::string& file, std::string_view text);
    void read_file(const std::filesystem::path& path);

    std::vector<ImportedConsent> consents;
    std::vector<Refusal> refusals;
    std::map<std::string, std::size_t> other_types;  ///< resources that are no Consents, by type
    std::map<std::string, std::string>
        patient_numbers;  ///< "Patient/<id>" → first identifier's value, from Patients seen
    std::size_t files = 0;

private:
    struct Scope;  // the text and, inside a Bundle, its entries by fullUrl
    void read_lines(const Scope& scope);
    void read_resource(const Scope& scope, const JsonValue& resource, const std::string& place);
    void read_bundle(const Scope& scope, const JsonValue& bundle, const std::string& place);
    void read_consent_at(const Scope& scope, const JsonValue& resource, const std::string& place);
    void note_patient(const JsonValue& resource);
    void refuse(const std::string& file, const std::string& place, const base::Error& error);

    DocumentLimits limits_;
};

/// The .json, .ndjson and .xml files at or below `path` (a file counts whatever its name), sorted; not_found or io.
/// Symbolic links below a folder are not followed.
[[nodiscard]] base::Result<std::vector<std::filesystem::path>> files_below(const std::filesystem::path& path);

/// "file: element: reason (what to do)" on one line.
[[nodiscard]] std::string describe(const Refusal& refusal);

}  // namespace placet::api::fhir
