// The literal reading of the rules. Nothing is indexed, cached or shared with the product.
#include "tests/model/consent_model.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tests/model/consent_statement.hpp"

namespace placet::tests::model {
namespace {

// --- a document under one reading
struct Line {  // a statement that speaks, with what must hold for a record
    Says says;
    std::size_t level;
    std::vector<const Statement*> must;
    bool depends;
};

void list_lines(const Statement& s, std::size_t level, std::vector<const Statement*> around, bool needs_around,
                bool use_inquiry, const One& one, std::vector<Line>& out) {
    if (s.says) {
        bool speaks = speaks_to(s, *s.says, one);
        std::vector<const Statement*> must;
        std::vector<const Statement*> all = {&s};
        if (needs_around) all.insert(all.end(), around.begin(), around.end());
        bool depends = false;
        for (const Statement* each : all) {
            speaks = speaks && speaks_to(*each, *s.says, one);
            if (!about_data(*each)) continue;
            must.push_back(each);
            const Fit fit = use_inquiry ? fits_inquiry(*each, *s.says, one) : Fit::depends;
            speaks = speaks && fit != Fit::no;
            depends = depends || fit == Fit::depends;
        }
        if (speaks) out.push_back({*s.says, level, must, depends});
    }
    around.push_back(&s);
    for (const Statement& exception : s.exceptions)
        list_lines(exception, level + 1, around, needs_around, use_inquiry, one, out);
}

struct Reading {  // what a document says, and the lines that stay for records
    std::optional<Says> says;
    std::vector<Line> lines;   // those about data that still speak
    bool rest_hidden = false;  // what no line names is hidden
    std::size_t rest_level = 0;
};

/// Conditions on data by their content: two statements that ask the same are the same condition.
std::string spelled(const Statement& s) {
    std::string out;
    const auto add = [&](const std::vector<std::string>& list) {
        for (const auto& item : list) out += item + ",";
        out += "|";
    };
    add(s.kinds);
    add(s.codes);
    add(s.labels);
    for (const What& what : s.what) out += what.meaning + ":" + what.reference + ",";
    return out + "|" + std::to_string(s.data.from) + "-" + std::to_string(s.data.until);
}

bool subset(const std::vector<const Statement*>& small, const std::vector<const Statement*>& big) {
    for (const Statement* each : small) {
        bool found = false;
        for (const Statement* other : big) found = found || spelled(*each) == spelled(*other);
        if (!found) return false;
    }
    return true;
}

Reading settle(const std::vector<Line>& lines) {
    std::size_t deepest = 0;
    for (const Line& line : lines)
        if (!line.depends) deepest = std::max(deepest, line.level);
    std::optional<Says> base;
    for (const Line& line : lines)
        if (!line.depends && line.level == deepest && (!base || line.says == Says::deny)) base = line.says;
    Reading out;
    bool shows_something = false;
    bool shuts = false;
    for (const Line& line : lines) {
        if (line.must.empty()) continue;
        if (line.says == Says::permit ? line.level <= deepest : line.level < deepest) continue;
        out.lines.push_back(line);
        if (line.says == Says::deny) continue;
        bool shut = false;
        for (const Line& other : lines)
            shut = shut || (other.says == Says::deny && other.level > line.level && subset(other.must, line.must));
        shows_something = shows_something || !shut;
        shuts = shuts || shut;
    }
    if (base == Says::permit) {
        out.says = Says::permit;
    } else if (shows_something) {
        out.says = Says::permit;
        out.rest_hidden = true;
        out.rest_level = deepest;
    } else if (base == Says::deny || shuts) {
        out.says = Says::deny;
        out.lines.clear();
    }
    return out;
}

Reading read(const Statement& root, bool needs_around, const One& one, std::size_t first_level = 1) {
    std::vector<Line> lines;
    list_lines(root, first_level, {}, needs_around, true, one, lines);
    Reading out = settle(lines);
    const bool told = one.kind || one.code || !one.inquiry->labels.empty();
    if (!told || out.says == Says::deny) return out;
    std::vector<Line> whole;
    list_lines(root, first_level, {}, needs_around, false, one, whole);
    const Reading for_records = settle(whole);
    out.lines = for_records.lines;
    out.rest_hidden = for_records.rest_hidden;
    out.rest_level = for_records.rest_level;
    if (out.says) return out;
    out.rest_hidden = false;
    out.lines.erase(
        std::remove_if(out.lines.begin(), out.lines.end(), [](const Line& line) { return line.says == Says::permit; }),
        out.lines.end());
    return out;
}

/// The lines with what all permits share left out of forbids, where the rest is hidden anyway. Conditions are compared
/// by content.
using Spelled = std::vector<std::string>;
std::vector<std::pair<std::string, Spelled>> comparable(const Reading& reading) {
    std::vector<std::pair<std::string, Spelled>> out;
    std::vector<Spelled> permits;
    for (const Line& line : reading.lines) {
        Spelled must;
        for (const Statement* each : line.must) must.push_back(spelled(*each));
        if (line.says == Says::permit) permits.push_back(must);
        out.emplace_back((line.says == Says::permit ? "p" : "d") + std::to_string(line.level), must);
    }
    if (reading.rest_hidden && !permits.empty()) {
        for (const std::string& condition : Spelled(permits.front())) {
            bool by_all = true;
            for (const Spelled& permit : permits) by_all = by_all && has(permit, condition);
            if (!by_all) continue;
            for (auto& [key, must] : out)
                if (key[0] == 'd' && must.size() > 1)
                    must.erase(std::remove(must.begin(), must.end(), condition), must.end());
        }
    }
    if (reading.rest_hidden) out.insert(out.begin(), {"rest" + std::to_string(reading.rest_level), {}});
    return out;
}
bool same(const Reading& a, const Reading& b) {
    return a.says == b.says && comparable(a) == comparable(b);
}

bool in_force(const Document& d, std::uint64_t at) {
    if (d.life != "active" && d.life != "erased") return false;
    if (at < d.recorded_from || (d.recorded_until != 0 && at >= d.recorded_until)) return false;
    if (d.erased) return true;
    return d.status == "active" && at >= d.dated && holds(d.root.valid, at);
}

struct Opinion {
    Answer answer = Answer::not_applicable;
    bool only_by_default = false;
    Reading reading;
};

Opinion german_opinion(const Document& d, const One& one) {
    const auto& codes = one.inquiry->german_codes;
    if (codes.empty()) return {};
    std::vector<const Statement*> all;
    std::vector<const Statement*> todo;
    for (const Statement& each : d.root.exceptions) todo.push_back(&each);
    while (!todo.empty()) {
        const Statement* each = todo.back();
        todo.pop_back();
        all.push_back(each);
        for (const Statement& inner : each->exceptions) todo.push_back(&inner);
    }
    const auto said = [&](Says says, const std::string& code) {
        for (const Statement* each : all)
            if (each->says == says && has(each->codes, code) && speaks_to(*each, says, one)) return true;
        return false;
    };
    bool every = true;
    for (const std::string& code : codes) {
        if (said(Says::deny, code)) return {Answer::deny, false, {}};
        every = every && said(Says::permit, code);
    }
    if (every) {
        Opinion out{Answer::permit, false, {}};
        out.reading.says = Says::permit;
        return out;
    }
    if (d.root.says == Says::deny) return {Answer::deny, true, {}};
    return {};
}

Opinion opinion(const Document& d, const One& one) {
    if (d.erased || d.doubtful) return {Answer::indeterminate, false, {}};
    if (d.manner == Manner::german) return german_opinion(d, one);
    Statement root = d.root;
    if (d.manner == Manner::plain_r4 && !root.says) root.says = d.policy_rule;
    const bool conditional =
        about_data(d.root) || !d.root.who.empty() || !d.root.actions.empty() || !d.root.purposes.empty();
    Reading alone = read(root, false, one);
    if (d.manner == Manner::plain_r4 && !d.root.says && conditional) {
        const bool concerned =
            d.policy_rule || (speaks_to(d.root, Says::deny, one) &&
                              (!about_data(d.root) || fits_inquiry(d.root, Says::deny, one) != Fit::no));
        if (d.policy_rule || (concerned && !alone.says)) return {Answer::indeterminate, false, {}};
    }
    Opinion out;
    out.reading = alone;
    // The pointers of lines point into `root`, which dies here: they are settled against records by the caller through
    // a copy.
    if (d.manner == Manner::r5) out.reading = read(root, true, one);
    if (d.manner == Manner::plain_r4) {
        if (!same(alone, read(root, true, one))) return {Answer::indeterminate, false, {}};
        if (d.policy_rule) {
            Statement letter = root;
            letter.says = d.policy_rule;
            if (!same(alone, read(letter, true, one))) return {Answer::indeterminate, false, {}};
            bool lists = false;
            for (const Statement& exception : d.root.exceptions) lists = lists || exception.says == Says::permit;
            if (!d.root.says && d.policy_rule == Says::permit && lists) {  // opted in to what is listed
                if (!same(alone, read(d.root, true, one))) return {Answer::indeterminate, false, {}};
            }
            if (d.root.says && d.root.says != d.policy_rule) {  // the policy rule, and the root an exception to it
                Statement base;
                base.says = d.policy_rule;
                base.exceptions = {d.root};
                if (!same(alone, read(base, true, one, 0))) return {Answer::indeterminate, false, {}};
            }
        }
    }
    if (out.reading.says) out.answer = *out.reading.says == Says::permit ? Answer::permit : Answer::deny;
    return out;
}

/// What a document's lines say about a record: by the deepest level at which one fits.
enum class Look { silent, rest, forbidden, permitted };
Look look(const Reading& reading, Manner manner, const Record& record) {
    std::size_t deepest = reading.rest_hidden ? reading.rest_level : 0;
    bool permit = false, forbid = false;
    for (const Line& line : reading.lines) {
        bool fits = true;
        for (const Statement* each : line.must) fits = fits && fits_record(*each, line.says, record);
        if (!fits || line.level < deepest) continue;
        if (line.level > deepest) {
            deepest = line.level;
            permit = forbid = false;
        }
        (line.says == Says::permit ? permit : forbid) = true;
    }
    if (permit && forbid) return manner == Manner::pcf ? Look::permitted : Look::forbidden;
    if (permit) return Look::permitted;
    if (forbid) return Look::forbidden;
    return reading.rest_hidden ? Look::rest : Look::silent;
}

bool house_permits(const One& one) {
    switch (one.inquiry->house) {
        case House::no_policy:
        case House::deny:
            return false;
        case House::normal:
            return one.purpose && contains_purpose("TREAT", *one.purpose);
        case House::all_normal:
            return true;
        case House::break_glass_only:
            return one.purpose == "BTG";
    }
    return false;
}

struct Part {
    Answer answer = Answer::not_applicable;
    std::vector<bool> shown;
};

/// A copy of the root as it is read, so that lines point at something that lives.
Document as_read(const Document& d) {
    Document out = d;
    if (out.manner == Manner::plain_r4 && !out.root.says) out.root.says = out.policy_rule;
    return out;
}

Part part(const std::vector<Document>& documents, const One& one, const std::vector<Record>& records) {
    bool deny = false, deny_by_default = false, doubt = false, permit = false, german = false, whole = false;
    struct Stay {
        Reading reading;
        Manner manner;
    };
    std::vector<Stay> stays;
    std::vector<Document> kept(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const Document& d = documents[i];
        if (!in_force(d, one.inquiry->at)) continue;
        const Opinion said = opinion(d, one);
        deny = deny || (said.answer == Answer::deny && !said.only_by_default);
        deny_by_default = deny_by_default || said.only_by_default;
        doubt = doubt || said.answer == Answer::indeterminate;
        permit = permit || said.answer == Answer::permit;
        german = german || (said.answer == Answer::permit && d.manner == Manner::german);
        if (said.answer == Answer::permit && !said.reading.rest_hidden) whole = true;
        if (said.answer == Answer::indeterminate || said.answer == Answer::deny || d.manner == Manner::german) continue;
        kept[i] = as_read(d);
        stays.push_back({read(kept[i].root, d.manner == Manner::r5, one), d.manner});
    }
    Part out;
    out.shown.assign(records.size(), false);
    if (deny || (deny_by_default && !german))
        out.answer = Answer::deny;
    else if (doubt)
        out.answer = Answer::indeterminate;
    else if (permit)
        out.answer = Answer::permit;
    else if (one.inquiry->house == House::no_policy)
        out.answer = Answer::not_applicable;
    else
        out.answer = house_permits(one) ? Answer::permit : Answer::deny;
    for (std::size_t i = 0; i < records.size(); ++i) {
        bool forbidden = false, permitted = false, rest = false;
        for (const Stay& stay : stays) {
            const Look seen = look(stay.reading, stay.manner, records[i]);
            forbidden = forbidden || seen == Look::forbidden;
            permitted = permitted || seen == Look::permitted;
            rest = rest || seen == Look::rest;
        }
        out.shown[i] = !forbidden && (permitted || whole || !rest);
    }
    return out;
}

}  // namespace

Verdict judge(const std::vector<Document>& documents, const Inquiry& inquiry, const std::vector<Record>& records) {
    const auto each = [](const std::vector<std::string>& list) {
        std::vector<std::optional<std::string>> out(list.begin(), list.end());
        if (out.empty()) out.push_back(std::nullopt);
        return out;
    };
    Verdict verdict;
    verdict.shown.assign(records.size(), true);
    std::set<Answer> answers;
    std::vector<bool> is_asked_for(records.size(), false), hidden_where_asked(records.size(), false),
        hidden_somewhere(records.size(), false);
    for (const auto& purpose : each(inquiry.purposes))
        for (const auto& kind : each(inquiry.kinds))
            for (const auto& code : each(inquiry.codes)) {
                const Part one = part(documents, {&inquiry, purpose, kind, code}, records);
                answers.insert(one.answer);
                for (std::size_t i = 0; i < records.size(); ++i) {
                    const bool asked_for =
                        (!kind || *kind == records[i].kind) && (!code || has(records[i].codes, *code));
                    if (asked_for) is_asked_for[i] = true;
                    if (asked_for && !one.shown[i]) hidden_where_asked[i] = true;
                    if (!one.shown[i]) hidden_somewhere[i] = true;
                }
            }
    for (std::size_t i = 0; i < records.size(); ++i)
        verdict.shown[i] = is_asked_for[i] ? !hidden_where_asked[i] : !hidden_somewhere[i];
    for (const Answer worst : {Answer::permit, Answer::not_applicable, Answer::indeterminate, Answer::deny})
        if (answers.count(worst) != 0) verdict.answer = worst;
    if (verdict.answer != Answer::permit) verdict.shown.assign(records.size(), false);
    return verdict;
}

}  // namespace placet::tests::model
