// Walking the sources of datasets, and the grants over them.
#include "contracts/access/lineage.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace placet::contracts::access {
namespace {

using dataset::Dataset;

void sort_unique(std::vector<Derivation>& derivations) {
    std::ranges::sort(derivations);
    const auto repeated = std::ranges::unique(derivations);
    derivations.erase(repeated.begin(), repeated.end());
}

/// Datasets reached so far, breadth first.
class Walk {
public:
    explicit Walk(const state::StateReader& reader) : reader_(reader) {}

    Status reach(const std::string& id) {
        if (found_.contains(id)) return {};
        if (found_.size() == kMaxLineage) {
            complete = false;
            return {};
        }
        PLACET_TRY_ASSIGN(std::optional<Dataset> one, dataset::find_dataset(reader_, id));
        if (!one) return refuse(ErrorCode::not_found, "there is no dataset '" + id + "'", "dataset");
        found_.emplace(id, std::move(*one));
        todo_.push_back(id);
        return {};
    }
    /// The next one that nobody has looked at; null at the end.
    const Dataset* next() {
        if (todo_.empty()) return nullptr;
        const std::string id = todo_.front();
        todo_.pop_front();
        return &found_.at(id);
    }
    [[nodiscard]] const std::map<std::string, Dataset, std::less<>>& found() const noexcept { return found_; }

    bool complete = true;

private:
    const state::StateReader& reader_;
    std::map<std::string, Dataset, std::less<>> found_;
    std::deque<std::string> todo_;
};

class PatientWalk {
public:
    PatientWalk(const state::StateScanner& scanner, std::string_view custodian, const Pseudonym& pseudonym)
        : scanner_(scanner), custodian_(custodian), pseudonym_(pseudonym) {}

    Result<PatientLineage> run() {
        PLACET_TRY_ASSIGN(const consent::Memberships memberships,
                          consent::memberships(scanner_, custodian_, pseudonym_));
        PLACET_TRY_ASSIGN(const std::vector<Grant> grants, all_grants(scanner_));
        for (const std::string& id : memberships.datasets) PLACET_TRY(touch(id, Trace::member));
        for (const Grant& grant : grants)
            if (grant.custodian == custodian_) PLACET_TRY(look_at(grant));
        while (!todo_.empty()) {
            const std::string id = todo_.front();
            todo_.pop_front();
            PLACET_TRY(follow(id));
        }
        for (const Grant& grant : grants)
            if (const auto over = datasets_.find(grant.dataset); over != datasets_.end() && is_derived(over->second))
                grants_.try_emplace(grant.id, TouchedGrant{grant, {}, {}});
        return finish();
    }

private:
    static bool is_derived(const TouchedDataset& one) {
        return one.trace == Trace::released || one.trace == Trace::possible;
    }

    /// What is known best is kept: a trace that is surer than `possible` replaces it.
    Status touch(const std::string& id, Trace trace) {
        if (const auto known = datasets_.find(id); known != datasets_.end()) {
            if (known->second.trace == Trace::possible && trace == Trace::released) known->second.trace = trace;
            return {};
        }
        if (datasets_.size() == kMaxLineage) {
            complete_ = false;
            return {};
        }
        PLACET_TRY_ASSIGN(std::optional<Dataset> one, dataset::find_dataset(scanner_, id));
        if (!one) return refuse(ErrorCode::corrupt, "a dataset that others are made from is not there", id);
        datasets_.emplace(id, TouchedDataset{std::move(*one), trace});
        todo_.push_back(id);
        return {};
    }

    /// A grant of her custodian: under it data of hers left, its holder was told of a withdrawal, or it is live and
    /// covers her.
    Status look_at(const Grant& grant) {
        TouchedGrant one{grant, {}, {}};
        PLACET_TRY_ASSIGN(one.release, load<Release>(scanner_, release_key(grant.id, pseudonym_)));
        PLACET_TRY_ASSIGN(one.notice, load<WithdrawalNotice>(scanner_, notice_key(grant.id, pseudonym_)));
        const bool covers = datasets_.contains(grant.dataset) && grant.is_live(scanner_.block_time_ms());
        if (!one.release && !one.notice && !covers) return {};
        grants_.insert_or_assign(grant.id, std::move(one));
        return touch(grant.dataset, Trace::former);
    }

