// A second model of consent, written from the published rules alone and without a line of contracts/: slow, literal,
// with types of its own. What it is compared with stands in check_consent.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace placet::tests::model {

enum class Says : std::uint8_t { permit, deny };
enum class Answer : std::uint8_t { permit, deny, not_applicable, indeterminate };
enum class Manner : std::uint8_t { plain_r4, pcf, r5, german };
enum class House : std::uint8_t { no_policy, deny, normal, all_normal, break_glass_only };

/// From the first day to before the last; 0 is "open".
struct Span {
    std::uint64_t from = 0;
    std::uint64_t until = 0;
    bool operator==(const Span&) const = default;
};

struct Who {
    std::string role;       ///< empty: none stated
    std::string reference;  ///< empty: none stated
    bool operator==(const Who&) const = default;
};

struct What {
    std::string meaning;  ///< instance, related, dependents, authoredby
    std::string reference;
    bool operator==(const What&) const = default;
};

struct Statement {
    std::optional<Says> says;
    Span valid;
    std::vector<Who> who;
    std::vector<std::string> purposes;
    std::vector<std::string> actions;
    std::vector<std::string> kinds;
    std::vector<std::string> codes;
    std::vector<std::string> labels;  ///< "U" … "V", or a sensitivity such as "PSY"
    std::vector<What> what;
    Span data;
    std::vector<Statement> exceptions;
};

struct Document {
    std::string name;
    Manner manner = Manner::plain_r4;
    std::string status = "active";  ///< the document's own
    std::string life = "active";    ///< the ledger's: active, withdrawn, superseded, frozen, proposed, …
    std::uint64_t recorded_from = 0;
    std::uint64_t recorded_until = 0;  ///< 0: no end
    std::uint64_t dated = 0;           ///< 0: no date
    std::optional<Says> policy_rule;   ///< OPTIN, OPTOUT
    bool doubtful = false;
    bool erased = false;
    Statement root;
};

struct Inquiry {
    std::vector<std::string> known_as;
    std::vector<std::string> roles;
    std::vector<std::string> purposes;
    std::string action;
    std::vector<std::string> kinds;
    std::vector<std::string> codes;
    std::vector<std::string> labels;
    std::vector<std::string> german_codes;
    std::uint64_t at = 0;
    House house = House::no_policy;
};

struct Record {
    std::string name;
    std::vector<std::string> refers_to;
    std::vector<std::string> referred_by;
    std::vector<std::string> written_by;
    std::string kind;
    std::vector<std::string> codes;
    std::vector<std::string> labels;
    Span made;  ///< both open: unknown
    Span updated;
    bool timeless = false;
};

struct Verdict {
    Answer answer = Answer::not_applicable;
    std::vector<bool> shown;  ///< one for each record; all false unless permit
};

[[nodiscard]] Verdict judge(const std::vector<Document>& documents, const Inquiry& inquiry,
                            const std::vector<Record>& records);

}  // namespace placet::tests::model
