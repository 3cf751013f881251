// What must hold of the DUO matcher whatever the terms and requests are.
#include <algorithm>
#include <catch2/catch.hpp>

#include "contracts/dataset/match.hpp"
#include "tests/support/prng.hpp"

using namespace placet::contracts::dataset;
using placet::tests::Prng;

namespace {

const std::vector<std::string> kCodes = {"RS", "NMDS", "GSO", "NPUNCU", "PUB", "COL",  "IRB", "GS",  "MOR", "TS",
                                         "US", "PS",   "IS",  "RTN",    "CC",  "NPOA", "NPU", "NCU", "X"};

Condition some_condition(Prng& prng) {
    Condition out;
    out.code = kCodes[prng.below(kCodes.size())];
    if (prng.below(4) != 0) out.months = prng.below(24);
    if (prng.below(4) != 0) out.date = static_cast<Day>(prng.below(10));
    for (std::size_t n = prng.below(3); n > 0; --n) out.allowed.push_back(std::string(1, "ab"[prng.below(2)]));
    return out;
}

std::vector<std::string> some_diseases(Prng& prng) {
    std::vector<std::string> out;
    for (std::size_t n = prng.below(3); n > 0; --n) out.push_back("MONDO:" + std::to_string(prng.below(4)));
    return out;
}

Offer some_offer(Prng& prng) {
    Offer out;
    for (std::size_t n = prng.below(3); n > 0; --n) {
        const auto term = static_cast<PermissionTerm>(prng.below(5));
        out.permissions.push_back(
            {term, term == PermissionTerm::disease_specific ? some_diseases(prng) : std::vector<std::string>{}});
    }
    if (prng.below(10) == 0) out.unknown_permissions.emplace_back("X");
    for (std::size_t n = prng.below(4); n > 0; --n) out.conditions.push_back(some_condition(prng));
    return out;
}

Ask some_ask(Prng& prng) {
    Ask out;
    for (std::size_t n = prng.below(3); n > 0; --n) out.purposes.push_back(static_cast<Use>(prng.below(6)));
    out.diseases = some_diseases(prng);
    out.sensitive_population = prng.below(6) == 0;
    for (Stated* one : {&out.for_profit, &out.commercial, &out.phenotype_only})
        *one = static_cast<Stated>(prng.below(3));
    for (auto* one : {&out.research_type, &out.ethics_approval, &out.collaboration, &out.country, &out.institution,
                      &out.project, &out.user})
        if (prng.below(2) == 0) *one = std::string(1, "ab"[prng.below(2)]);
    if (prng.below(2) == 0) out.months = prng.below(24);
    if (prng.below(2) == 0) out.accepted_on = static_cast<Day>(prng.below(10));
    if (prng.below(3) == 0) out.undertakings = std::vector<std::string>{prng.below(2) == 0 ? "PUB" : "RTN"};
    return out;
}

const DiseaseTable& diseases() {
    static const DiseaseTable table = [] {
        DiseaseTable out;
        REQUIRE(out.add_hierarchy("id,label,parents\nMONDO:1,a,MONDO:0\nMONDO:2,b,MONDO:1|MONDO:3\nMONDO:3,c,\n"));
        return out;
    }();
    return table;
}

bool same(const MatchAnswer& a, const MatchAnswer& b) {
    return a.decision == b.decision && a.reasons == b.reasons && a.obligations == b.obligations &&
           a.conditions == b.conditions && a.expires_after_months == b.expires_after_months;
}

template <class T>
void shuffle(std::vector<T>& items, Prng& prng) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[prng.below(i)]);
}

}  // namespace

TEST_CASE("neither more modifiers nor more purposes ever widen a decision") {
    Prng prng(11);
    for (int run = 0; run < 5000; ++run) {
        const Offer offer = some_offer(prng);
        const Ask ask = some_ask(prng);
        const DuoDecision before = match(offer, ask, &diseases()).decision;
        Offer stricter = offer;
        stricter.conditions.push_back(some_condition(prng));
        if (stricter.conditions.back().code != "CC") CHECK(match(stricter, ask, &diseases()).decision >= before);
        Ask wider = ask;
        wider.purposes.push_back(static_cast<Use>(prng.below(6)));
        // A first purpose may settle what was open for want of any.
        if (!ask.purposes.empty()) CHECK(match(offer, wider, &diseases()).decision >= before);
    }
}

TEST_CASE("the order of lists and repetitions in them change nothing, not a letter of the answer") {
    Prng prng(12);
    for (int run = 0; run < 3000; ++run) {
        Offer offer = some_offer(prng);
        Ask ask = some_ask(prng);
        const MatchAnswer before = match(offer, ask, &diseases());
        if (!offer.conditions.empty())
            offer.conditions.push_back(offer.conditions[prng.below(offer.conditions.size())]);
        if (!offer.permissions.empty())
            offer.permissions.push_back(offer.permissions[prng.below(offer.permissions.size())]);
        if (!ask.purposes.empty()) ask.purposes.push_back(ask.purposes[prng.below(ask.purposes.size())]);
        for (auto* list : {&ask.diseases}) shuffle(*list, prng);
        for (Permission& one : offer.permissions) shuffle(one.diseases, prng);
        for (Condition& one : offer.conditions) shuffle(one.allowed, prng);
        shuffle(offer.conditions, prng);
        shuffle(offer.permissions, prng);
        shuffle(ask.purposes, prng);
        CHECK(same(before, match(offer, ask, &diseases())));
    }
}

TEST_CASE("renaming identifiers changes nothing") {
    Prng prng(13);
    for (int run = 0; run < 3000; ++run) {
        Offer offer = some_offer(prng);
        Ask ask = some_ask(prng);
        const DuoDecision before = match(offer, ask, &diseases()).decision;
        const auto renamed = [](std::string& name) { name = name == "a" ? "study-17" : "study-4"; };
        for (Condition& one : offer.conditions) std::ranges::for_each(one.allowed, renamed);
        for (auto* one : {&ask.research_type, &ask.ethics_approval, &ask.collaboration, &ask.country, &ask.institution,
                          &ask.project, &ask.user})
            if (*one) renamed(**one);
        CHECK(match(offer, ask, &diseases()).decision == before);
    }
}