    Status follow(const std::string& id) {
        PLACET_TRY_ASSIGN(const dataset::Derivations made, dataset::derivations(scanner_, id));
        for (const std::string& child : made.datasets) {
            PLACET_TRY_ASSIGN(const std::optional<Dataset> one, dataset::find_dataset(scanner_, child));
            if (!one) return refuse(ErrorCode::corrupt, "a dataset that was made from another is not there", child);
            for (const dataset::Source& source : one->derived_from) {
                const std::optional<Trace> trace = source.dataset == id ? trace_through(id, source) : std::nullopt;
                if (!trace) continue;
                PLACET_TRY(touch(child, *trace));
                derivations_.push_back({id, child, source.grant});
            }
        }
        return {};
    }

    /// Whether data of hers went from `id` into what was made from it.
    [[nodiscard]] std::optional<Trace> trace_through(const std::string& id, const dataset::Source& source) const {
        const Trace here = datasets_.at(id).trace;
        if (here == Trace::released || here == Trace::possible) return here;
        if (!source.grant) return here == Trace::member ? std::optional(Trace::possible) : std::nullopt;
        const auto grant = grants_.find(*source.grant);
        return grant != grants_.end() && grant->second.release ? std::optional(Trace::released) : std::nullopt;
    }

    PatientLineage finish() {
        PatientLineage out;
        for (auto& [id, one] : datasets_) out.datasets.push_back(std::move(one));
        for (auto& [id, one] : grants_) out.grants.push_back(std::move(one));
        out.derivations = std::move(derivations_);
        sort_unique(out.derivations);
        out.complete = complete_;
        return out;
    }

    const state::StateScanner& scanner_;
    std::string_view custodian_;
    const Pseudonym& pseudonym_;
    std::map<std::string, TouchedDataset, std::less<>> datasets_;
    std::map<std::string, TouchedGrant, std::less<>> grants_;
    std::vector<Derivation> derivations_;
    std::deque<std::string> todo_;
    bool complete_ = true;
};

}  // namespace

std::string_view to_string(Trace trace) noexcept {
    switch (trace) {
        case Trace::member:
            return "member";
        case Trace::released:
            return "released";
        case Trace::possible:
            return "possible";
        case Trace::former:
            return "former";
    }
    return {};
}

Result<DatasetLineage> lineage_of(const state::StateReader& reader, std::string_view dataset) {
    DatasetLineage out;
    Walk up(reader);
    PLACET_TRY(up.reach(std::string(dataset)));
    while (const Dataset* one = up.next())
        for (const dataset::Source& source : one->derived_from) PLACET_TRY(up.reach(source.dataset));
    Walk down(reader);
    PLACET_TRY(down.reach(std::string(dataset)));
    while (const Dataset* one = down.next()) {
        PLACET_TRY_ASSIGN(const dataset::Derivations made, dataset::derivations(reader, one->id));
        for (const std::string& child : made.datasets) PLACET_TRY(down.reach(child));
    }
    std::map<std::string, Dataset, std::less<>> all = up.found();
    all.insert(down.found().begin(), down.found().end());
    for (auto& [id, one] : all) {
        for (const dataset::Source& source : one.derived_from)
            if (all.contains(source.dataset)) out.derivations.push_back({source.dataset, id, source.grant});
        out.datasets.push_back(std::move(one));
    }
    sort_unique(out.derivations);
    out.complete = up.complete && down.complete;
    return out;
}

Result<PatientLineage> lineage_of(const state::StateScanner& scanner, std::string_view custodian,
                                  const Pseudonym& pseudonym) {
    return PatientWalk(scanner, custodian, pseudonym).run();
}

}  // namespace placet::contracts::access
