// Rounds of faults: see campaign.hpp.
#include "tests/chaos/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "ledger/base/hex.hpp"
#include "tests/chaos/small_disk.hpp"

namespace placet::tests::chaos {

namespace {

using Clock = Load::Clock;
using Receipts = std::vector<api::dto::Receipt>;
constexpr std::chrono::seconds kPatience{4};
constexpr std::size_t kBefore = 20;  // acknowledgements before the fault, and after all is well again

void add(std::vector<std::string>& to, const std::vector<std::string>& from, const std::string& prefix) {
    for (const auto& one : from) to.push_back(prefix + one);
}

/// One chain's share of the campaign.
class Stretch {
public:
    Stretch(const CampaignPlan& plan, std::size_t validators, Prng& prng, Summary& summary)
        : plan_(plan),
          prng_(prng),
          summary_(summary),
          chain_({.validators = validators, .parent = plan.parent, .more_operators = 0, .interval = 32}) {
        chain_.start_all();
    }

    /// False if something was wrong.
    bool round(Fault fault) {
        const std::string prefix =
            fmt::format("round {}, {} of {}: ", summary_.rounds + 1, to_string(fault), chain_.validators());
        ++summary_.rounds;
        ++summary_.faults[std::string(to_string(fault))];
        ++summary_.validators[chain_.validators()];
        Receipts receipts;
        {
            Load load(chain_, Load::Plan{plan_.clients, plan_.client_pause, kPatience});
            if (!eventually([&] { return load.count() >= kBefore; }))
                summary_.stalled.push_back(prefix + "no progress before the fault");
            else
                disturb(fault, load, prefix);
            load.stop();
            receipts = load.acknowledged();
        }
        summary_.acknowledged += receipts.size();
        add(summary_.forks, forks_in(receipts, roots_), prefix);
        check_everywhere(receipts, prefix);
        all_.insert(all_.end(), receipts.begin(), receipts.end());
        return settle();
    }

    /// Everything that this chain acknowledged, once more at every node.
    bool finish() {
        check_everywhere(all_, "at the end: ");
        return settle();
    }

private:
    void disturb(Fault fault, const Load& load, const std::string& prefix) {
        const std::size_t turn = plan_.seed + summary_.faults[std::string(to_string(fault))];
        const Injected injected = inject(fault, {chain_, load, prng_, turn, plan_.pause});
        note(fault, injected);
        add(summary_.stalled, injected.stalled, prefix);
        add(summary_.ended, injected.ended, prefix);
        const std::size_t after = load.count();
        if (injected.stalled.empty() && !eventually([&] { return load.count() >= after + kBefore; }))
            summary_.stalled.push_back(prefix + "no progress after all was well");
        for (std::size_t i = 0; i < chain_.validators(); ++i)
            if (!chain_.runs(Chain::name(i)))
                summary_.ended.push_back(prefix + Chain::name(i) + " ended by itself: " + last_line(Chain::name(i)));
    }

    void note(Fault fault, const Injected& injected) {
        if (injected.primary_killed) summary_.primary_killed.push_back(*injected.primary_killed);
        if (injected.all_restarted) summary_.all_restarted.push_back(*injected.all_restarted);
        if (injected.wiped_follows) summary_.wiped_follows.push_back(*injected.wiped_follows);
        if (injected.skipped) {
            --summary_.faults[std::string(to_string(fault))];
            summary_.skipped[std::string(to_string(fault))] = *injected.skipped;
        }
        if (injected.flip) {
            auto& seen = summary_.flips[std::string(to_string(injected.flip->kind))];
            ++seen[std::string(to_string(injected.flip->outcome))];
            if (injected.flip->repaired) ++seen["repaired"];
        }
    }

    std::string last_line(const std::string& node) const {
        std::string log = chain_.log_of(node);
        while (!log.empty() && log.back() == '\n') log.pop_back();
        return log.substr(log.rfind('\n') + 1);
    }

    void check_everywhere(const Receipts& receipts, const std::string& prefix) {
        types::Height highest = 0;
        for (const auto& receipt : receipts) highest = std::max(highest, receipt.height);
        std::vector<std::vector<std::string>> wrong(chain_.validators());
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < chain_.validators(); ++i)
            threads.emplace_back([&, i] {
                const std::string node = Chain::name(i);
                if (!eventually([&] { return chain_.height(node).value_or(0) >= highest; }))
                    wrong[i] = {node + " does not reach height " + std::to_string(highest)};
                else
                    wrong[i] = missing_at(chain_, node, receipts);
            });
        for (auto& thread : threads) thread.join();
        for (const auto& one : wrong) add(summary_.lost, one, prefix);
        summary_.proofs_checked += receipts.size() * chain_.validators();
    }

    bool settle() {
        if (summary_.clean()) return true;
        chain_.keep_folder();
        if (summary_.kept.empty() || summary_.kept.back() != chain_.folder()) summary_.kept.push_back(chain_.folder());
        return false;
    }

