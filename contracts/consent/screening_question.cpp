// The elements of a provision that are about the asker, for all parts of a question at once.
#include "contracts/consent/screening_question.hpp"

#include <algorithm>
#include <cstring>

#include "contracts/consent/conditions.hpp"
#include "contracts/consent/purpose.hpp"

namespace placet::contracts::consent {
namespace {

bool is(const Coding& coding, CodingView view) noexcept {
    return coding.code == view.code && coding.system == view.system;
}

bool is_among(CodingView view, const std::vector<Coding>& codings) noexcept {
    return std::ranges::any_of(codings, [&](const Coding& one) { return is(one, view); });
}

}  // namespace

ScreeningQuestion::ScreeningQuestion(AccessContext context, TimeMs at)
    : context_(std::move(context)), at_(at), all_(~Parts{0} >> (kMaxScreenedParts - parts())) {
    for (const std::string_view code : lattice_purposes()) {
        std::size_t slot = slot_of(code);
        while (!lattice_[slot].code.empty()) slot = (slot + 1) % kSlots;
        lattice_[slot] = {code, fits_of(act_reason(code))};
    }
}

Result<ScreeningQuestion> ScreeningQuestion::make(AccessContext context, TimeMs at) {
    if (context.data || !context.classes.empty() || !context.codes.empty() || !context.security_labels.empty())
        return refuse(ErrorCode::unsupported, "a question that is put to many asks for persons, not for kinds of data",
                      "context");
    if (context.purposes.size() > kMaxScreenedParts || context.policy_codes.size() > kMaxScreenedParts)
        return refuse(ErrorCode::unsupported, "a question that is put to many has at most 64 purposes and codes",
                      "context.purposes");
    return ScreeningQuestion(std::move(context), at);
}

std::size_t ScreeningQuestion::slot_of(std::string_view code) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, code.data(), std::min(code.size(), sizeof word));
    return static_cast<std::size_t>((word + code.size()) * 0x9e3779b97f4a7c15ULL >> 56);
}

Fits ScreeningQuestion::fits_of(const Coding& stated) const {
    Fits out;
    for (std::size_t i = 0; i < context_.purposes.size(); ++i) {
        if (purpose_covers(stated, context_.purposes[i])) out.as_permit |= Parts{1} << i;
        if (purposes_meet(stated, context_.purposes[i])) out.as_deny |= Parts{1} << i;
    }
    return out;
}

Fits ScreeningQuestion::purpose_fits(CodingView stated) const {
    if (is_act_reason(stated.system))
        for (std::size_t slot = slot_of(stated.code); !lattice_[slot].code.empty(); slot = (slot + 1) % kSlots)
            if (lattice_[slot].code == stated.code) return lattice_[slot].fits;
    return fits_of({std::string(stated.system), std::string(stated.code)});
}

Fits ScreeningQuestion::read_purposes(PayloadCursor& cursor) const {
    const std::size_t count = cursor.array();
    if (count == 0) return everything(true, true);
    Fits out = context_.purposes.empty() ? everything(false, true) : Fits{};
    for (std::size_t i = 0; i < count && cursor.ok(); ++i) {
        const CodingView stated = cursor.coding();
        if (!context_.purposes.empty()) out = out | purpose_fits(stated);
    }
    return out;
}

Fits ScreeningQuestion::read_actions(PayloadCursor& cursor) const {
    const std::size_t count = cursor.array();
    if (count == 0) return everything(true, true);
    bool named = false;
    for (std::size_t i = 0; i < count && cursor.ok(); ++i) {
        const CodingView action = cursor.coding();
        named |= context_.actions.empty() ? action.code == "access" && action.system == systems::kConsentAction
                                          : is_among(action, context_.actions);
    }
    return everything(named, named || context_.actions.empty());
}

Fits ScreeningQuestion::read_actors(PayloadCursor& cursor) const {
    const std::size_t count = cursor.array();
    if (count == 0) return everything(true, true);
    const bool anybody = context_.actors.empty();  // for a deny everything unknown may be true
    bool permit = false;
    bool deny = anybody;
    for (std::size_t i = 0; i < count && cursor.ok(); ++i) {
        cursor.array_of(2);
        const std::size_t roles = cursor.array();
        bool of_another = true;
        bool recipient = false;
        bool hers = false;
        for (std::size_t r = 0; r < roles && cursor.ok(); ++r) {
            const CodingView role = cursor.coding();
            recipient |= is_recipient_role(role.code);
            of_another &= is_role_of_another(role.code);
            hers |= is_among(role, context_.actor_roles);
        }
        const std::string_view reference = cursor.text();
        if (reference.empty()) {
            const bool fits = recipient || hers;
            permit |= fits;
            deny |= fits || roles == 0 || context_.actor_roles.empty();
        } else if (std::ranges::find(context_.actors, reference) != context_.actors.end()) {
            deny = true;
            permit |= roles == 0 || !of_another || hers;
        }
    }
    return everything(permit, deny);
}

std::uint64_t ScreeningQuestion::read_policy_codes(PayloadCursor& cursor) const {
    if (context_.policy_codes.empty()) return cursor.skip(), 0;
    std::uint64_t out = 0;
    const std::size_t count = cursor.array();
    for (std::size_t i = 0; i < count && cursor.ok(); ++i) {
        const CodingView named = cursor.coding();
        for (std::size_t c = 0; c < context_.policy_codes.size(); ++c)
            if (is(context_.policy_codes[c], named)) out |= std::uint64_t{1} << c;
    }
    return out;
}

}  // namespace placet::contracts::consent
