// How a command may end: the codes that stand in receipts and leaves, and the plain sentence for each. A code is stable for
// ever; the sentence is for people (cli, rest) and never hashed. docs/formats/outcomes.md lists them all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contracts/common/codec.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::contracts {

struct OutcomeWords {
    std::string_view code;
    std::string_view sentence;  ///< what happened
    std::string_view advice;    ///< what would change a refusal; empty for a success
};

/// Every code a receipt or a reason in one can carry, ascending by code.
[[nodiscard]] const std::vector<OutcomeWords>& all_outcomes();
/// The sentence of `code`; a code this version does not know gives the code itself.
[[nodiscard]] std::string outcome_sentence(std::string_view code);
/// What would change a refusal; empty if nothing would, or the code is a success.
[[nodiscard]] std::string outcome_advice(std::string_view code);

/// A reason inside a receipt or decision: a machine code, what it is about (a DUO term, a dataset, a field), and a sentence made
/// by us (never a person's words).
struct Reason {
    std::string code;
    std::string subject;
    std::string text;
    bool operator==(const Reason&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("code", self.code, kMaxId);
        archive("subject", self.subject, kMaxCode);
        archive("text", self.text, kMaxSentence);
    }
};

/// `text` as a reason may hold it: ASCII, at most `most` octets, anything else as '?'. For sentences that quote what a client sent, cut
/// anywhere without breaking UTF-8.
[[nodiscard]] std::string plain_text(std::string_view text, std::size_t most);

/// The detail of every refusal without a shape of its own: the reasons.
struct RefusalDetail {
    std::vector<Reason> reasons;
    bool operator==(const RefusalDetail&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("reasons", self.reasons, 64);
    }
};

}  // namespace placet::contracts