    const CampaignPlan& plan_;
    Prng& prng_;
    Summary& summary_;
    Chain chain_;
    Receipts all_;
    std::map<types::Height, crypto::Hash> roots_;
};

/// Every fault once, shuffled, and so on for ever.
class Deck {
public:
    Deck(const std::vector<Fault>& given, Prng& prng) : given_(given), prng_(prng) {}
    Fault draw() {
        if (!given_.empty()) return given_[next_++ % given_.size()];
        if (cards_.empty()) {
            for (std::size_t i = 0; i < kFaults; ++i) cards_.push_back(static_cast<Fault>(i));
            for (std::size_t i = 0; i + 1 < cards_.size(); ++i)
                std::swap(cards_[i], cards_[i + prng_.below(cards_.size() - i)]);
        }
        const Fault fault = cards_.back();
        cards_.pop_back();
        return fault;
    }

private:
    const std::vector<Fault>& given_;
    Prng& prng_;
    std::vector<Fault> cards_;
    std::size_t next_ = 0;
};

nlohmann::json gaps(const std::vector<std::chrono::milliseconds>& values) {
    return {{"count", values.size()},
            {"p50", percentile(values, 50).count()},
            {"p99", percentile(values, 99).count()},
            {"max", percentile(values, 100).count()}};
}

void write(const fs::path& path, const Summary& summary) {
    if (path.empty()) return;
    if (path.has_parent_path()) fs::create_directories(path.parent_path());
    std::ofstream(path) << to_json(summary) << "\n";
}

}  // namespace

std::chrono::milliseconds percentile(std::vector<std::chrono::milliseconds> values, unsigned percent) {
    if (values.empty()) return {};
    std::ranges::sort(values);
    const std::size_t rank = (values.size() * percent + 99) / 100;
    return values[std::max<std::size_t>(rank, 1) - 1];
}

std::vector<std::string> forks_in(const Receipts& receipts, std::map<types::Height, crypto::Hash>& roots) {
    std::vector<std::string> out;
    for (const auto& receipt : receipts) {
        const auto& body = receipt.certificate.body;
        const auto [known, fresh] = roots.emplace(body.height, body.root);
        if (!fresh && known->second != body.root)
            out.push_back(fmt::format("two roots at height {}: {} and {}", body.height,
                                      base::to_hex(known->second.view()), base::to_hex(body.root.view())));
    }
    return out;
}

std::string to_json(const Summary& summary) {
    nlohmann::json out;
    out["rounds"] = summary.rounds;
    out["acknowledged"] = summary.acknowledged;
    out["proofs_checked"] = summary.proofs_checked;
    out["lost"] = summary.lost.size();
    out["forks"] = summary.forks.size();
    out["stalled"] = summary.stalled.size();
    out["ended"] = summary.ended.size();
    out["details"] = {{"lost", summary.lost},
                      {"forks", summary.forks},
                      {"stalled", summary.stalled},
                      {"ended", summary.ended},
                      {"kept", summary.kept}};
    out["faults"] = summary.faults;
    for (const auto& [size, rounds] : summary.validators) out["validators"][std::to_string(size)] = rounds;
    out["primary_killed_ms"] = gaps(summary.primary_killed);
    out["all_restarted_ms"] = gaps(summary.all_restarted);
    out["wiped_follows_ms"] = gaps(summary.wiped_follows);
    out["flips"] = summary.flips;
    out["skipped"] = summary.skipped;
    if (!summary.commit.empty()) out["commit"] = summary.commit;
    out["seed"] = summary.seed;
    out["seconds"] = summary.seconds;
    return out.dump(2);
}

Summary run_campaign(const CampaignPlan& plan, std::ostream& progress) {
    Summary summary;
    summary.seed = plan.seed;
    summary.commit = plan.commit;
    Prng prng(plan.seed);
    Deck deck(plan.faults, prng);
    (void)why_no_mounts();  // while there is one thread
    const auto began = Clock::now();
    bool well = true;
    for (std::size_t stretch = 0; well && summary.rounds < plan.rounds; ++stretch) {
        Stretch on(plan, plan.sizes[stretch % plan.sizes.size()], prng, summary);
        for (std::size_t i = 0; well && i < plan.rounds_per_chain && summary.rounds < plan.rounds; ++i) {
            const Fault fault = deck.draw();
            well = on.round(fault);
            summary.seconds = std::chrono::duration<double>(Clock::now() - began).count();
            write(plan.summary, summary);
            progress << fmt::format(
                            "chaos: round {}/{} {} validators {:<15} acknowledged {} proofs {} lost {}, {:.0f} s\n",
                            summary.rounds, plan.rounds, plan.sizes[stretch % plan.sizes.size()], to_string(fault),
                            summary.acknowledged, summary.proofs_checked, summary.lost.size(), summary.seconds)
                     << std::flush;
        }
        if (well) well = on.finish();
    }
    summary.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    write(plan.summary, summary);
    return summary;
}

}  // namespace placet::tests::chaos
