// What must hold of any consents and any question, over random ones: order and names mean nothing, and a deny never
// widens.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/model/consent_cases.hpp"

using namespace placet;
using namespace placet::tests;
using namespace placet::tests::model;
using contracts::consent::Decision;

namespace {

constexpr std::uint64_t kCases = 20'000;

struct Seen {
    Decision decision = Decision::not_applicable;
    std::vector<bool> shown;
    bool operator==(const Seen&) const = default;
};

Seen seen(const ConsentCase& one) {
    const auto answer = contracts::consent::evaluate(held(one.documents), policy_of(one.inquiry.house),
                                                     context(one.inquiry), one.inquiry.at);
    Seen out{answer.decision, {}};
    for (const Record& record : one.records)
        out.shown.push_back(answer.permits() && contracts::consent::is_visible(answer.residual, piece(record)));
    return out;
}

/// Nothing is permitted or shown that was not before.
bool no_wider(const Seen& after, const Seen& before) {
    if (after.decision == Decision::permit && before.decision != Decision::permit) return false;
    for (std::size_t i = 0; i < after.shown.size(); ++i)
        if (after.shown[i] && !before.shown[i]) return false;
    return true;
}

void turn(Statement& statement) {
    std::ranges::reverse(statement.who);
    std::ranges::reverse(statement.purposes);
    std::ranges::reverse(statement.kinds);
    std::ranges::reverse(statement.codes);
    std::ranges::reverse(statement.labels);
    std::ranges::reverse(statement.what);
    std::ranges::reverse(statement.exceptions);
    for (Statement& exception : statement.exceptions) turn(exception);
}

std::string renamed(const std::string& name) {
    const std::size_t slash = name.find('/');
    return slash == std::string::npos ? name : name.substr(0, slash + 1) + "other-" + name.substr(slash + 1);
}
void rename(std::vector<std::string>& names) {
    for (std::string& name : names) name = renamed(name);
}
void rename(Statement& statement) {
    for (Who& who : statement.who) who.reference = renamed(who.reference);
    for (What& what : statement.what) what.reference = renamed(what.reference);
    for (Statement& exception : statement.exceptions) rename(exception);
}

}  // namespace

TEST_CASE("the order of consents, rules and what is asked changes neither the decision nor what is shown") {
    for (std::uint64_t number = 0; number < kCases; ++number) {
        const ConsentCase one = random_case(11, number);
        ConsentCase other = one;
        std::ranges::reverse(other.documents);
        for (Document& document : other.documents) turn(document.root);
        std::ranges::reverse(other.inquiry.known_as);
        std::ranges::reverse(other.inquiry.purposes);
        std::ranges::reverse(other.inquiry.kinds);
        std::ranges::reverse(other.inquiry.codes);
        std::ranges::reverse(other.inquiry.labels);
        if (seen(one) == seen(other)) continue;
        FAIL("case " << number << "\n" << told(one));
    }
}

TEST_CASE("renaming people, records and consents changes neither the decision nor what is shown") {
    for (std::uint64_t number = 0; number < kCases; ++number) {
        const ConsentCase one = random_case(12, number);
        ConsentCase other = one;
        for (Document& document : other.documents) {
            rename(document.root);
            document.name = (document.name == "c1" ? "z-" : "a-") + document.name;
        }
        rename(other.inquiry.known_as);
        for (Record& record : other.records) {
            record.name = renamed(record.name);
            rename(record.refers_to);
            rename(record.referred_by);
            rename(record.written_by);
        }
        if (seen(one) == seen(other)) continue;
        FAIL("case " << number << "\n" << told(one));
    }
}

TEST_CASE("adding a consent that only denies permits nothing and shows nothing") {
    Prng prng(13);
    for (std::uint64_t number = 0; number < kCases; ++number) {
        const ConsentCase one = random_case(13, number);
        ConsentCase other = one;
        Document denies = random_document(prng, "denies");
        denies.manner = Manner::pcf;
        denies.root = random_deny(prng);
        other.documents.push_back(denies);
        if (no_wider(seen(other), seen(one))) continue;
        FAIL("case " << number << "\n" << told(other));
    }
}

TEST_CASE("adding a deny to a consent permits nothing and shows nothing") {
    Prng prng(14);
    for (std::uint64_t number = 0; number < kCases; ++number) {
        const ConsentCase one = random_case(14, number);
        if (one.documents.empty() || one.documents[0].manner != Manner::pcf) continue;
        ConsentCase other = one;
        other.documents[0].root.exceptions.push_back(random_deny(prng));
        if (no_wider(seen(other), seen(one))) continue;
        FAIL("case " << number << "\n" << told(one) << told(other));
    }
}

TEST_CASE("asking for more permits nothing and shows nothing more") {
    for (std::uint64_t number = 0; number < kCases; ++number) {
        const ConsentCase one = random_case(15, number);
        ConsentCase other = one;
        const ConsentCase more = random_case(16, number);
        if (one.inquiry.purposes.empty() || more.inquiry.purposes.empty()) continue;
        const std::string& purpose = more.inquiry.purposes.front();
        if (std::ranges::find(one.inquiry.purposes, purpose) != one.inquiry.purposes.end()) continue;
        other.inquiry.purposes.push_back(purpose);
        if (no_wider(seen(other), seen(one))) continue;
        FAIL("case " << number << "\n" << told(other));
    }
}
