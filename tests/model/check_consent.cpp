// Random consents, questions, records and life cycles: the rules of contracts/consent against the naive model.
#include "contracts/consent/faults.hpp"
#include "tests/model/consent_cases.hpp"
#include "tests/model/screened.hpp"
#include "tests/model/topic.hpp"

namespace placet::tests::model {
namespace {

namespace rules = contracts::consent;

Answer answer_of(rules::Decision decision) {
    switch (decision) {
        case rules::Decision::permit:
            return Answer::permit;
        case rules::Decision::deny:
            return Answer::deny;
        case rules::Decision::not_applicable:
            return Answer::not_applicable;
        case rules::Decision::indeterminate:
            return Answer::indeterminate;
    }
    return Answer::indeterminate;
}
std::string_view name_of(Answer answer) {
    constexpr std::string_view kNames[] = {"permit", "deny", "not applicable", "indeterminate"};
    return kNames[static_cast<std::size_t>(answer)];
}

}  // namespace

Tally check_consent(const Plan& plan) {
    Tally tally;
    const auto fault = static_cast<rules::Fault>(plan.fault);
    for (; tally.ops < plan.ops && tally.difference.empty(); ++tally.ops) {
        const ConsentCase one = random_case(plan.seed, tally.ops);
        const auto& [documents, inquiry, records] = one;
        const Verdict expected = judge(documents, inquiry, records);
        const std::vector<rules::HeldConsent> consents = held(documents);
        const rules::ConsentAnswer answer =
            rules::evaluate_with(fault, consents, policy_of(inquiry.house), context(inquiry), inquiry.at);
        ++tally.counts[std::string(name_of(expected.answer))];
        std::string wrong;
        if (answer_of(answer.decision) != expected.answer)
            wrong = "rules say " + std::string(to_string(answer.decision)) + ", the model says " +
                    std::string(name_of(expected.answer));
        if (answer.reasons.empty()) wrong = "no reason is given";
        if (fault == rules::Fault::none && inquiry.kinds.empty() && inquiry.codes.empty() && inquiry.labels.empty()) {
            ++tally.counts["screened as in a cohort"];
            const auto screened = screened_decision(consents, policy_of(inquiry.house), context(inquiry), inquiry.at);
            if (screened != answer.decision) wrong = "screening says " + std::string(to_string(screened));
        }
        for (std::size_t i = 0; i < records.size() && wrong.empty(); ++i) {
            const bool shown = answer.permits() && rules::is_visible_with(fault, answer.residual, piece(records[i]));
            if (shown != expected.shown[i])
                wrong = "rules " + std::string(shown ? "show" : "hide") + " record " + std::to_string(i) +
                        ", the model does not";
            if (shown)
                ++tally.counts["record shown"];
            else if (answer.permits())
                ++tally.counts["record hidden"];
        }
        if (!wrong.empty()) tally.difference = "case " + std::to_string(tally.ops) + ": " + wrong + "\n" + told(one);
    }
    return tally;
}

}  // namespace placet::tests::model
