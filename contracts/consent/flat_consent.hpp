// A consent's payload as a flat list of provisions, each already tested against a question. Buffers are kept from one
// consent to the next, so reading one allocates nothing; views point into the payload.
#pragma once

#include <vector>

#include "contracts/consent/screening_question.hpp"

namespace placet::contracts::consent {

/// A provision in the order of the document: what encloses it stands before it.
struct FlatProvision {
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    std::optional<ProvisionType> type;
    std::uint32_t depth = 1;       ///< root = 1
    std::uint32_t parent = kNone;  ///< its place in the list
    Fits alone;                    ///< parts for which its own conditions on the asker hold
    Fits enclosed;                 ///< parts for which those of all that encloses it hold, too
    bool names_asker = false;      ///< actors, actions or purposes are stated
    std::uint64_t policy_codes = 0;
    /// Its conditions on data: equal numbers within a consent are equal conditions; kNone: it has none.
    std::uint32_t condition = kNone;
};

struct FlatConsent {
    FhirVersion fhir_version = FhirVersion::r4;
    Profile profile = Profile::none;
    std::optional<ProvisionType> policy_base;  ///< what policyRule states (policy_base() of reading.hpp)
    bool doubtful = false;
    bool in_force = false;                  ///< by the document's own status, date and period
    std::vector<FlatProvision> provisions;  ///< the root first; unread where the consent is not in force
};

/// Owns what it hands out until the next call. One thread.
class FlatReader {
public:
    /// Errors: malformed, unsupported (another format), too_large (deeper than kMaxProvisionDepth).
    [[nodiscard]] Result<const FlatConsent*> read(BytesView payload, const ScreeningQuestion& question);

private:
    /// Conditions on data as they lie in the payload.
    struct DataConditions {
        BytesView data_period, kinds_and_codes, labels, data;
        [[nodiscard]] bool constrain() const;
        /// Of all but the labels, of which only some are conditions.
        [[nodiscard]] std::uint64_t digest() const;
    };
    void read_header(PayloadCursor& cursor);
    void read_provisions(PayloadCursor& cursor, const ScreeningQuestion& question);
    void read_one(PayloadCursor& cursor, const ScreeningQuestion& question, FlatProvision& out);
    [[nodiscard]] std::uint32_t number_of(const DataConditions& conditions);

    FlatConsent flat_;
    std::optional<TimeMs> date_time_ms_;
    Period root_period_;
    bool is_active_ = false;
    std::vector<std::pair<std::uint64_t, DataConditions>> conditions_;  // with their digests
    struct Open {
        std::uint32_t provision = 0;
        std::size_t left = 0;  ///< provisions below it that are still to be read
    };
    std::vector<Open> open_;
};

}  // namespace placet::contracts::consent
