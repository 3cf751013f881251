// Datasets' terms and requests from JSON, field by field.
#include "api/dto/match_input.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"

namespace placet::api::dto {
namespace {

namespace dataset = contracts::dataset;
using base::ErrorCode;

constexpr std::size_t kMaxItems = 100'000;
constexpr std::size_t kMaxText = 4096;
/// The whole numbers that every JSON reader keeps exactly.
constexpr std::uint64_t kMostMonths = (std::uint64_t{1} << 53) - 1;
constexpr JsonLimits kLimits{.bytes = 16 * 1024 * 1024, .depth = 64};

/// A list of texts, none of them empty or over-long.
std::vector<std::string> read_texts(ObjectReader& reader, std::string_view name) {
    std::vector<std::string> out = reader.maybe_texts(name, kMaxItems);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i].empty())
            reader.fail(
                {ErrorCode::invalid_value, "an empty text says nothing: leave it out", reader.path_of(name, i)});
        if (out[i].size() > kMaxText)
            reader.fail(
                {ErrorCode::too_large, "at most " + std::to_string(kMaxText) + " octets", reader.path_of(name, i)});
    }
    return out;
}

std::optional<dataset::Day> read_day(ObjectReader& reader, std::string_view name) {
    const auto text = reader.maybe_text(name, 64);
    if (!text) return std::nullopt;
    const bool shaped = text->size() == 10 && std::ranges::all_of(*text, [&](const char& c) {
                            const auto at = &c - text->data();
                            return at == 4 || at == 7 ? c == '-' : c >= '0' && c <= '9';
                        });
    if (shaped) {
        const std::chrono::year_month_day day{std::chrono::year(std::stoi(text->substr(0, 4))),
                                              std::chrono::month(static_cast<unsigned>(std::stoi(text->substr(5, 2)))),
                                              std::chrono::day(static_cast<unsigned>(std::stoi(text->substr(8, 2))))};
        if (day.ok() && static_cast<int>(day.year()) >= 1)
            return static_cast<dataset::Day>(std::chrono::sys_days(day).time_since_epoch().count());
    }
    reader.fail(ErrorCode::invalid_value, "expected a day, as in 2026-01-31", name);
    return std::nullopt;
}

/// An ISO 3166-1 alpha-2 code in capitals; empty if it is none.
std::string country_code(std::string text) {
    if (text.size() != 2) return {};
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        if (c < 'A' || c > 'Z') return {};
    }
    return text;
}

constexpr std::string_view kNoCountry = "expected an ISO 3166-1 alpha-2 code, as in AU";

std::vector<std::string> read_countries(ObjectReader& reader) {
    std::vector<std::string> out = read_texts(reader, "countries");
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = country_code(std::move(out[i]));
        if (out[i].empty())
            reader.fail({ErrorCode::invalid_value, std::string(kNoCountry), reader.path_of("countries", i)});
    }
    return out;
}

/// COL's `with`: a list, or the one text that stands for it.
std::vector<std::string> read_with(ObjectReader& reader) {
    const nlohmann::json* value = reader.maybe_any("with");
    if (value != nullptr && value->is_string()) return {reader.text("with", kMaxText)};
    return read_texts(reader, "with");
}

struct Parameter {
    std::string_view modifier;
    std::string_view field;
};
constexpr std::array<Parameter, 8> kParameters = {{{"TS", "months"},
                                                   {"MOR", "date"},
                                                   {"GS", "countries"},
                                                   {"RS", "types"},
                                                   {"US", "users"},
                                                   {"PS", "projects"},
                                                   {"IS", "institutions"},
                                                   {"COL", "with"}}};

dataset::Condition read_condition(ObjectReader& reader) {
    dataset::Condition out;
    out.code = reader.text("code", kMaxText);
    if (reader.ok() && out.code.empty()) reader.fail(ErrorCode::invalid_value, "a modifier needs its code", "code");
    const auto name = dataset::modifier_short_name(out.code);
    for (const Parameter& one : kParameters)
        if (name && one.modifier != *name && reader.has(one.field))
            reader.fail(ErrorCode::invalid_value,
                        "is a parameter of " + std::string(one.modifier) + ", not of " + std::string(*name), one.field);
    out.months = reader.maybe_uint("months", kMostMonths);
    out.date = read_day(reader, "date");
    std::vector<std::vector<std::string>> lists = {read_countries(reader)};
    for (const std::string_view field : {"types", "users", "projects", "institutions"})
        lists.push_back(read_texts(reader, field));
    lists.push_back(read_with(reader));
    for (auto& list : lists) out.allowed.insert(out.allowed.end(), list.begin(), list.end());
    return out;
}

