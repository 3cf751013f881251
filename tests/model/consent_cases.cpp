// What is drawn, how often, and how contracts/ says it.
#include "tests/model/consent_cases.hpp"

#include <algorithm>
#include <sstream>

#include "contracts/consent/purpose.hpp"

namespace placet::tests::model {
namespace {

namespace rules = contracts::consent;
using contracts::Coding;
namespace systems = contracts::systems;

const std::vector<std::string> kPurposes = {"TREAT",  "ERTREAT", "ETREAT", "BTG",    "COC",    "HPAYMT",
                                            "HRESCH", "BIORCH",  "DSRCH",  "POARCH", "HMARKT", "FooBar"};
const std::vector<std::string> kPeople = {"Practitioner/a", "Practitioner/b", "Organization/o", "Organization/p",
                                          "Group/g"};
const std::vector<std::string> kRoles = {"IRCP", "CST", "PROV"};
const std::vector<std::string> kActions = {"access", "disclose"};
const std::vector<std::string> kKinds = {"Observation", "Condition"};
const std::vector<std::string> kCodes = {"c1", "c2", "c3"};
const std::vector<std::string> kLabels = {"L", "N", "R", "V", "PSY", "SDV"};
const std::vector<std::string> kMeanings = {"instance", "related", "dependents", "authoredby"};
const std::vector<std::string> kThings = {"Encounter/e", "Observation/1", "Observation/2", "Practitioner/a"};
const std::vector<std::string> kLives = {"withdrawn", "superseded", "frozen", "proposed", "entered in error"};

class Dice {
public:
    explicit Dice(Prng& prng) : prng_(prng) {}
    bool one_in(std::uint64_t n) { return prng_.below(n) == 0; }
    std::uint64_t below(std::uint64_t n) { return prng_.below(n); }
    const std::string& pick(const std::vector<std::string>& from) { return from[prng_.below(from.size())]; }
    /// Some of the list, each at most once, in its order.
    std::vector<std::string> some(const std::vector<std::string>& from, std::uint64_t odds) {
        std::vector<std::string> out;
        for (const auto& item : from)
            if (one_in(odds)) out.push_back(item);
        return out;
    }
    Span span(std::uint64_t odds) {
        Span out;
        if (!one_in(odds)) return out;
        const std::uint64_t first = 1 + below(90), second = first + 1 + below(60);
        const std::uint64_t kind = below(3);
        if (kind != 0) out.from = first;
        if (kind != 1) out.until = second;
        return out;
    }

private:
    Prng& prng_;
};

Statement random_statement(Dice& dice, std::size_t level, Manner manner) {
    Statement out;
    out.says = dice.one_in(2) ? Says::permit : Says::deny;
    if (level == 1 && manner == Manner::plain_r4 && dice.one_in(4)) out.says.reset();
    out.valid = dice.span(6);
    for (std::uint64_t i = dice.one_in(4) ? 1 + dice.below(2) : 0; i > 0; --i)
        out.who.push_back(
            {dice.one_in(3) ? dice.pick(kRoles) : std::string(), dice.one_in(5) ? std::string() : dice.pick(kPeople)});
    if (dice.one_in(2)) out.purposes = dice.some(kPurposes, 4);
    if (dice.one_in(6)) out.actions = dice.some(kActions, 2);
    if (manner != Manner::german && dice.one_in(6)) out.kinds = dice.some(kKinds, 2);
    if (dice.one_in(manner == Manner::german ? 1 : 7)) out.codes = dice.some(kCodes, 2);
    if (manner != Manner::german && dice.one_in(5)) out.labels = dice.some(kLabels, 4);
    if (manner != Manner::german && dice.one_in(7)) out.what.push_back({dice.pick(kMeanings), dice.pick(kThings)});
    if (manner != Manner::german) out.data = dice.span(8);
    if (level < 4)
        for (std::uint64_t i = dice.below(level == 1 ? 4 : 3) * (dice.one_in(level) ? 1 : 0); i > 0; --i)
            out.exceptions.push_back(random_statement(dice, level + 1, manner));
    return out;
}

/// R5: each level is the opposite of the one above.
void alternate(Statement& statement, Says says) {
    statement.says = says;
    for (Statement& exception : statement.exceptions)
        alternate(exception, says == Says::permit ? Says::deny : Says::permit);
}

Document some_document(Dice& dice, std::string name) {
    Document out;
    out.name = std::move(name);
    out.manner = static_cast<Manner>(dice.below(4));
    if (dice.one_in(8)) out.status = "inactive";
    if (dice.one_in(6)) out.life = dice.pick(kLives);
    if (dice.one_in(40)) {
        out.life = "erased";
        out.erased = true;
    }
    if (dice.one_in(5)) out.recorded_from = 1 + dice.below(100);
    if (dice.one_in(5)) out.recorded_until = out.recorded_from + 1 + dice.below(80);
    if (dice.one_in(5)) out.dated = 1 + dice.below(100);
    if (out.manner == Manner::plain_r4 && dice.one_in(3)) out.policy_rule = dice.one_in(2) ? Says::permit : Says::deny;
    out.doubtful = dice.one_in(25);
    out.root = random_statement(dice, 1, out.manner);
    if (out.manner == Manner::r5) {
        alternate(out.root, *out.root.says);
        const Span valid = out.root.valid;
        std::vector<Statement> exceptions = std::move(out.root.exceptions);
        const auto says = out.root.says;
        out.root = Statement{};
        out.root.says = says;
        out.root.valid = valid;
        out.root.exceptions = std::move(exceptions);
    }
    return out;
}

Inquiry random_inquiry(Dice& dice) {
    Inquiry out;
    if (!dice.one_in(10)) out.known_as = dice.some(kPeople, 2);
    if (dice.one_in(4)) out.roles = {dice.pick(kRoles)};
    for (std::uint64_t i = dice.one_in(12) ? 0 : 1 + (dice.one_in(4) ? 1 : 0); i > 0; --i)
        if (const std::string& purpose = dice.pick(kPurposes);
            std::ranges::find(out.purposes, purpose) == out.purposes.end())
            out.purposes.push_back(purpose);
    if (dice.one_in(3)) out.action = dice.pick(kActions);
    if (dice.one_in(5)) out.kinds = dice.some(kKinds, 2);
    if (dice.one_in(5)) out.codes = dice.some(kCodes, 2);
    out.german_codes = out.codes;
    if (dice.one_in(5)) out.labels = dice.some(kLabels, 4);
    out.at = 1 + dice.below(120);
    out.house = static_cast<House>(dice.below(5));
    return out;
}

Record random_record(Dice& dice) {
    Record out;
    out.name = dice.pick(kThings);
    out.refers_to = dice.some(kThings, 3);
    out.referred_by = dice.some(kThings, 4);
    out.written_by = dice.some(kThings, 4);
    out.kind = dice.pick(kKinds);
    out.codes = dice.some(kCodes, 3);
    out.labels = dice.some(kLabels, 4);
    out.made = dice.span(1);
    if (dice.one_in(4)) out.made = {};
    out.updated = dice.span(4);
    out.timeless = dice.one_in(12);
    return out;
}

// --- the same in the words of contracts/
Coding purpose_coding(const std::string& code) {
    return {code == "FooBar" ? "http://example.org" : std::string(systems::kActReason), code};
}
Coding label_coding(const std::string& code) {
    return {std::string(code.size() == 1 ? systems::kConfidentiality : systems::kActCode), code};
}
Coding kind_coding(const std::string& code) {
    return {"http://hl7.org/fhir/resource-types", code};
}
Coding code_coding(const std::string& code) {
    return {"urn:codes", code};
}
Coding role_coding(const std::string& code) {
    return {std::string(systems::kParticipationType), code};
}
Coding action_coding(const std::string& code) {
    return {std::string(systems::kConsentAction), code};
}
template <class Make>
std::vector<Coding> codings(const std::vector<std::string>& codes, Make make) {
    std::vector<Coding> out;
    for (const auto& code : codes) out.push_back(make(code));
    return out;
}
rules::Period period(const Span& span) {
    rules::Period out;
    if (span.from != 0) out.from_ms = span.from;
    if (span.until != 0) out.until_ms = span.until;
    return out;
}

rules::Provision provision(const Statement& statement) {
    rules::Provision out;
    if (statement.says)
        out.type = *statement.says == Says::permit ? rules::ProvisionType::permit : rules::ProvisionType::deny;
    out.period = period(statement.valid);
    out.data_period = period(statement.data);
    for (const Who& who : statement.who) {
        rules::ProvisionActor actor;
        if (!who.role.empty()) actor.roles = {role_coding(who.role)};
        actor.reference = who.reference;
        out.actors.push_back(std::move(actor));
    }
    out.purposes = codings(statement.purposes, purpose_coding);
    out.actions = codings(statement.actions, action_coding);
    out.classes = codings(statement.kinds, kind_coding);
    out.codes = codings(statement.codes, code_coding);
    out.security_labels = codings(statement.labels, label_coding);
    for (const What& what : statement.what) {
        const auto meaning =
            static_cast<rules::DataMeaning>(std::ranges::find(kMeanings, what.meaning) - kMeanings.begin());
        out.data.push_back({meaning, what.reference});
    }
    for (const Statement& exception : statement.exceptions) out.provisions.push_back(provision(exception));
    return out;
}

// --- a case in words
void tell(std::ostream& out, const Statement& s, const std::string& indent) {
    const auto list = [&](const char* name, const std::vector<std::string>& items) {
        if (items.empty()) return;
        out << ' ' << name << '=';
        for (const auto& item : items) out << item << ',';
    };
    const auto span = [&](const char* name, const Span& time) {
        if (time.from != 0 || time.until != 0) out << ' ' << name << '=' << time.from << ".." << time.until;
    };
    out << indent << (!s.says ? "(untyped)" : (*s.says == Says::permit ? "permit" : "deny"));
    span("valid", s.valid);
    for (const Who& who : s.who) out << " who=" << who.role << '@' << who.reference;
    list("purpose", s.purposes);
    list("action", s.actions);
    list("kind", s.kinds);
    list("code", s.codes);
    list("label", s.labels);
    for (const What& what : s.what) out << " what=" << what.meaning << ':' << what.reference;
    span("data", s.data);
    out << '\n';
    for (const Statement& exception : s.exceptions) tell(out, exception, indent + "  ");
}

void only_deny(Statement& statement) {
    statement.says = Says::deny;
    for (Statement& exception : statement.exceptions) only_deny(exception);
}

}  // namespace

ConsentCase random_case(std::uint64_t seed, std::uint64_t number) {
    Prng prng(Prng(seed).next() + number * 0xD1342543DE82EF95ULL);
    Dice dice(prng);
    ConsentCase out;
    for (std::uint64_t i = dice.below(4); i > 0; --i)
        out.documents.push_back(some_document(dice, "c" + std::to_string(i)));
    out.inquiry = random_inquiry(dice);
    for (std::uint64_t i = 1 + dice.below(3); i > 0; --i) out.records.push_back(random_record(dice));
    return out;
}

Document random_document(Prng& prng, std::string name) {
    Dice dice(prng);
    return some_document(dice, std::move(name));
}

Statement random_deny(Prng& prng) {
    Dice dice(prng);
    Statement out = random_statement(dice, 2, Manner::pcf);
    only_deny(out);
    return out;
}

rules::HeldConsent held(const Document& document) {
    rules::HeldConsent out;
    out.id = document.name;
    for (const auto status :
         {rules::ConsentStatus::active, rules::ConsentStatus::withdrawn, rules::ConsentStatus::superseded,
          rules::ConsentStatus::frozen, rules::ConsentStatus::proposed, rules::ConsentStatus::entered_in_error,
          rules::ConsentStatus::erased})
        if (to_string(status) == document.life) out.status = status;
    out.not_before_ms = document.recorded_from;
    if (document.recorded_until != 0) out.not_after_ms = document.recorded_until;
    if (document.erased) return out;
    rules::Consent consent;
    if (document.manner == Manner::r5) consent.fhir_version = rules::FhirVersion::r5;
    if (document.manner == Manner::pcf) consent.profile = rules::Profile::pcf_advanced;
    if (document.manner == Manner::german) consent.profile = rules::Profile::mii_broad;
    if (document.status != "active") consent.status = rules::DocumentStatus::inactive;
    if (document.dated != 0) consent.date_time_ms = document.dated;
    if (document.policy_rule)
        consent.policy_rules = {
            {std::string(systems::kActCode), *document.policy_rule == Says::permit ? "OPTIN" : "OPTOUT"}};
    if (document.doubtful) consent.doubts.push_back({"provision", "random"});
    consent.root = provision(document.root);
    out.consent = std::move(consent);
    return out;
}

rules::AccessContext context(const Inquiry& inquiry) {
    rules::AccessContext out;
    out.actors = inquiry.known_as;
    out.actor_roles = codings(inquiry.roles, role_coding);
    out.purposes = codings(inquiry.purposes, purpose_coding);
    if (!inquiry.action.empty()) out.actions = {action_coding(inquiry.action)};
    out.policy_codes = codings(inquiry.german_codes, code_coding);
    out.classes = codings(inquiry.kinds, kind_coding);
    out.codes = codings(inquiry.codes, code_coding);
    out.security_labels = codings(inquiry.labels, label_coding);
    out.is_clinician = true;
    out.may_break_glass = true;
    return out;
}

rules::DataContext piece(const Record& record) {
    rules::DataContext out;
    out.reference = record.name;
    out.related = record.refers_to;
    out.referred_by = record.referred_by;
    out.authors = record.written_by;
    out.classes = {kind_coding(record.kind)};
    out.resource_types = out.classes;
    out.codes = codings(record.codes, code_coding);
    out.security_labels = codings(record.labels, label_coding);
    out.made = period(record.made);
    out.updated = period(record.updated);
    out.timeless = record.timeless;
    return out;
}

contracts::governance::ImplicitPolicy policy_of(House house) {
    using contracts::governance::ImplicitPolicy;
    switch (house) {
        case House::no_policy:
            return ImplicitPolicy::none;
        case House::deny:
            return ImplicitPolicy::deny_all;
        case House::normal:
            return ImplicitPolicy::basic_normal;
        case House::all_normal:
            return ImplicitPolicy::all_normal;
        case House::break_glass_only:
            return ImplicitPolicy::break_glass_only;
    }
    return ImplicitPolicy::none;
}

std::vector<rules::HeldConsent> held(const std::vector<Document>& documents) {
    std::vector<rules::HeldConsent> out;
    for (const Document& document : documents) out.push_back(held(document));
    return out;
}

std::string told(const ConsentCase& one) {
    const auto& [documents, inquiry, records] = one;
    std::ostringstream out;
    for (const Document& d : documents) {
        out << d.name << " manner " << static_cast<int>(d.manner) << " status " << d.status << " life " << d.life
            << " recorded " << d.recorded_from << ".." << d.recorded_until << " dated " << d.dated
            << (d.policy_rule ? (*d.policy_rule == Says::permit ? " OPTIN" : " OPTOUT") : "")
            << (d.doubtful ? " doubtful" : "") << '\n';
        tell(out, d.root, "  ");
    }
    Statement asked;
    asked.purposes = inquiry.purposes;
    asked.kinds = inquiry.kinds;
    asked.codes = inquiry.codes;
    asked.labels = inquiry.labels;
    asked.actions = inquiry.action.empty() ? std::vector<std::string>{} : std::vector{inquiry.action};
    for (const auto& name : inquiry.known_as) asked.who.push_back({"", name});
    out << "asked at " << inquiry.at << " house " << static_cast<int>(inquiry.house) << ": ";
    tell(out, asked, "");
    for (const Record& record : records) {
        Statement shape;
        shape.kinds = {record.kind};
        shape.codes = record.codes;
        shape.labels = record.labels;
        shape.data = record.made;
        out << "record " << record.name << (record.timeless ? " timeless" : "") << ": ";
        tell(out, shape, "");
    }
    return out.str();
}
}  // namespace placet::tests::model
