// Who is meant, what is asked, which labels fit: the literal reading of one statement.
#include "tests/model/consent_statement.hpp"

#include <algorithm>
#include <map>

namespace placet::tests::model {

bool has(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}
bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (const auto& item : a)
        if (has(b, item)) return true;
    return false;
}

// --- purposes: who is above whom, as the page draws it
const std::map<std::string, std::string>& above() {
    static const std::map<std::string, std::string> kAbove = {
        {"ETREAT", "TREAT"}, {"BTG", "ETREAT"},    {"ERTREAT", "ETREAT"},     {"CLINTRL", "TREAT"},
        {"COC", "TREAT"},    {"POPHLTH", "TREAT"}, {"BIORCH", "HRESCH"},      {"CLINTRCH", "HRESCH"},
        {"DSRCH", "HRESCH"}, {"POARCH", "HRESCH"}, {"PRECLINTRCH", "HRESCH"}, {"TRANSRCH", "HRESCH"}};
    return kAbove;
}
bool contains_purpose(const std::string& wide, const std::string& narrow) {
    if (wide == narrow) return true;
    if (narrow == "BTG" || narrow == "ETREAT") return false;  // never by subsumption
    std::string at = narrow;
    while (above().count(at) != 0) {
        at = above().at(at);
        if (at == wide) return true;
        if (at == "ETREAT") return false;  // and what lies below it comes with it alone
    }
    return false;
}

// --- one statement against the one who asks

bool holds(const Span& span, std::uint64_t at) {
    return (span.from == 0 || span.from <= at) && (span.until == 0 || at < span.until);
}
bool is_open(const Span& span) {
    return span.from == 0 && span.until == 0;
}

bool is_her(const Who& who, Says says, const Inquiry& inquiry) {
    const bool deny = says == Says::deny;
    if (inquiry.known_as.empty() && deny) return true;  // it may be anybody
    const bool recipient = who.role == "IRCP" || who.role == "PRCP";
    if (who.reference.empty()) {
        if (who.role.empty()) return deny;
        if (recipient || has(inquiry.roles, who.role)) return true;
        return deny && inquiry.roles.empty();
    }
    if (!has(inquiry.known_as, who.reference)) return false;
    if (deny || who.role.empty()) return true;
    const bool somebody_else = who.role == "CST" || who.role == "AUT";
    return !somebody_else || has(inquiry.roles, who.role);
}

bool speaks_to(const Statement& statement, Says says, const One& one) {
    const bool deny = says == Says::deny;
    if (!holds(statement.valid, one.inquiry->at)) return false;
    if (!statement.who.empty()) {
        bool any = false;
        for (const Who& who : statement.who) any = any || is_her(who, says, *one.inquiry);
        if (!any) return false;
    }
    if (!statement.actions.empty()) {
        const std::string& action = one.inquiry->action;
        if (action.empty() ? !(deny || has(statement.actions, "access")) : !has(statement.actions, action))
            return false;
    }
    if (statement.purposes.empty()) return true;
    if (!one.purpose) return deny;
    for (const std::string& stated : statement.purposes)
        if (contains_purpose(stated, *one.purpose) || (deny && contains_purpose(*one.purpose, stated))) return true;
    return false;
}

// --- labels
const std::string kLevels = "ULMNRV";
bool is_level(const std::string& label) {
    return label.size() == 1 && kLevels.find(label) != std::string::npos;
}
bool labels_fit(const std::vector<std::string>& stated, Says says, const std::vector<std::string>& carried) {
    int mark = -1;
    for (const std::string& label : carried)
        if (is_level(label)) mark = std::max(mark, static_cast<int>(kLevels.find(label)));
    for (const std::string& label : stated) {
        if (!is_level(label)) {
            if (has(carried, label)) return true;
            continue;
        }
        const int level = static_cast<int>(kLevels.find(label));
        if (mark >= 0 && (says == Says::permit ? mark <= level : mark >= level)) return true;
    }
    return false;
}

// --- one statement against data
bool about_data(const Statement& s) {
    return !s.kinds.empty() || !s.codes.empty() || !s.labels.empty() || !s.what.empty() || !is_open(s.data);
}

bool time_fits(const Span& wanted, Says says, const Record& record) {
    if (is_open(wanted)) return true;
    if (record.timeless) return false;
    const auto inside = [&](const Span& time) {
        return (wanted.from == 0 || (time.from != 0 && time.from >= wanted.from)) &&
               (wanted.until == 0 || (time.until != 0 && time.until <= wanted.until));
    };
    const auto touches = [&](const Span& time) {
        return !(wanted.until != 0 && time.from != 0 && time.from >= wanted.until) &&
               !(wanted.from != 0 && time.until != 0 && time.until <= wanted.from);
    };
    if (says == Says::permit)
        return is_open(record.made) ? (!is_open(record.updated) && inside(record.updated)) : inside(record.made);
    if (is_open(record.made) && is_open(record.updated)) return true;
    return (!is_open(record.made) && touches(record.made)) || (!is_open(record.updated) && touches(record.updated));
}

bool fits_record(const Statement& s, Says says, const Record& record) {
    if (!s.kinds.empty() && !has(s.kinds, record.kind)) return false;
    if (!s.codes.empty() && !share(s.codes, record.codes)) return false;
    if (!s.labels.empty() && !labels_fit(s.labels, says, record.labels)) return false;
    if (!time_fits(s.data, says, record)) return false;
    if (s.what.empty()) return true;
    for (const What& what : s.what) {
        if (what.meaning == "authoredby" && has(record.written_by, what.reference)) return true;
        if (what.meaning == "authoredby") continue;
        if (what.reference == record.name) return true;
        if (what.meaning != "instance" && has(record.refers_to, what.reference)) return true;
        if (what.meaning == "related" && has(record.referred_by, what.reference)) return true;
    }
    return false;
}

Fit fits_inquiry(const Statement& s, Says says, const One& one) {
    bool depends = !s.what.empty() || !is_open(s.data);
    if (!s.kinds.empty()) {
        if (one.kind && !has(s.kinds, *one.kind)) return Fit::no;
        depends = depends || !one.kind;
    }
    if (!s.codes.empty()) {
        if (one.code && !has(s.codes, *one.code)) return Fit::no;
        depends = depends || !one.code;
    }
    if (!s.labels.empty()) {
        if (!one.inquiry->labels.empty() && !labels_fit(s.labels, says, one.inquiry->labels)) return Fit::no;
        depends = depends || one.inquiry->labels.empty();
    }
    return depends ? Fit::depends : Fit::yes;
}

}  // namespace placet::tests::model
