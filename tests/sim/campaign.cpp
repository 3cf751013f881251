// See campaign.hpp.
#include "tests/sim/campaign.hpp"

#include <atomic>
#include <chrono>
#include <ctime>
#include <mutex>
#include <thread>

namespace placet::sim {

namespace {

double cpu_seconds() noexcept {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Results as they come, handed on in the order of seeds. Any thread puts, one takes.
class InOrder {
public:
    explicit InOrder(std::uint64_t first) : next_(first) {}
    void put(std::uint64_t index, RunResult run) {
        const std::scoped_lock lock(mutex_);
        waiting_.emplace(index, std::move(run));
    }
    void take_into(Tally& tally) {
        const std::scoped_lock lock(mutex_);
        for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_; it = waiting_.erase(it), ++next_)
            tally.add(it->second);
    }

private:
    std::mutex mutex_;
    std::uint64_t next_;
    std::map<std::uint64_t, RunResult> waiting_;
};

}  // namespace

Tally run_worlds(Tally tally, const MakeRun& make, const Campaign& campaign) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu_start = cpu_seconds();
    const double seconds_before = tally.seconds;
    const double cpu_before = tally.cpu_seconds;
    const std::uint64_t end = tally.wanted;
    InOrder results(tally.seeds);
    std::atomic<std::uint64_t> next{tally.seeds};
    std::atomic<unsigned> working{std::max(1U, campaign.jobs)};
    std::atomic<bool> stop{false};
    const auto work = [&] {
        while (!stop) {
            const std::uint64_t index = next++;
            if (index >= end) break;
            results.put(index, run_seed(make(index)));
        }
        --working;
    };
    const auto gather = [&] {
        results.take_into(tally);
        tally.seconds =
            seconds_before + std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        tally.cpu_seconds = cpu_before + cpu_seconds() - cpu_start;
    };
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < std::max(1U, campaign.jobs); ++i) threads.emplace_back(work);
        while (working > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            gather();
            campaign.progress(tally);
            if (campaign.should_stop()) stop = true;
        }
    }
    gather();
    return tally;
}

Tally run_campaign(Tally begun, const Campaign& campaign) {
    const std::uint64_t from = begun.from;
    return run_worlds(
        std::move(begun), [from](std::uint64_t index) { return RunOptions{.seed = from + index}; }, campaign);
}

}  // namespace placet::sim
