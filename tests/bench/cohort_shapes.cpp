// The shapes of cohort_shapes.hpp.
#include "tests/bench/cohort_shapes.hpp"

#include "tests/support/prng.hpp"

namespace placet::bench {

namespace {

using namespace tests::model;

constexpr std::uint64_t kDay = 86'400'000;

class Drawing {
public:
    explicit Drawing(std::uint64_t number) : prng_(number * 0xd1342543de82ef95ULL + 17) {}

    std::uint64_t below(std::uint64_t bound) { return prng_.below(bound); }
    bool one_in(std::uint64_t n) { return prng_.below(n) == 0; }

    Document document(std::string name, Manner manner) {
        Document out;
        out.name = std::move(name);
        out.manner = manner;
        out.dated = kAskedAt - (1 + below(2000)) * kDay;
        out.recorded_from = out.dated;
        if (one_in(2)) out.recorded_until = kAskedAt + (1 + below(3000)) * kDay;
        return out;
    }
    Statement statement(Says says) {
        Statement out;
        out.says = says;
        return out;
    }
    /// Began years ago; ends in years, or never.
    Span valid() {
        Span out{kAskedAt - (1 + below(3000)) * kDay, 0};
        if (one_in(2)) out.until = kAskedAt + (1 + below(4000)) * kDay;
        return out;
    }
    Span years_of_data() {
        const std::uint64_t from = kAskedAt - (2000 + below(4000)) * kDay;
        return {from, from + (200 + below(3000)) * kDay};
    }
    /// "Organization/university" is who asks; one in `odds` names it.
    std::vector<Who> recipients(std::uint64_t odds) {
        std::vector<Who> out;
        for (std::uint64_t i = 1 + below(3); i > 0; --i)
            out.push_back({one_in(2) ? "IRCP" : "", "Organization/institute-" + std::to_string(below(400))});
        if (one_in(odds))
            out.insert(out.begin() + static_cast<std::ptrdiff_t>(below(out.size() + 1)),
                       {"IRCP", "Organization/university"});
        return out;
    }
    std::vector<std::string> purposes() {
        static const std::vector<std::string> kMore = {"TREAT", "HPAYMT", "HOPERAT", "COC", "PUBHLTH", "PATRQT"};
        static const std::vector<std::string> kResearch = {"HRESCH",   "HRESCH", "HRESCH",  "BIORCH",
                                                           "CLINTRCH", "DSRCH",  "TRANSRCH"};
        std::vector<std::string> out;
        for (const auto& one : kMore)
            if (one_in(4)) out.push_back(one);
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(below(out.size() + 1)),
                   kResearch[below(kResearch.size())]);
        return out;
    }
    std::vector<std::string> codes(std::uint64_t most) {
        std::vector<std::string> out;
        for (std::uint64_t i = 1 + below(most); i > 0; --i)
            out.push_back(std::to_string(10'000 + below(80'000)) + "-" + std::to_string(below(10)));
        return out;
    }
    std::vector<std::string> labels() {
        static const std::vector<std::string> kLabels = {"PSY", "SDV", "R", "V", "HIV", "ETH"};
        return {kLabels[below(kLabels.size())]};
    }
    std::vector<std::string> kinds() { return {one_in(2) ? "Observation" : "Condition", "Procedure"}; }
    std::vector<std::string> actions() {
        return one_in(3) ? std::vector<std::string>{"collect", "access"} : std::vector<std::string>{"access"};
    }

    Document permit_of_research(std::string name) {
        Document out = document(std::move(name), Manner::pcf);
        out.root = statement(Says::permit);
        out.root.valid = valid();
        out.root.purposes = purposes();
        if (one_in(3)) out.root.actions = actions();
        return out;
    }

private:
    tests::Prng prng_;
};

using Documents = std::vector<Document>;

Documents one_denied_below(Drawing& draw) {
    Document out = draw.document("c", Manner::pcf);
    out.root = draw.statement(Says::permit);
    out.root.valid = draw.valid();
    Statement below = draw.statement(Says::deny);
    below.purposes = {draw.one_in(2) ? "HMARKT" : (draw.one_in(2) ? "POARCH" : "CLINTRCH")};
    below.valid = draw.valid();
    out.root.exceptions = {below};
    return {out};
}

