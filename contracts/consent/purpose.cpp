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

// v3 PurposeOfUse. Where HL7's own tree and consent.md differ, consent.md counts.
constexpr std::array kTree = {
    Edge{"TREAT", ""},           Edge{"ETREAT", "TREAT"},        Edge{"BTG", "ETREAT"},       Edge{"ERTREAT", "ETREAT"},
    Edge{"CLINTRL", "TREAT"},    Edge{"COC", "TREAT"},           Edge{"POPHLTH", "TREAT"},    Edge{"CAREMGT", "TREAT"},
    Edge{"TREATDS", "TREAT"},    Edge{"HPAYMT", ""},             Edge{"CLMATTCH", "HPAYMT"},  Edge{"COVAUTH", "HPAYMT"},
    Edge{"COVERAGE", "HPAYMT"},  Edge{"ELIGDTRM", "COVERAGE"},   Edge{"ELIGVER", "COVERAGE"}, Edge{"ENROLLM", "COVERAGE"},
    Edge{"REMITADV", "HPAYMT"},  Edge{"HOPERAT", ""},            Edge{"HRESCH", ""},          Edge{"BIORCH", "HRESCH"},
    Edge{"CLINTRCH", "HRESCH"},  Edge{"CLINTRCHNPC", "CLINTRCH"}, Edge{"CLINTRCHPC", "CLINTRCH"}, Edge{"DSRCH", "HRESCH"},
    Edge{"POARCH", "HRESCH"},    Edge{"PRECLINTRCH", "HRESCH"},  Edge{"TRANSRCH", "HRESCH"},  Edge{"PATRQT", ""},
    Edge{"FAMRQT", ""},          Edge{"PWATRNY", ""},            Edge{"SUPNWK", ""},          Edge{"HMARKT", ""},
    Edge{"PUBHLTH", ""},         Edge{"DISASTER", "PUBHLTH"},    Edge{"THREAT", "PUBHLTH"},   Edge{"HSYSADMIN", "HOPERAT"},
    Edge{"HQUALIMP", "HOPERAT"}, Edge{"HLEGAL", "HOPERAT"},      Edge{"HOUTCOMS", "HOPERAT"}, Edge{"HPRGRP", "HOPERAT"},
};

bool is_act_reason(std::string_view system) {
    return system == systems::kActReason || system == "urn:oid:2.16.840.1.113883.5.8" || system == "http://hl7.org/fhir/v3/ActReason" ||
           system == "http://terminology.hl7.org/ValueSet/v3-PurposeOfUse";
}

bool is_emergency(std::string_view code) { return code == "BTG" || code == "ETREAT" || code == "ERTREAT"; }

std::string_view parent_of(std::string_view code) {
    const auto found = std::ranges::find(kTree, code, &Edge::code);
    return found == kTree.end() ? std::string_view{} : found->parent;
}

/// Strictly below, within the tree.
bool is_below(std::string_view code, std::string_view ancestor) {
    for (std::string_view up = parent_of(code); !up.empty(); up = parent_of(up))
        if (up == ancestor) return true;
    return false;
}

bool same(const Coding& a, const Coding& b) {
    return a == b || (a.code == b.code && is_act_reason(a.system) && is_act_reason(b.system));
}

}  // namespace

bool purpose_covers(const Coding& stated, const Coding& asked) {
    if (same(stated, asked)) return true;
    if (!is_act_reason(stated.system) || !is_act_reason(asked.system)) return false;
    if (is_emergency(asked.code)) return false;
    return is_below(asked.code, stated.code);
}

bool purposes_meet(const Coding& stated, const Coding& asked) { return purpose_covers(stated, asked) || purpose_covers(asked, stated); }

std::vector<Coding> purposes_of_duo(std::string_view duo_code) {
    const auto reasons = [](std::initializer_list<std::string_view> codes) {
        std::vector<Coding> out;
        for (const auto code : codes) out.push_back(act_reason(code));
        return out;
    };
    if (duo_code == "GRU" || duo_code == "DUO:0000042") return reasons({"HRESCH", "POARCH"});
    if (duo_code == "HMB" || duo_code == "DUO:0000006") return reasons({"BIORCH", "CLINTRCH", "DSRCH", "PRECLINTRCH", "TRANSRCH"});
    if (duo_code == "DS" || duo_code == "DUO:0000007") return reasons({"DSRCH"});
    if (duo_code == "POA" || duo_code == "DUO:0000011") return reasons({"POARCH"});
    if (duo_code == "MDS") return reasons({"HRESCH"});
    if (duo_code == "CC" || duo_code == "DUO:0000043") return reasons({"TREAT"});
    if (duo_code == "commercial") return reasons({"HMARKT"});
    return {Coding{std::string(systems::kDuo), std::string(duo_code)}};
}

Coding act_reason(std::string_view code) { return Coding{std::string(systems::kActReason), std::string(code)}; }

}  // namespace placet::contracts::consent
