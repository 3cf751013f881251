// A second, naive matcher of DUO terms, written from the design's table and modifier lines alone: no file of contracts/
// is included, nothing is fast or clever. What it and the rules disagree about is a mistake in one of them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace placet::tests::model {

struct ModelModifier {
    std::string code;
    std::optional<long> months;
    std::optional<std::string> date;
    std::string list_name;  ///< "countries", "types", …; empty: no list is stated
    std::vector<std::string> list;
};

struct ModelDataset {
    std::optional<std::vector<std::string>> permissions;
    std::optional<std::vector<std::string>> diseases;
    std::vector<ModelModifier> modifiers;
};

struct ModelRequest {
    std::optional<std::vector<std::string>> purposes;
    std::optional<std::vector<std::string>> diseases;
    std::map<std::string, bool> flags;  ///< controls, forProfit, commercial, phenotypeOnly
    std::optional<std::vector<std::string>> sensitive;
    std::map<std::string, std::string>
        statements;  ///< researchType, ethicsApproval, collaboration, country, institution, project, user
    std::optional<long> months;
    std::optional<std::string> accepted_at;
    std::optional<std::vector<std::string>> undertakings;
};

struct ModelDiseases {
    std::map<std::string, std::set<std::string>> parents;
    std::map<std::string, std::string> mondo_of_doid;
};

struct ModelAnswer {
    char decision = 'R';  ///< 'A', 'R' or 'D'
    std::set<std::string> obligations;
    std::optional<long> expires;
    bool operator==(const ModelAnswer&) const = default;
};

[[nodiscard]] ModelAnswer model_match(const ModelDataset& dataset, const ModelRequest& request,
                                      const ModelDiseases& diseases);

}  // namespace placet::tests::model