Documents research_below_deny(Drawing& draw) {
    Document out = draw.document("c", Manner::pcf);
    out.root = draw.statement(Says::deny);
    out.root.valid = draw.valid();
    for (std::uint64_t i = 1 + draw.below(2); i > 0; --i) {
        Statement below = draw.statement(Says::permit);
        below.purposes = draw.purposes();
        below.who = draw.recipients(2);
        below.valid = draw.valid();
        out.root.exceptions.push_back(below);
    }
    return {out};
}

Documents named_recipients(Drawing& draw) {
    Document out = draw.permit_of_research("c");
    out.root.who = draw.recipients(2);
    return {out};
}

Documents labels_below_r4(Drawing& draw) {
    Document out = draw.document("c", Manner::plain_r4);
    out.root = draw.statement(Says::permit);
    out.root.valid = draw.valid();
    if (draw.one_in(2)) out.root.purposes = draw.purposes();
    Statement below = draw.statement(Says::deny);
    below.labels = draw.labels();
    if (draw.one_in(4)) below.purposes = {"HRESCH"};
    out.root.exceptions = {below};
    return {out};
}

Documents opted_in(Drawing& draw) {
    Document out = draw.document("c", Manner::plain_r4);
    out.policy_rule = Says::permit;
    out.root.valid = draw.valid();
    for (std::uint64_t i = draw.below(3); i > 0; --i) {
        Statement below = draw.statement(draw.one_in(3) ? Says::permit : Says::deny);
        below.purposes = {draw.one_in(2) ? "HMARKT" : "HPAYMT"};
        if (draw.one_in(3)) below.who = draw.recipients(4);
        out.root.exceptions.push_back(below);
    }
    return {out};
}

Documents opted_out(Drawing& draw) {
    Document out = draw.document("c", Manner::plain_r4);
    out.policy_rule = Says::deny;
    if (draw.one_in(2)) out.root = draw.statement(Says::deny);
    out.root.valid = draw.valid();
    Statement below = draw.statement(Says::permit);
    below.purposes = draw.purposes();
    below.who = draw.recipients(2);
    out.root.exceptions = {below};
    return {out};
}

Documents untyped(Drawing& draw) {
    Document out = draw.document("c", Manner::plain_r4);
    if (draw.one_in(3)) out.policy_rule = Says::permit;
    out.root.purposes = draw.purposes();
    out.root.valid = draw.valid();
    if (draw.one_in(2)) out.root.who = draw.recipients(3);
    return {out};
}

Documents exceptions_of_exceptions(Drawing& draw) {
    Document out = draw.document("c", Manner::r5);
    out.root = draw.statement(draw.one_in(4) ? Says::deny : Says::permit);
    out.root.valid = draw.valid();
    const auto other = [](Says says) { return says == Says::permit ? Says::deny : Says::permit; };
    Statement first = draw.statement(other(*out.root.says));
    first.purposes = draw.purposes();
    Statement second = draw.statement(*out.root.says);
    second.who = draw.recipients(2);
    Statement third = draw.statement(other(*out.root.says));
    third.labels = draw.labels();
    second.exceptions = {third};
    first.exceptions = {second};
    out.root.exceptions = {first};
    return {out};
}

Documents german(Drawing& draw) {
    Document out = draw.document("c", Manner::german);
    out.root = draw.statement(Says::deny);
    out.root.valid = draw.valid();
    for (std::uint64_t i = 6 + draw.below(5); i > 0; --i) {
        Statement below = draw.statement(draw.one_in(6) ? Says::deny : Says::permit);
        below.valid = draw.valid();
        below.codes = {"2.16.840.1.113883.3.1937.777.24.5.3." + std::to_string(1 + draw.below(60))};
        out.root.exceptions.push_back(below);
    }
    return {out};
}

Documents part_of_the_data(Drawing& draw) {
    Document out = draw.document("c", Manner::pcf);
    out.root = draw.statement(Says::deny);
    out.root.valid = draw.valid();
    Statement below = draw.statement(Says::permit);
    below.purposes = draw.purposes();
    below.codes = draw.codes(5);
    below.data = draw.years_of_data();
    out.root.exceptions = {below};
    return {out};
}

