// The shapes of consents a hospital meets, as FHIR R4 Consent resources.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "cli/samples/person.hpp"

namespace placet::cli::samples {

enum class Shape : std::uint8_t {
    research_permit,      ///< IHE PCF Basic: health research permitted
    plain_permit,         ///< the same without a profile
    university_only,      ///< research, by Organization/university alone
    broad_consent,        ///< denied unless permitted below: research
    mii_broad_consent,    ///< the German broad consent's profile
    nested_exception,     ///< PCF Intermediate: research, but not the data of one encounter
    data_period,          ///< PCF Intermediate: research with data of some years
    security_label,       ///< PCF Advanced: research with data of normal sensitivity
    period_limited,       ///< research, until a day far ahead
    expired,              ///< research, until a day long past
    disease_limited,      ///< research on particular diseases
    treatment_only,       ///< treatment, payment, operations
    research_deny,        ///< research denied
    university_deny,      ///< research permitted, but not to the university
    break_glass_only,     ///< everything denied but emergencies
    model_training,       ///< research and training a model
    guardian,             ///< research, given by a guardian
    withdrawn,            ///< status inactive
    proposed,             ///< not yet given
    rejected,             ///< refused by the patient
    doubtful,             ///< imports, but nothing can be decided by it: a modifier extension
};
inline constexpr std::size_t kShapes = static_cast<std::size_t>(Shape::doubtful) + 1;

[[nodiscard]] std::string_view to_string(Shape shape) noexcept;

/// Who gets which shape: position modulo the length of this cycle; permits of research are the most.
[[nodiscard]] Shape shape_of(std::size_t position) noexcept;

struct ConsentFrame {
    std::string_view hospital;  ///< organisation id
    std::string_view id;        ///< of the Consent
    std::string_view date_time;
};

[[nodiscard]] nlohmann::ordered_json make_consent(const Person& person, Shape shape, const ConsentFrame& frame);

}  // namespace placet::cli::samples
