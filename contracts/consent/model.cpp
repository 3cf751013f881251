// The E part's payload, and the names of the model's enumerations.
#include "contracts/consent/model.hpp"

#include <algorithm>

#include "contracts/consent/commands.hpp"
#include "contracts/consent/entries.hpp"

namespace placet::contracts::consent {
namespace {

/// Format of the payload; another number is refused, never half read.
constexpr std::uint64_t kPayloadVersion = 1;

struct Payload {
    std::uint64_t version = kPayloadVersion;
    Consent consent;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("version", self.version);
        archive("consent", self.consent);
    }
};

std::size_t depth_of(const Provision& provision) {
    std::size_t deepest = 0;
    for (const auto& nested : provision.provisions) deepest = std::max(deepest, depth_of(nested));
    return deepest + 1;
}

}  // namespace

std::string_view to_string(Profile profile) noexcept {
    switch (profile) {
        case Profile::none: return "none";
        case Profile::pcf_basic: return "pcf_basic";
        case Profile::pcf_intermediate: return "pcf_intermediate";
        case Profile::pcf_advanced: return "pcf_advanced";
        case Profile::mii_broad: return "mii_broad";
    }
    return {};
}

std::string_view to_string(GrantorKind kind) noexcept {
    switch (kind) {
        case GrantorKind::patient: return "patient";
        case GrantorKind::guardian: return "guardian";
        case GrantorKind::delegate: return "delegate";
    }
    return {};
}

Bytes encode_consent(const Consent& consent) { return encode(Payload{kPayloadVersion, consent}); }

Result<Consent> decode_consent(BytesView payload) {
    PLACET_TRY_ASSIGN(Payload decoded, decode<Payload>(payload));
    if (decoded.version != kPayloadVersion) return refuse(ErrorCode::unsupported, "the consent's format is not 1", "version");
    if (depth_of(decoded.consent.root) > kMaxProvisionDepth)
        return refuse(ErrorCode::too_large, "provisions are nested more than 8 levels deep", "root");
    return std::move(decoded.consent);
}

}  // namespace placet::contracts::consent
