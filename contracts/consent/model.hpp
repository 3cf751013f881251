// A consent as rules see it: normalised from FHIR R4 or R5 by api/fhir, kept as the payload of an erasable part (class
// E). It holds codes and references only: no names, birth dates or free text; the patient's own reference is
// "Patient/$subject" (kSubject), organisations on the ledger are "Organization/<id>", actors "Practitioner/<name>";
// others are veiled (api/gateway/veil.hpp).
//
// The model keeps what the document says, not what we think it means: readings are applied in evaluate.hpp. An element
// the reader cannot represent becomes a Doubt, which makes every decision of this consent indeterminate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/common/coding.hpp"

namespace placet::contracts::consent {

inline constexpr std::string_view kSubject = "Patient/$subject";

enum class FhirVersion : std::uint8_t { r4, r5 };
[[nodiscard]] constexpr FhirVersion last_of(FhirVersion) noexcept {
    return FhirVersion::r5;
}

/// Which published reading governs (consent.md): declared in the document's meta.profile, else `none`.
enum class Profile : std::uint8_t {
    none,       ///< readings must agree
    pcf_basic,  ///< IHE PCF, read by PCF alone
    pcf_intermediate,
    pcf_advanced,
    mii_broad,  ///< German MII broad consent: root deny = "denied unless permitted below"
};
[[nodiscard]] constexpr Profile last_of(Profile) noexcept {
    return Profile::mii_broad;
}
[[nodiscard]] std::string_view to_string(Profile profile) noexcept;

/// Consent.status of R4 and R5 together.
enum class DocumentStatus : std::uint8_t {
    draft,
    proposed,
    active,
    rejected,
    inactive,
    entered_in_error,
    not_done,
    unknown
};
[[nodiscard]] constexpr DocumentStatus last_of(DocumentStatus) noexcept {
    return DocumentStatus::unknown;
}

enum class ProvisionType : std::uint8_t { deny, permit };
[[nodiscard]] constexpr ProvisionType last_of(ProvisionType) noexcept {
    return ProvisionType::permit;
}

/// Half-open [from, until); FHIR's inclusive ends of given precision are widened by the reader: until 2026-12-31 =
/// 2027-01-01.
struct Period {
    std::optional<TimeMs> from_ms;
    std::optional<TimeMs> until_ms;
    bool operator==(const Period&) const = default;
    [[nodiscard]] bool is_open() const noexcept { return !from_ms && !until_ms; }
    [[nodiscard]] bool contains(TimeMs instant) const noexcept {
        return (!from_ms || *from_ms <= instant) && (!until_ms || instant < *until_ms);
    }

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("from_ms", self.from_ms);
        archive("until_ms", self.until_ms);
    }
};

/// Data may be older than the ledger's clock: instants of data count milliseconds from 0001-01-01T00:00:00Z.
inline constexpr TimeMs kDataEpochMs = 62'135'596'800'000;
/// An instant of the ledger's clock on the scale of data.
[[nodiscard]] constexpr TimeMs data_time(TimeMs instant) noexcept {
    return instant + kDataEpochMs;
}

struct ProvisionActor {
    std::vector<Coding> roles;  ///< codings of one CodeableConcept: synonyms
    std::string reference;      ///< empty: anybody in the role
    bool operator==(const ProvisionActor&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("roles", self.roles, 16);
        archive("reference", self.reference, kMaxCode);
    }
};

enum class DataMeaning : std::uint8_t { instance, related, dependents, authored_by };
[[nodiscard]] constexpr DataMeaning last_of(DataMeaning) noexcept {
    return DataMeaning::authored_by;
}

struct ProvisionData {
    DataMeaning meaning = DataMeaning::instance;
    std::string reference;
    bool operator==(const ProvisionData&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("meaning", self.meaning);
        archive("reference", self.reference, kMaxCode);
    }
};

/// One rule: elements are ANDed, repetitions in an element ORed, an empty element does not constrain.
struct Provision {
    std::optional<ProvisionType>
        type;            ///< as the document has it; R5 exceptions get the opposite of what encloses them
    Period period;       ///< of the agreement
    Period data_period;  ///< of the data, on the scale of data_time()
    std::vector<ProvisionActor> actors;
    std::vector<Coding> actions;
    std::vector<Coding> purposes;
    std::vector<Coding> classes;         ///< R4 class, R5 documentType
    std::vector<Coding> resource_types;  ///< R5 resourceType
    std::vector<Coding> codes;
    std::vector<Coding> security_labels;
    std::vector<ProvisionData> data;
    std::vector<Provision> provisions;  ///< up to kMaxProvisionDepth levels
    bool operator==(const Provision&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("type", self.type);
        archive("period", self.period);
        archive("data_period", self.data_period);
        archive("actors", self.actors, 64);
        archive("actions", self.actions, 64);
        archive("purposes", self.purposes, 64);
        archive("classes", self.classes, 256);
        archive("resource_types", self.resource_types, 256);
        archive("codes", self.codes, 512);
        archive("security_labels", self.security_labels, 64);
        archive("data", self.data, 512);
        archive("provisions", self.provisions, 256);
    }
};
/// Levels of provisions, the root included: more is refused by the reader (too_large).
inline constexpr std::size_t kMaxProvisionDepth = 8;

/// Something in the document that we cannot decide by.
struct Doubt {
    std::string path;  ///< "provision.provision[1].expression"
    std::string why;   ///< our sentence, never the document's text
    bool operator==(const Doubt&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("path", self.path, kMaxCode);
        archive("why", self.why, kMaxSentence);
    }
};

struct Consent {
    FhirVersion fhir_version = FhirVersion::r4;
    Profile profile = Profile::none;
    DocumentStatus status = DocumentStatus::active;
    std::vector<Coding> scope;
    std::vector<Coding> categories;
    std::optional<TimeMs> date_time_ms;      ///< not in force before it
    std::vector<std::string> performers;     ///< R4 performer, R5 grantor; references
    std::vector<std::string> organizations;  ///< R4 organization, R5 manager and controller; references
    std::vector<Coding> policy_rules;        ///< R4 policyRule, R5 regulatoryBasis
    std::vector<std::string> policy_uris;    ///< R4 policy.uri, R5 policyBasis.url
    /// The root rule: R4 `provision`; R5 a rule whose type is `decision` and whose provisions are `provision[]`.
    /// Without one: a root with no type and nothing in it.
    Provision root;
    std::vector<Doubt> doubts;
    bool operator==(const Consent&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("fhir_version", self.fhir_version);
        archive("profile", self.profile);
        archive("status", self.status);
        archive("scope", self.scope, 16);
        archive("categories", self.categories, 16);
        archive("date_time_ms", self.date_time_ms);
        archive("performers", self.performers, 16, kMaxCode);
        archive("organizations", self.organizations, 16, kMaxCode);
        archive("policy_rules", self.policy_rules, 16);
        archive("policy_uris", self.policy_uris, 16, kMaxCode);
        archive("root", self.root);
        archive("doubts", self.doubts, 64);
    }
};

/// The E part's payload: [1, consent]. `decode_consent` also refuses provisions deeper than kMaxProvisionDepth.
[[nodiscard]] Bytes encode_consent(const Consent& consent);
[[nodiscard]] Result<Consent> decode_consent(BytesView payload);

}  // namespace placet::contracts::consent
