// The purposes' tree and the bridge from DUO.
#include "contracts/consent/purpose.hpp"

#include <algorithm>
#include <array>

namespace placet::contracts::consent {
namespace {

struct Edge {
    std::string_view code;
    std::string_view parent;  ///< empty: directly below "any purpose of use"
};

// v3 PurposeOfUse. Where HL7's own tree and consent.md differ (PRECLINTRCH, FAMRQT, PWATRNY), consent.md counts.
constexpr std::array kTree = {
    Edge{"TREAT", ""},
    Edge{"ETREAT", "TREAT"},
    Edge{"BTG", "ETREAT"},
    Edge{"ERTREAT", "ETREAT"},
    Edge{"CLINTRL", "TREAT"},
    Edge{"COC", "TREAT"},
    Edge{"POPHLTH", "TREAT"},
    Edge{"TREATDS", "TREAT"},
    Edge{"HPAYMT", ""},
    Edge{"CLMATTCH", "HPAYMT"},
    Edge{"COVAUTH", "HPAYMT"},
    Edge{"COVERAGE", "HPAYMT"},
    Edge{"ELIGDTRM", "COVERAGE"},
    Edge{"ELIGVER", "COVERAGE"},
    Edge{"ENROLLM", "COVERAGE"},
    Edge{"MILDCRG", "COVERAGE"},
    Edge{"REMITADV", "HPAYMT"},
    Edge{"HOPERAT", ""},
    Edge{"CAREMGT", "HOPERAT"},
    Edge{"DONAT", "HOPERAT"},
    Edge{"FRAUD", "HOPERAT"},
    Edge{"GOV", "HOPERAT"},
    Edge{"HACCRED", "HOPERAT"},
    Edge{"HCOMPL", "HOPERAT"},
    Edge{"HDECD", "HOPERAT"},
    Edge{"HDIRECT", "HOPERAT"},
    Edge{"HDM", "HOPERAT"},
    Edge{"HLEGAL", "HOPERAT"},
    Edge{"HOUTCOMS", "HOPERAT"},
    Edge{"HPRGRP", "HOPERAT"},
    Edge{"HQUALIMP", "HOPERAT"},
    Edge{"HSYSADMIN", "HOPERAT"},
    Edge{"LABELING", "HSYSADMIN"},
    Edge{"METAMGT", "HSYSADMIN"},
    Edge{"MEMADMIN", "HOPERAT"},
    Edge{"MILCDM", "HOPERAT"},
    Edge{"PATADMIN", "HOPERAT"},
    Edge{"PATSFTY", "HOPERAT"},
    Edge{"PERFMSR", "HOPERAT"},
    Edge{"RECORDMGT", "HOPERAT"},
    Edge{"SYSDEV", "HOPERAT"},
    Edge{"HTEST", "SYSDEV"},
    Edge{"TRAIN", "HOPERAT"},
    Edge{"HRESCH", ""},
    Edge{"BIORCH", "HRESCH"},
    Edge{"CLINTRCH", "HRESCH"},
    Edge{"CLINTRCHNPC", "CLINTRCH"},
    Edge{"CLINTRCHPC", "CLINTRCH"},
    Edge{"DSRCH", "HRESCH"},
    Edge{"POARCH", "HRESCH"},
    Edge{"PRECLINTRCH", "HRESCH"},
    Edge{"TRANSRCH", "HRESCH"},
    Edge{"PATRQT", ""},
    Edge{"SUPNWK", "PATRQT"},
    Edge{"FAMRQT", ""},
    Edge{"PWATRNY", ""},
    Edge{"HMARKT", ""},
    Edge{"PUBHLTH", ""},
    Edge{"DISASTER", "PUBHLTH"},
    Edge{"THREAT", "PUBHLTH"},
};

constexpr auto kCodes = [] {
    std::array<std::string_view, kTree.size()> out;
    std::ranges::transform(kTree, out.begin(), &Edge::code);
    return out;
}();

/// BTG and ETREAT never come by subsumption; what lies below ETREAT comes with it, not with treatment.
bool needs_own_permit(std::string_view code) {
    return code == "BTG" || code == "ETREAT";
}

std::string_view parent_of(std::string_view code) {
    const auto found = std::ranges::find(kTree, code, &Edge::code);
    return found == kTree.end() ? std::string_view{} : found->parent;
}

/// Strictly below, within the tree.
bool is_below(std::string_view code, std::string_view ancestor) {
    for (std::string_view up = parent_of(code); !up.empty(); up = parent_of(up)) {
        if (up == ancestor) return true;
        if (needs_own_permit(up)) return false;
    }
    return false;
}

bool same(const Coding& a, const Coding& b) {
    return a == b || (a.code == b.code && is_act_reason(a.system) && is_act_reason(b.system));
}

/// "HMB" of DUO:0000006, http://purl.obolibrary.org/obo/DUO_0000006 and their kin; empty where the coding is no DUO
/// permission.
std::string_view duo_purpose(const Coding& coding) {
    constexpr std::string_view kBase = "http://purl.obolibrary.org/obo/";
    const bool is_duo = coding.system == systems::kDuo || coding.system == kBase ||
                        coding.system == "http://purl.obolibrary.org/obo/duo" ||
                        coding.system == "https://purl.obolibrary.org/obo/duo.owl" ||
                        coding.code.starts_with("http://purl.obolibrary.org/obo/DUO_");
    if (!is_duo) return {};
    std::string_view code = coding.code;
    if (code.starts_with(kBase)) code.remove_prefix(kBase.size());
    if (code.starts_with("DUO:") || code.starts_with("DUO_")) code.remove_prefix(4);
    struct Name {
        std::string_view number;
        std::string_view name;
    };
    static constexpr std::array kNames = {Name{"0000042", "GRU"}, Name{"0000006", "HMB"}, Name{"0000007", "DS"},
                                          Name{"0000011", "POA"}, Name{"0000043", "CC"}};
    for (const Name& one : kNames)
        if (code == one.number || code == one.name) return one.name;
    return {};
}

enum class Side : std::uint8_t { stated, asked };

/// A purpose in the words of the lattice. DS is disease research under a condition: asking for it is asking for less
/// than DSRCH, permitting it is permitting less.
std::vector<Coding> in_the_lattice(const Coding& coding, Side side) {
    const std::string_view duo = duo_purpose(coding);
    if (duo.empty() || (duo == "DS" && side == Side::stated)) return {coding};
    return purposes_of_duo(duo);
}

bool covers_one(const Coding& stated, const Coding& asked) {
    if (same(stated, asked)) return true;
    if (!is_act_reason(stated.system) || !is_act_reason(asked.system)) return false;
    if (needs_own_permit(asked.code)) return false;
    return is_below(asked.code, stated.code);
}

}  // namespace

bool is_act_reason(std::string_view system) noexcept {
    return system == systems::kActReason || system == "urn:oid:2.16.840.1.113883.5.8" ||
           system == "http://hl7.org/fhir/v3/ActReason" ||
           system == "http://terminology.hl7.org/ValueSet/v3-PurposeOfUse";
}

std::span<const std::string_view> lattice_purposes() noexcept {
    return kCodes;
}

bool purpose_covers(const Coding& stated, const Coding& asked) {
    if (covers_one(stated, asked)) return true;
    if (duo_purpose(stated).empty() && duo_purpose(asked).empty()) return false;
    const std::vector<Coding> wide = in_the_lattice(stated, Side::stated);
    return std::ranges::all_of(in_the_lattice(asked, Side::asked), [&](const Coding& one) {
        return std::ranges::any_of(wide, [&](const Coding& other) { return covers_one(other, one); });
    });
}

bool purposes_meet(const Coding& stated, const Coding& asked) {
    for (const Coding& one : in_the_lattice(stated, Side::asked))
        for (const Coding& other : in_the_lattice(asked, Side::asked))
            if (covers_one(one, other) || covers_one(other, one)) return true;
    return false;
}

bool is_break_glass(const Coding& purpose) {
    return is_act_reason(purpose.system) && purpose.code == "BTG";
}

std::vector<Coding> purposes_of_duo(std::string_view duo_code) {
    const auto reasons = [](std::initializer_list<std::string_view> codes) {
        std::vector<Coding> out;
        for (const auto code : codes) out.push_back(act_reason(code));
        return out;
    };
    if (duo_code == "GRU" || duo_code == "DUO:0000042") return reasons({"HRESCH", "POARCH"});
    if (duo_code == "HMB" || duo_code == "DUO:0000006")
        return reasons({"BIORCH", "CLINTRCH", "DSRCH", "PRECLINTRCH", "TRANSRCH"});
    if (duo_code == "DS" || duo_code == "DUO:0000007") return reasons({"DSRCH"});
    if (duo_code == "POA" || duo_code == "DUO:0000011") return reasons({"POARCH"});
    if (duo_code == "MDS") return reasons({"HRESCH"});
    if (duo_code == "CC" || duo_code == "DUO:0000043") return reasons({"TREAT"});
    if (duo_code == "commercial") return reasons({"HMARKT"});
    return {Coding{std::string(systems::kDuo), std::string(duo_code)}};
}

Coding act_reason(std::string_view code) {
    return Coding{std::string(systems::kActReason), std::string(code)};
}

}  // namespace placet::contracts::consent
