// Faults of processes: see faults.hpp.
#include "tests/chaos/faults.hpp"

#include <algorithm>
#include <csignal>
#include <thread>

#include "tests/chaos/hands.hpp"
#include "tests/chaos/space_fault.hpp"
#include "tests/chaos/store_faults.hpp"

namespace placet::tests::chaos {

namespace {

using Clock = Load::Clock;
using std::chrono::milliseconds;

constexpr milliseconds kLookAtLeast{1500};
constexpr milliseconds kPauses[] = {milliseconds(300), milliseconds(1500), milliseconds(5000), milliseconds(9000)};

class Injection {
public:
    explicit Injection(const Scene& scene) : hands_(scene), chain_(scene.chain), load_(scene.load), prng_(scene.prng) {}

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
            case Fault::wipe_one:
                wipe_one(hands_);
                break;
            case Fault::flip_a_bit:
                flip_a_bit(hands_);
                break;
            case Fault::full_disk:
                full_disk(hands_);
                break;
        }
        return std::move(hands_.out);
    }

private:
    /// As any one validator has it; empty (and noted) where nobody says.
    std::string primary() {
        const std::string name = chain_.primary_at(Chain::name(prng_.below(chain_.validators())));
        if (name.empty()) hands_.out.stalled.push_back("nobody says who is primary");
        return name;
    }

    void kill_primary() {
        const std::string primary = this->primary();
        if (primary.empty()) return;
        const auto began = Clock::now();
        hands_.kill({primary});
        const bool resumed = hands_.goes_on();
        if (const auto looked = Clock::now() - began; looked < kLookAtLeast)
            std::this_thread::sleep_for(kLookAtLeast - looked);
        if (resumed) hands_.out.primary_killed = longest_pause(load_.times(), began, Clock::now());
        hands_.start({primary});
        hands_.wait_ready({primary});
    }

    void kill_some(std::size_t count) {
        const auto names = hands_.some(count);
        hands_.kill(names);
        rest(prng_.below(4000));
        hands_.start(names);
        hands_.wait_ready(names);
    }

    void kill_all(std::uint64_t apart_ms) {
        hands_.kill(hands_.some(chain_.validators()), apart_ms);
        const auto names = hands_.some(chain_.validators());
        hands_.start(names);
        const auto began = Clock::now();
        const std::size_t before = load_.count();
        if (eventually([&] { return load_.count() > before; })) {
            const auto times = load_.times();
            hands_.out.all_restarted = std::chrono::duration_cast<milliseconds>(times.at(before) - began);
        } else {
            hands_.out.stalled.push_back("nothing commits after all were started again");
        }
        hands_.wait_ready(names);
    }

    void pause_some(std::size_t count) {
        const auto names = hands_.some(count);
        for (const auto& name : names) chain_.signal(name, SIGSTOP);
        const milliseconds usual = kPauses[prng_.below(std::size(kPauses))];
        std::this_thread::sleep_for(hands_.pause.count() > 0 ? hands_.pause : usual);
        for (const auto& name : names) chain_.signal(name, SIGCONT);
        hands_.wait_ready(names);
    }

    void restart_loop() {
        const auto names = hands_.some(1);
        hands_.kill(names);
        for (std::uint64_t i = 0, again = 2 + prng_.below(4); i < again; ++i) {
            hands_.start(names);
            rest(prng_.below(700));
            hands_.kill(names);
        }
        hands_.start(names);
        hands_.wait_ready(names);
    }

    void rolling_restart() {
        for (const auto& name : hands_.some(chain_.validators())) {
            hands_.end(name);
            hands_.start({name});
            hands_.wait_ready({name});
        }
    }

    Hands hands_;
    Chain& chain_;
    const Load& load_;
    Prng& prng_;
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
        case Fault::wipe_one:
            return "wipe_one";
        case Fault::flip_a_bit:
            return "flip_a_bit";
        case Fault::full_disk:
            return "full_disk";
    }
    return "unknown";
}

std::string_view to_string(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::refused:
            return "refused";
        case Outcome::behind:
            return "behind";
        case Outcome::harmless:
            return "harmless";
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

Injected inject(Fault fault, const Scene& scene) {
    return Injection(scene).run(fault);
}

}  // namespace placet::tests::chaos
