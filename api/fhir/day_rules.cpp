// Provisions to rules about days.
#include "api/fhir/day_rules.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "api/fhir/element.hpp"
#include "api/fhir/fhir_time.hpp"

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using base::Status;
using contracts::Coding;
using contracts::consent::Day;
using contracts::consent::DayConsent;
using contracts::consent::DayRange;
using contracts::consent::DayRule;
using contracts::consent::kMaxProvisionDepth;
using contracts::consent::ProvisionType;

namespace {

constexpr std::size_t kMaxItems = 4096;
constexpr std::size_t kMaxCode = 4096;

int digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
    int value = 0;
    for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
    return value;
}

/// The first and the last day that a date of any precision can mean, in its own zone.
Result<DayRange> days_meant(const Element& period, std::string_view name) {
    PLACET_TRY_ASSIGN(const std::string text, period.text(name, 64));
    if (text.empty()) return DayRange{};
    if (const auto checked = read_date_time(text); !checked)
        return period.refuse_at(name, checked.error().code, checked.error().message);
    using namespace std::chrono;
    const year y{digits(text, 0, 4)};
    const auto number = [](year_month_day day) { return static_cast<Day>(sys_days(day).time_since_epoch().count()); };
    if (text.size() == 4) return DayRange{number(y / January / 1), number(y / December / 31)};
    const month m{static_cast<unsigned>(digits(text, 5, 2))};
    if (text.size() == 7) return DayRange{number(y / m / 1), number(year_month_day(y / m / last))};
    const Day day = number(y / m / std::chrono::day{static_cast<unsigned>(digits(text, 8, 2))});
    return DayRange{day, day};
}

/// A Period; none if it is absent.
Result<std::optional<DayRange>> read_days(const Element& parent, std::string_view name) {
    PLACET_TRY_ASSIGN(const std::vector<Element> found, parent.object(name));
    if (found.empty()) return std::optional<DayRange>{};
    PLACET_TRY_ASSIGN(const DayRange start, days_meant(found.front(), "start"));
    PLACET_TRY_ASSIGN(const DayRange end, days_meant(found.front(), "end"));
    const DayRange out{start.first, end.last};
    if (out.last < out.first)
        return found.front().refuse(ErrorCode::invalid_value, "the period ends before it starts: correct start or end");
    return std::optional(out);
}

DayRange within(DayRange a, DayRange b) noexcept {
    return {std::max(a.first, b.first), std::min(a.last, b.last)};
}

struct Codes {
    std::vector<Coding> codings;
    bool stated = false;      ///< there is a code element
    bool words_only = false;  ///< one of them has no coding to compare
};

Result<Codes> read_codes(const Element& provision) {
    Codes out;
    PLACET_TRY_ASSIGN(const std::vector<Element> concepts, provision.objects("code", kMaxItems));
    for (const Element& one : concepts) {
        out.stated = true;
        PLACET_TRY_ASSIGN(const std::vector<Element> codings, one.objects("coding", kMaxItems));
        std::size_t comparable = 0;
        for (const Element& item : codings) {
            Coding coding;
            PLACET_TRY_ASSIGN(coding.system, item.text("system", kMaxCode));
            PLACET_TRY_ASSIGN(coding.code, item.text("code", kMaxCode));
            if (coding.code.empty()) continue;
            ++comparable;
            out.codings.push_back(std::move(coding));
        }
        out.words_only |= comparable == 0;
    }
    return out;
}

/// Whether a permit says no more than days and codes.
bool is_plain(const Element& provision) {
    static constexpr std::array<std::string_view, 7> kPlain = {"type",      "period", "code",     "dataPeriod",
                                                               "provision", "id",     "extension"};
    return std::ranges::all_of(provision.value().members, [&](const JsonMember& member) {
        const std::string_view name = member.name;
        return std::ranges::find(kPlain, name.starts_with('_') ? name.substr(1) : name) != kPlain.end();
    });
}

/// What encloses a provision.
struct Frame {
    DayRange bounds;                         ///< all periods above, together
    std::optional<DayRange> days;            ///< the nearest period above, for denies
    std::vector<Coding> codes;               ///< the nearest codes above
    bool plain = true;                       ///< nothing above limits permits in a way that days cannot show
    std::optional<ProvisionType> alternate;  ///< R5: the type of this level
    std::size_t depth = 2;
};

ProvisionType opposite(ProvisionType type) noexcept {
    return type == ProvisionType::deny ? ProvisionType::permit : ProvisionType::deny;
}

Result<std::optional<ProvisionType>> read_type(const Element& element, std::string_view name) {
    PLACET_TRY_ASSIGN(const std::string type, element.text(name, 64));
    if (type.empty()) return std::optional<ProvisionType>{};
    if (type == "permit") return std::optional(ProvisionType::permit);
    if (type == "deny") return std::optional(ProvisionType::deny);
    return element.refuse_at(name, ErrorCode::invalid_value, "must be permit or deny");
}

class RuleReader {
public:
    [[nodiscard]] Status below(const Element& parent, const Frame& frame) {
        PLACET_TRY_ASSIGN(const std::vector<Element> nested, parent.objects("provision", kMaxItems));
        if (!nested.empty() && frame.depth > kMaxProvisionDepth)
            return parent.refuse_at(
                "provision", ErrorCode::too_large,
                "provisions are nested deeper than " + std::to_string(kMaxProvisionDepth) + " levels");
        for (const Element& one : nested) PLACET_TRY(rule(one, frame));
        return {};
    }

