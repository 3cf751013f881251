// Names of DUO terms: codes, short names, words, and every way people write them.
#include <algorithm>
#include <array>
#include <string>

#include "contracts/dataset/duo.hpp"

namespace placet::contracts::dataset {
namespace {

struct Term {
    std::string_view code;
    std::string_view short_name;
    std::string_view words;
};

constexpr std::array<Term, 5> kPermissions = {{
    {"DUO:0000004", "NRES", "no restriction"},
    {"DUO:0000042", "GRU", "general research use"},
    {"DUO:0000006", "HMB", "health, medical or biomedical research"},
    {"DUO:0000007", "DS", "research into named diseases"},
    {"DUO:0000011", "POA", "population origins or ancestry research only"},
}};

constexpr std::array<Term, 6> kPurposes = {{
    {"DUO:0000042", "GRU", "research that is not narrowed down"},
    {"DUO:0000006", "HMB", "health, medical or biomedical research"},
    {"DUO:0000007", "DS", "research into named diseases"},
    {"DUO:0000011", "POA", "population origins or ancestry research"},
    {"", "MDS", "development of methods, software or algorithms"},
    {"DUO:0000043", "CC", "clinical care"},
}};

constexpr std::array<Term, 19> kModifiers = {{
    {"DUO:0000012", "RS", "only research of the stated type"},
    {"DUO:0000015", "NMDS", "no methods development"},
    {"DUO:0000016", "GSO", "genetic studies only"},
    {"DUO:0000018", "NPUNCU", "not for profit organisations, non-commercial use only"},
    {"DUO:0000019", "PUB", "results must be published"},
    {"DUO:0000020", "COL", "collaboration with the primary study's investigators required"},
    {"DUO:0000021", "IRB", "ethics approval required"},
    {"DUO:0000022", "GS", "only within the stated region"},
    {"DUO:0000024", "MOR", "publication moratorium"},
    {"DUO:0000025", "TS", "time limit on use"},
    {"DUO:0000026", "US", "only the stated users"},
    {"DUO:0000027", "PS", "only the stated project"},
    {"DUO:0000028", "IS", "only the stated institutions"},
    {"DUO:0000029", "RTN", "results must be returned"},
    {"DUO:0000043", "CC", "clinical care, too"},
    {"DUO:0000044", "NPOA", "no population origins or ancestry research"},
    {"DUO:0000045", "NPU", "not for profit organisations only"},
    {"DUO:0000046", "NCU", "non-commercial use only"},
    {"DUO:0000017", "MODIFIER", "a modifier that is not named"},
}};

/// "DUO_0000045", "duo:0000045", "http://purl.obolibrary.org/obo/DUO_0000045" are brought to "DUO:0000045"; the
/// misprint with eight digits, "DUO_00000044", too.
std::string normalised_code(std::string_view text) {
    const auto slash = text.rfind('/');
    if (slash != std::string_view::npos) text.remove_prefix(slash + 1);
    std::string out(text);
    if (out.size() > 4 && (out[3] == '_' || out[3] == ':')) {
        std::string prefix = out.substr(0, 3);
        std::ranges::transform(prefix, prefix.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        if (prefix == "DUO") out = "DUO:" + out.substr(4);
    }
    if (out == "DUO:00000044") out = "DUO:0000044";
    return out;
}

template <std::size_t N>
std::optional<std::size_t> find_term(const std::array<Term, N>& terms, std::string_view text) {
    const std::string code = normalised_code(text);
    for (std::size_t i = 0; i < N; ++i)
        if (terms[i].short_name == text || (!terms[i].code.empty() && terms[i].code == code)) return i;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(DuoDecision decision) noexcept {
    switch (decision) {
        case DuoDecision::approve:
            return "approve";
        case DuoDecision::review:
            return "review";
        case DuoDecision::deny:
            return "deny";
    }
    return {};
}

std::string_view short_name(PermissionTerm term) noexcept {
    return kPermissions[static_cast<std::size_t>(term)].short_name;
}
std::string_view short_name(Use purpose) noexcept {
    return kPurposes[static_cast<std::size_t>(purpose)].short_name;
}
std::string_view duo_code(PermissionTerm term) noexcept {
    return kPermissions[static_cast<std::size_t>(term)].code;
}
std::string_view words(PermissionTerm term) noexcept {
    return kPermissions[static_cast<std::size_t>(term)].words;
}
std::string_view words(Use purpose) noexcept {
    return kPurposes[static_cast<std::size_t>(purpose)].words;
}

std::optional<PermissionTerm> permission_from(std::string_view text) noexcept {
    const auto found = find_term(kPermissions, text);
    return found ? std::optional(static_cast<PermissionTerm>(*found)) : std::nullopt;
}

std::optional<Use> use_from(std::string_view text) noexcept {
    const auto found = find_term(kPurposes, text);
    return found ? std::optional(static_cast<Use>(*found)) : std::nullopt;
}

std::optional<std::string_view> modifier_short_name(std::string_view code) noexcept {
    const auto found = find_term(kModifiers, code);
    if (!found || kModifiers[*found].short_name == "MODIFIER") return std::nullopt;
    return kModifiers[*found].short_name;
}

std::string_view modifier_words(std::string_view code) noexcept {
    const auto found = find_term(kModifiers, code);
    return found ? kModifiers[*found].words : std::string_view("a term that is not known here");
}

std::string_view modifier_code(std::string_view short_name) noexcept {
    const auto found = std::ranges::find(kModifiers, short_name, &Term::short_name);
    return found == kModifiers.end() ? std::string_view{} : found->code;
}

ModifierStates states_of(std::string_view short_name) noexcept {
    if (short_name == "TS") return ModifierStates::months;
    if (short_name == "MOR") return ModifierStates::day;
    if (short_name == "GS") return ModifierStates::countries;
    constexpr std::array<std::string_view, 5> kLists = {"RS", "US", "PS", "IS", "COL"};
    return std::ranges::find(kLists, short_name) == kLists.end() ? ModifierStates::nothing : ModifierStates::list;
}

}  // namespace placet::contracts::dataset