dataset::Stated read_flag(ObjectReader& reader, std::string_view name) {
    if (reader.maybe_any(name) == nullptr) return dataset::Stated::unknown;
    return reader.boolean(name) ? dataset::Stated::yes : dataset::Stated::no;
}

std::optional<std::string> read_statement(ObjectReader& reader, std::string_view name) {
    return reader.maybe_text(name, kMaxText);
}

void read_purposes(ObjectReader& reader, dataset::Ask& ask) {
    const std::vector<std::string> names = reader.maybe_texts("purposes", kMaxItems);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto use = dataset::use_from(names[i]);
        if (use) {
            ask.purposes.push_back(*use);
            continue;
        }
        const auto near = nearest_name(names[i], {"GRU", "HMB", "DS", "POA", "MDS", "CC"});
        reader.fail(
            {ErrorCode::invalid_value,
             "expected GRU, HMB, DS, POA, MDS or CC" + (near ? ": did you mean \"" + *near + "\"?" : std::string()),
             reader.path_of("purposes", i)});
    }
}

void read_undertakings(ObjectReader& reader, dataset::Ask& ask) {
    if (!reader.has("undertakings")) {
        reader.maybe_any("undertakings");
        return;
    }
    std::vector<std::string> out;
    const std::vector<std::string> names = reader.maybe_texts("undertakings", kMaxItems);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto name = dataset::modifier_short_name(names[i]);
        if (name == "PUB" || name == "RTN")
            out.emplace_back(*name);
        else
            reader.fail({ErrorCode::invalid_value, "expected PUB or RTN", reader.path_of("undertakings", i)});
    }
    ask.undertakings = std::move(out);
}

}  // namespace

base::Result<dataset::Offer> offer_from_json(std::string_view text) {
    PLACET_TRY_ASSIGN(const nlohmann::json value, parse_json(text, kLimits));
    ObjectReader reader(value, "");
    dataset::Offer offer;
    const std::vector<std::string> permissions = read_texts(reader, "permissions");
    const std::vector<std::string> diseases = read_texts(reader, "diseases");
    for (const std::string& code : permissions) {
        const auto term = dataset::permission_from(code);
        if (!term)
            offer.unknown_permissions.push_back(code);
        else if (*term == dataset::PermissionTerm::disease_specific)
            offer.permissions.push_back({*term, diseases});
        else
            offer.permissions.push_back({*term, {}});
    }
    if (reader.maybe_any("modifiers") != nullptr) {
        const auto items = reader.objects("modifiers", kMaxItems);
        for (std::size_t i = 0; i < items.size() && reader.ok(); ++i) {
            ObjectReader condition(*items[i], reader.path_of("modifiers", i));
            offer.conditions.push_back(read_condition(condition));
            if (const auto done = condition.finish(); !done) reader.fail(done.error());
        }
    }
    PLACET_TRY(reader.finish());
    return offer;
}

base::Result<dataset::Ask> ask_from_json(std::string_view text) {
    PLACET_TRY_ASSIGN(const nlohmann::json value, parse_json(text, kLimits));
    ObjectReader reader(value, "");
    dataset::Ask ask;
    read_purposes(reader, ask);
    ask.diseases = read_texts(reader, "diseases");
    const bool controls = read_flag(reader, "controls") == dataset::Stated::yes;
    ask.sensitive_population = !reader.maybe_texts("sensitive", kMaxItems).empty() || controls;
    ask.for_profit = read_flag(reader, "forProfit");
    ask.commercial = read_flag(reader, "commercial");
    ask.phenotype_only = read_flag(reader, "phenotypeOnly");
    ask.research_type = read_statement(reader, "researchType");
    ask.ethics_approval = read_statement(reader, "ethicsApproval");
    ask.collaboration = read_statement(reader, "collaboration");
    ask.institution = read_statement(reader, "institution");
    ask.project = read_statement(reader, "project");
    ask.user = read_statement(reader, "user");
    ask.country = read_statement(reader, "country");
    if (ask.country) {
        ask.country = country_code(std::move(*ask.country));
        if (ask.country->empty()) reader.fail(ErrorCode::invalid_value, std::string(kNoCountry), "country");
    }
    ask.months = reader.maybe_uint("months", kMostMonths);
    ask.accepted_on = read_day(reader, "acceptedAt");
    read_undertakings(reader, ask);
    PLACET_TRY(reader.finish());
    return ask;
}

}  // namespace placet::api::dto
