// Registering a dataset that was made from others: each of them is the organisation's own, or was asked for and
// granted.
#include <algorithm>

#include "contracts/access/rules.hpp"
#include "contracts/common/ids.hpp"

namespace placet::contracts::access {
namespace {

/// Why a source cannot be one; none if it can.
Result<std::optional<Verdict>> check_source(const Transition& state, const Actor& sender,
                                            const dataset::Source& source) {
    PLACET_TRY_ASSIGN(const std::optional<dataset::Dataset> found, dataset::find_dataset(state, source.dataset));
    if (!found) return std::optional(refused("dataset_unknown", source.dataset));
    if (!source.grant) {
        const bool own = found->custodian == sender.organisation;
        return own ? std::optional<Verdict>{} : std::optional(refused("source_not_granted", source.dataset));
    }
    PLACET_TRY_ASSIGN(const std::optional<Grant> grant, find_grant(state, *source.grant));
    if (!grant) return std::optional(refused("grant_unknown", *source.grant));
    const bool covers = grant->dataset == source.dataset && organisation_of(grant->researcher) == sender.organisation;
    return covers ? std::optional<Verdict>{} : std::optional(refused("source_not_granted", source.dataset));
}

}  // namespace

Result<Verdict> apply(Transition& state, const Actor& sender, const dataset::RegisterDataset& command) {
    std::vector<dataset::Derivations> derivations;
    for (const dataset::Source& source : command.derived_from) {
        PLACET_TRY_ASSIGN(std::optional<Verdict> unfit, check_source(state, sender, source));
        if (unfit) return std::move(*unfit);
        PLACET_TRY_ASSIGN(derivations.emplace_back(), dataset::derivations(state, source.dataset));
        if (derivations.back().datasets.size() >= dataset::kMaxDerivations)
            return refused("too_many_derivations", source.dataset);
    }
    PLACET_TRY_ASSIGN(Verdict verdict, dataset::register_dataset(state, sender, command));
    if (!verdict.outcome.accepted) return verdict;
    for (std::size_t i = 0; i < derivations.size(); ++i) {
        std::vector<std::string>& made = derivations[i].datasets;
        if (std::ranges::find(made, command.id) == made.end()) made.push_back(command.id);
        // A dataset that is a source under two grants is one entry.
        state.put(dataset::derivations_key(command.derived_from[i].dataset), derivations[i]);
    }
    return verdict;
}

}  // namespace placet::contracts::access