Documents four_levels(Drawing& draw) {
    Document out = draw.document("c", Manner::pcf);
    out.root = draw.statement(Says::deny);
    out.root.valid = draw.valid();
    Statement people = draw.statement(Says::permit);
    people.who = draw.recipients(1);
    people.purposes = draw.purposes();
    Statement sensitive = draw.statement(Says::deny);
    sensitive.labels = draw.labels();
    sensitive.kinds = draw.kinds();
    Statement again = draw.statement(Says::permit);
    again.codes = draw.codes(3);
    again.data = draw.years_of_data();
    again.what = {{"authoredby", "Practitioner/p" + std::to_string(draw.below(500))}};
    sensitive.exceptions = {again};
    people.exceptions = {sensitive};
    out.root.exceptions = {people};
    return {out};
}

Documents many_provisions(Drawing& draw) {
    Document out = draw.document("c", draw.one_in(2) ? Manner::pcf : Manner::plain_r4);
    out.root = draw.statement(Says::permit);
    out.root.valid = draw.valid();
    for (std::uint64_t i = 8 + draw.below(8); i > 0; --i) {
        Statement below = draw.statement(Says::deny);
        below.who = draw.recipients(40);
        if (draw.one_in(2)) below.purposes = draw.purposes();
        if (draw.one_in(3)) below.codes = draw.codes(3);
        out.root.exceptions.push_back(below);
    }
    return {out};
}

Documents expired(Drawing& draw) {
    Document out = draw.permit_of_research("c");
    const std::uint64_t end = kAskedAt - draw.below(900) * kDay;
    (draw.one_in(2) ? out.root.valid.until : out.recorded_until) = end;
    out.dated = out.recorded_from = end - (1 + draw.below(900)) * kDay;
    out.root.valid.from = out.dated;
    return {out};
}

Documents withdrawn(Drawing& draw) {
    Document gone = draw.permit_of_research("c2");
    gone.life = "withdrawn";
    Document older = draw.permit_of_research("c1");
    older.root.purposes = {draw.one_in(2) ? "TREAT" : "HRESCH"};
    return {older, gone};
}

Documents not_counting(Drawing& draw) {
    Document out = draw.permit_of_research("c");
    const std::uint64_t why = draw.below(3);
    if (why == 0) out.life = "superseded";
    if (why == 1) out.life = "frozen";
    if (why == 2) out.recorded_from = out.dated = kAskedAt + (1 + draw.below(300)) * kDay;
    return {out};
}

Documents conflicting(Drawing& draw) {
    Document deny = draw.document("c2", Manner::pcf);
    deny.root = draw.statement(Says::deny);
    deny.root.valid = draw.valid();
    deny.root.purposes = {draw.one_in(2) ? "BIORCH" : "HMARKT"};
    if (draw.one_in(2)) deny.root.who = draw.recipients(2);
    return {draw.permit_of_research("c1"), deny};
}

Documents covering_a_part(Drawing& draw) {
    Documents out;
    for (std::uint64_t i = 0; i < 3; ++i) {
        Document one = draw.permit_of_research("c" + std::to_string(i));
        static const std::vector<std::vector<std::string>> kSets = {
            {"BIORCH", "CLINTRCH"}, {"DSRCH", "PRECLINTRCH"}, {"TRANSRCH", "POARCH"}};
        one.root.purposes = draw.one_in(12) ? std::vector<std::string>{"TREAT"} : kSets[i];
        out.push_back(one);
    }
    return out;
}

Documents documents(std::size_t shape, Drawing& draw) {
    switch (shape) {
        case 0:
            return {draw.permit_of_research("c")};
        case 1:
            return one_denied_below(draw);
        case 2:
            return research_below_deny(draw);
        case 3:
            return named_recipients(draw);
        case 4:
            return labels_below_r4(draw);
        case 5:
            return opted_in(draw);
        case 6:
            return opted_out(draw);
        case 7:
            return untyped(draw);
        case 8:
            return exceptions_of_exceptions(draw);
        case 9:
            return german(draw);
        case 10:
            return part_of_the_data(draw);
        case 11:
            return four_levels(draw);
        case 12:
            return many_provisions(draw);
        case 13:
            return expired(draw);
        case 14:
            return withdrawn(draw);
        case 15:
            return not_counting(draw);
        case 16:
            return conflicting(draw);
        case 17:
            return covering_a_part(draw);
        default:
            break;
    }
    Document out = draw.permit_of_research("c");
    if (shape == 18)
        out.doubtful = true;
    else
        out.life = "erased", out.erased = true;
    return {out};
}

}  // namespace

Person person(std::uint64_t number) {
    Drawing draw(number);
    const std::size_t shape = draw.below(kShapes.size());
    return {shape, documents(shape, draw)};
}

}  // namespace placet::bench
