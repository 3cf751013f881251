// Whether one provision's conditions hold. Conditions on the asker, purpose, action and time decide whether a rule
// speaks at all; conditions on data decide about each piece of data. Where a match is uncertain a permit does not match
// and a deny does.
#pragma once

#include "contracts/consent/evaluate.hpp"
#include "contracts/consent/faults.hpp"

namespace placet::contracts::consent {

/// One question: a single purpose (none: the request stated none), kind and code of data (none: not stated) at an
/// instant.
struct Question {
    const AccessContext& context;
    const Coding* purpose = nullptr;
    TimeMs at = 0;
    const Coding* data_class = nullptr;
    const Coding* code = nullptr;
    Fault fault = Fault::none;
    /// Whether it says anything about the data asked for.
    [[nodiscard]] bool states_data() const noexcept {
        return data_class != nullptr || code != nullptr || !context.security_labels.empty();
    }
};

/// Period, actors, actions and purposes of `provision`, read for a rule of `type`.
[[nodiscard]] bool asker_matches(const Provision& provision, ProvisionType type, const Question& question);

/// Whether the data that the question asks for fit the provision's conditions on data.
enum class AskedData : std::uint8_t {
    excluded,  ///< they do not
    included,  ///< they do, or there are no such conditions
    open,      ///< the question leaves something unsaid that only a piece of data can tell
};
[[nodiscard]] AskedData asked_data(const Provision& provision, ProvisionType type, const Question& question);

/// Whether the provision says anything about data (obligation and refrain labels are not conditions).
[[nodiscard]] bool constrains_data(const Provision& provision);
/// Only the conditions on data, nothing nested.
[[nodiscard]] Provision data_conditions(const Provision& provision);
/// All conditions on data of `provision` hold for `data`, read for a rule of `type`.
[[nodiscard]] bool data_matches(const Provision& provision, ProvisionType type, const DataContext& data,
                                Fault fault = Fault::none);

/// Labels of a provision that order something of the receiver: v3 ObligationPolicy and RefrainPolicy codes.
[[nodiscard]] std::vector<std::string> obligations_of(const Provision& provision);

/// Whether a label orders something of the receiver instead of telling data apart.
[[nodiscard]] bool is_duty_label(std::string_view system, std::string_view code) noexcept;

/// Roles that whoever asks has: recipient of the information.
[[nodiscard]] bool is_recipient_role(std::string_view code) noexcept;
/// Roles of somebody who is not the one that asks: who holds, wrote, gave or witnessed it.
[[nodiscard]] bool is_role_of_another(std::string_view code) noexcept;

}  // namespace placet::contracts::consent
