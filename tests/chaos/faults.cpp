// Faults of processes: see faults.hpp.
#include "tests/chaos/faults.hpp"

#include <algorithm>
#include <csignal>
#include <thread>

namespace placet::tests::chaos {

namespace {

using Clock = Load::Clock;
using std::chrono::milliseconds;

constexpr std::size_t kGoesOn = 20;  // acknowledgements that say: service is back
constexpr milliseconds kLookAtLeast{1500};
constexpr milliseconds kPauses[] = {milliseconds(300), milliseconds(1500), milliseconds(5000), milliseconds(9000)};

void rest(std::uint64_t duration_ms) {
    std::this_thread::sleep_for(milliseconds(duration_ms));
}

class Injection {
public:
    Injection(Chain& chain, const Load& load, Prng& prng) : chain_(chain), load_(load), prng_(prng) {}

    Injected run(Fault fault) {
        switch (fault) {
            case Fault::kill_primary:
                kill_primary();
                break;
            case Fault::kill_one:
                kill_some(1);
                break;
            case Fault::kill_f:
                kill_some(tolerated(chain_.validators()));
                break;
            case Fault::kill_all:
                kill_all(0);
                break;
            case Fault::kill_all_slowly:
                kill_all(1000 / chain_.validators());
                break;
            case Fault::pause_one:
                pause_some(1);
                break;
            case Fault::pause_f:
                pause_some(tolerated(chain_.validators()));
                break;
            case Fault::restart_loop:
                restart_loop();
                break;
            case Fault::rolling_restart:
                rolling_restart();
                break;
        }
        return std::move(out_);
    }

private:
    std::vector<std::string> some(std::size_t count) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < chain_.validators(); ++i) names.push_back(Chain::name(i));
        for (std::size_t i = 0; i + 1 < names.size(); ++i)
            std::swap(names[i], names[i + prng_.below(names.size() - i)]);
        names.resize(count);
        return names;
    }

    void kill(const std::vector<std::string>& names, std::uint64_t apart_ms = 0) {
        for (const auto& name : names) {
            chain_.signal(name, SIGKILL);
            if (apart_ms > 0) rest(prng_.below(apart_ms) + 1);
        }
        for (const auto& name : names) (void)chain_.wait_exit(name);
    }

    void start(const std::vector<std::string>& names) {
        for (const auto& name : names) chain_.start(name);
    }

    void wait_ready(const std::vector<std::string>& names) {
        for (const auto& name : names) {
            bool is_ready = false;  // asked once a time: a node that is ready may fall behind for a moment under load
            (void)eventually([&] { return (is_ready = chain_.ready(name)) || !chain_.runs(name); });
            if (!is_ready) out_.stalled.push_back(name + " does not become ready: " + chain_.readyz(name));
        }
    }

    bool goes_on() {
        const std::size_t before = load_.count();
        if (eventually([&] { return load_.count() >= before + kGoesOn; })) return true;
        out_.stalled.push_back("the others do not go on");
        return false;
    }

    void kill_primary() {
        const std::string primary = chain_.primary_at(Chain::name(prng_.below(chain_.validators())));
        if (primary.empty()) return out_.stalled.push_back("nobody says who is primary");
        const auto began = Clock::now();
        kill({primary});
        const bool resumed = goes_on();
        if (const auto looked = Clock::now() - began; looked < kLookAtLeast)
            std::this_thread::sleep_for(kLookAtLeast - looked);
        if (resumed) out_.primary_killed = longest_pause(load_.times(), began, Clock::now());
        start({primary});
        wait_ready({primary});
    }

    void kill_some(std::size_t count) {
        const auto names = some(count);
        kill(names);
        rest(prng_.below(4000));
        start(names);
        wait_ready(names);
    }

    void kill_all(std::uint64_t apart_ms) {
        kill(some(chain_.validators()), apart_ms);
        const auto names = some(chain_.validators());
        start(names);
        const auto began = Clock::now();
        const std::size_t before = load_.count();
        if (eventually([&] { return load_.count() > before; })) {
            const auto times = load_.times();
            out_.all_restarted = std::chrono::duration_cast<milliseconds>(times.at(before) - began);
        } else {
            out_.stalled.push_back("nothing commits after all were started again");
        }
        wait_ready(names);
    }

    void pause_some(std::size_t count) {
        const auto names = some(count);
        for (const auto& name : names) chain_.signal(name, SIGSTOP);
        std::this_thread::sleep_for(kPauses[prng_.below(std::size(kPauses))]);
        for (const auto& name : names) chain_.signal(name, SIGCONT);
        wait_ready(names);
    }

    void restart_loop() {
        const auto names = some(1);
        kill(names);
        for (std::uint64_t i = 0, again = 2 + prng_.below(4); i < again; ++i) {
            start(names);
            rest(prng_.below(700));
            kill(names);
        }
        start(names);
        wait_ready(names);
    }

    void rolling_restart() {
        for (const auto& name : some(chain_.validators())) {
            chain_.signal(name, SIGTERM);
            if (const int code = chain_.wait_exit(name); code != 0)
                out_.ended.push_back(name + " ended with " + std::to_string(code) + " on SIGTERM");
            start({name});
            wait_ready({name});
        }
    }

    Chain& chain_;
    const Load& load_;
    Prng& prng_;
    Injected out_;
};

}  // namespace

std::string_view to_string(Fault fault) noexcept {
    switch (fault) {
        case Fault::kill_primary:
            return "kill_primary";
        case Fault::kill_one:
            return "kill_one";
        case Fault::kill_f:
            return "kill_f";
        case Fault::kill_all:
            return "kill_all";
        case Fault::kill_all_slowly:
            return "kill_all_slowly";
        case Fault::pause_one:
            return "pause_one";
        case Fault::pause_f:
            return "pause_f";
        case Fault::restart_loop:
            return "restart_loop";
        case Fault::rolling_restart:
            return "rolling_restart";
    }
    return "unknown";
}

std::chrono::milliseconds longest_pause(const std::vector<Load::Clock::time_point>& times,
                                        Load::Clock::time_point since, Load::Clock::time_point until) {
    auto last = since;
    auto longest = Clock::duration::zero();
    for (const auto& time : times) {
        if (time <= since || time > until) continue;
        longest = std::max(longest, time - last);
        last = time;
    }
    return std::chrono::duration_cast<milliseconds>(std::max(longest, until - last));
}

Injected inject(Fault fault, Chain& chain, const Load& load, Prng& prng) {
    return Injection(chain, load, prng).run(fault);
}

}  // namespace placet::tests::chaos
