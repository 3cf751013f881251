// What a flat consent says about one part of a question: the decision of reading.hpp and evaluate.hpp without its
// reasons. Where the published readings disagree it is a doubt, as there.
#pragma once

#include "contracts/consent/flat_consent.hpp"
#include "contracts/consent/reading.hpp"

namespace placet::contracts::consent {

enum class Voice : std::uint8_t { silent, permits, denies, denies_by_default, doubts };

/// Keeps its buffers; one thread.
class FlatReading {
public:
    [[nodiscard]] Voice voice(const FlatConsent& consent, const ScreeningQuestion& question, std::size_t part);

private:
    /// Conditions on data by number, in order: a rule's own, then those of what encloses it.
    struct Conditions {
        std::array<std::uint32_t, kMaxProvisionDepth> numbers{};
        std::uint32_t count = 0;
        void add(std::uint32_t number) noexcept { numbers[count++] = number; }
        void remove(std::uint32_t number) noexcept;
        [[nodiscard]] bool has(std::uint32_t number) const noexcept;
        [[nodiscard]] bool within(const Conditions& wider) const noexcept;
        bool operator==(const Conditions& other) const noexcept;
    };
    struct Rule {
        ProvisionType type = ProvisionType::deny;
        std::uint32_t depth = 1;
        Conditions data;
        bool operator==(const Rule&) const = default;
    };
    struct Settled {
        std::optional<ProvisionType> decision;
        std::uint32_t base_depth = 0;
        bool base_permits = false;
    };
    /// How the root's type is read, and whether what encloses a rule counts.
    struct Manner {
        std::optional<ProvisionType> root_type;
        bool nested = false;
        std::optional<ProvisionType> rule_above;  ///< policyRule as a rule of its own, above the root
    };

    static void collect(const FlatConsent& consent, const Manner& manner, std::size_t part, std::vector<Rule>& out);
    static Settled settle(const std::vector<Rule>& rules);
    static bool is_void(const std::vector<Rule>& rules, const Rule& permit);
    static void keep_residual(const std::vector<Rule>& rules, const Settled& settled, std::vector<Rule>& out);
    static void simplify(std::vector<Rule>& residual);
    [[nodiscard]] bool agrees(const FlatConsent& consent, const Manner& other, std::size_t part);
    [[nodiscard]] bool readings_agree(const FlatConsent& consent, std::size_t part);
    [[nodiscard]] static Voice german(const FlatConsent& consent, const ScreeningQuestion& question, std::size_t part);

    std::vector<Rule> rules_;  // of the first reading
    Settled settled_;
    std::vector<Rule> other_rules_;
    std::vector<Rule> residual_;
    std::vector<Rule> other_residual_;
};

}  // namespace placet::contracts::consent
