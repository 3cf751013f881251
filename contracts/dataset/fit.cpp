// Disease by disease: one that is surely outside decides before one that nobody can place.
#include "contracts/dataset/fit.hpp"

#include <algorithm>

namespace placet::contracts::dataset {
namespace {

/// The name to compare by; empty for a DOID that no table translates.
std::string comparable(const std::string& disease, const DiseaseTable* table) {
    const std::string id = disease_id(disease);
    if (table != nullptr) return table->in_mondo(id);
    return id.starts_with("DOID:") ? std::string() : id;
}

DiseaseFit fit_of_one(const std::vector<std::string>& consented, const std::string& asked, const DiseaseTable* table,
                      MatchFault fault) {
    const DiseaseFit unmapped = fault == MatchFault::unmapped_is_unrelated ? DiseaseFit::outside : DiseaseFit::unsure;
    if (asked.empty()) return unmapped;
    DiseaseFit best = DiseaseFit::outside;
    for (const std::string& disease : consented) {
        const std::string allowed = comparable(disease, table);
        if (allowed.empty()) {
            best = unmapped;
            continue;
        }
        if (asked == allowed || (table != nullptr && table->descends(asked, allowed))) return DiseaseFit::inside;
        if (fault == MatchFault::broader_fits && table != nullptr && table->descends(allowed, asked))
            return DiseaseFit::inside;
    }
    return best;
}

}  // namespace

DiseaseFit fit_of(const std::vector<std::string>& consented, const std::vector<std::string>& asked,
                  const DiseaseTable* table, MatchFault fault) {
    if (consented.empty() || asked.empty()) return DiseaseFit::not_stated;
    bool unsure = false, any_inside = false, any_outside = false;
    for (const std::string& disease : asked) {
        switch (fit_of_one(consented, comparable(disease, table), table, fault)) {
            case DiseaseFit::inside:
                any_inside = true;
                break;
            case DiseaseFit::outside:
                any_outside = true;
                break;
            case DiseaseFit::unsure:
            case DiseaseFit::not_stated:
                unsure = true;
                break;
        }
    }
    if (fault == MatchFault::one_disease_suffices && any_inside) return DiseaseFit::inside;
    if (any_outside) return DiseaseFit::outside;
    return unsure ? DiseaseFit::unsure : DiseaseFit::inside;
}

}  // namespace placet::contracts::dataset
