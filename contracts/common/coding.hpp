// A coded value as FHIR has it, without display text: what rules compare. Equal means equal system and equal code.
#pragma once

#include <string>
#include <vector>

#include "contracts/common/codec.hpp"

namespace placet::contracts {

struct Coding {
    std::string system;  ///< absolute URI; empty where the source gave none
    std::string code;
    auto operator<=>(const Coding&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("system", self.system, kMaxCode);
        archive("code", self.code, kMaxCode);
    }
};

namespace systems {
inline constexpr std::string_view kActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
inline constexpr std::string_view kConfidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
inline constexpr std::string_view kActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
inline constexpr std::string_view kConsentAction = "http://terminology.hl7.org/CodeSystem/consentaction";
inline constexpr std::string_view kParticipationType = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
inline constexpr std::string_view kDuo = "http://purl.obolibrary.org/obo/duo.owl";
inline constexpr std::string_view kMondo = "http://purl.obolibrary.org/obo/mondo.owl";
/// Our own: uses of machine learning, which research never implies ("TRAIN", "EVALUATE", "DEPLOY").
inline constexpr std::string_view kModelUse = "urn:placet:model-use";
}  // namespace systems

}  // namespace placet::contracts