    /// The rule of one provision, and those below it.
    [[nodiscard]] Status rule(const Element& provision, const Frame& frame) {
        std::optional<ProvisionType> type = frame.alternate;
        if (!type) {
            PLACET_TRY_ASSIGN(type, read_type(provision, "type"));
            if (!type)
                return provision.refuse_at("type", ErrorCode::malformed, "a nested provision must say permit or deny");
        }
        PLACET_TRY_ASSIGN(const std::optional<DayRange> days, read_days(provision, "period"));
        PLACET_TRY_ASSIGN(const std::optional<DayRange> data_days, read_days(provision, "dataPeriod"));
        PLACET_TRY_ASSIGN(const Codes codes, read_codes(provision));
        Frame inner{within(frame.bounds, days.value_or(DayRange{})),
                    days ? days : frame.days,
                    codes.stated ? codes.codings : frame.codes,
                    frame.plain && is_plain(provision),
                    std::nullopt,
                    frame.depth + 1};
        if (frame.alternate) inner.alternate = opposite(*type);
        if (*type == ProvisionType::permit) {
            const DayRange permitted = within(inner.bounds, data_days.value_or(DayRange{}));
            if (inner.plain && !inner.codes.empty()) out.rules.push_back({*type, inner.codes, permitted});
        } else {
            DayRule denied{*type, codes.words_only ? std::vector<Coding>{} : inner.codes,
                           inner.days.value_or(DayRange{})};
            if (!days && data_days) denied.days = *data_days;
            out.rules.push_back(std::move(denied));
        }
        return below(provision, inner);
    }

    DayConsent out;
};

bool permits_below(const std::vector<DayRule>& rules, const Coding& code) {
    return std::ranges::any_of(rules, [&](const DayRule& rule) {
        return rule.type == ProvisionType::permit && std::ranges::find(rule.codes, code) != rule.codes.end();
    });
}

struct Root {
    const Element& element;
    const Codes& codes;
    const Frame& frame;
};

/// What the root itself says, once everything below it is known.
void add_root_rule(DayConsent& out, ProvisionType type, const Root& root) {
    const auto& [element, codes, frame] = root;
    const DayRange days = frame.bounds;
    if (type == ProvisionType::permit) {
        if (frame.plain && !codes.codings.empty()) out.rules.push_back({type, codes.codings, days});
        return;
    }
    if (!codes.stated) {
        if (!element.has("provision")) out.rules.push_back({type, {}, days});
        return;
    }
    std::vector<Coding> denied;
    for (const Coding& code : codes.codings)
        if (!permits_below(out.rules, code)) denied.push_back(code);
    if (!denied.empty() || codes.words_only)
        out.rules.push_back({type, codes.words_only ? std::vector<Coding>{} : denied, days});
}

/// The element whose children are the first rules: R4's Consent.provision, R5's Consent itself.
Result<DayConsent> read_root(const Element& root, std::string_view type_name, Frame frame) {
    RuleReader reader;
    PLACET_TRY_ASSIGN(const std::optional<ProvisionType> type, read_type(root, type_name));
    PLACET_TRY_ASSIGN(const std::optional<DayRange> days, read_days(root, "period"));
    const bool is_r5 = type_name == "decision";
    Codes codes;
    if (!is_r5) {
        PLACET_TRY_ASSIGN(codes, read_codes(root));
    }
    if (is_r5 && !type) return root.refuse_at("decision", ErrorCode::malformed, "a FHIR R5 Consent needs its decision");
    frame.bounds = days.value_or(DayRange{});
    frame.days = days;
    frame.codes = codes.codings;
    if (is_r5) frame.alternate = opposite(*type);
    PLACET_TRY(reader.below(root, frame));
    if (type) add_root_rule(reader.out, *type, {root, codes, frame});
    return std::move(reader.out);
}

Status refuse_stu3(const Element& consent) {
    for (const std::string_view name : {"except", "consentingParty", "actor", "action", "purpose", "securityLabel",
                                        "dataPeriod", "data", "sourceIdentifier"})
        if (consent.has(name))
            return consent.refuse_at(name, ErrorCode::unsupported,
                                     "this element is FHIR STU3; FHIR R4 (4.0.1) and R5 (5.0.0) are read");
    return {};
}

}  // namespace

Result<DayConsent> read_day_rules(const JsonValue& resource) {
    const Element consent(resource, "Consent");
    PLACET_TRY(refuse_stu3(consent));
    PLACET_TRY_ASSIGN(const std::string status, consent.text("status", 64));
    if (status.empty()) return consent.refuse_at("status", ErrorCode::malformed, "a Consent needs its status");
    static constexpr std::array<std::string_view, 8> kStatuses = {
        "draft", "proposed", "active", "rejected", "inactive", "entered-in-error", "not-done", "unknown"};
    if (std::ranges::find(kStatuses, status) == kStatuses.end())
        return consent.refuse_at("status", ErrorCode::invalid_value, "is no status of a FHIR Consent");
    const JsonValue* provision = resource.find("provision");
    const bool is_r5 = consent.has("decision") || (provision != nullptr && provision->is(JsonKind::array));
    DayConsent out;
    Frame frame;
    frame.plain = !consent.has("modifierExtension") && !consent.has("implicitRules");
    if (is_r5) {
        PLACET_TRY_ASSIGN(out, read_root(consent, "decision", frame));
    } else {
        PLACET_TRY_ASSIGN(const std::vector<Element> root, consent.object("provision"));
        if (!root.empty()) {
            frame.plain = frame.plain && is_plain(root.front());
            PLACET_TRY_ASSIGN(out, read_root(root.front(), "type", frame));
        }
    }
    if (status != "active") out.rules.clear();
    return out;
}

}  // namespace placet::api::fhir
