// What every fault is made of: signals, starts, and waits for all to be well, with what went wrong noted.
#pragma once

#include "tests/chaos/faults.hpp"

namespace placet::tests::chaos {

inline constexpr std::size_t kGoesOn = 20;  ///< acknowledgements that say: service is back

void rest(std::uint64_t duration_ms);

/// One round's. Used on the thread that made the chain.
class Hands {
public:
    explicit Hands(const Scene& scene)
        : chain(scene.chain),

          load(scene.load),
          prng(scene.prng),
          turn(scene.turn),
          pause(scene.pause) {}

    Chain& chain;
    const Load& load;
    Prng& prng;
    const std::size_t turn;
    const std::chrono::milliseconds pause;
    Injected out;

    /// `count` different validators, in random order.
    [[nodiscard]] std::vector<std::string> some(std::size_t count);
    /// SIGKILL, one after the other within `apart_ms` each; all have ended afterwards.
    void kill(const std::vector<std::string>& names, std::uint64_t apart_ms = 0);
    void start(const std::vector<std::string>& names);
    void wait_ready(const std::vector<std::string>& names);
    /// SIGTERM; anything but exit 0 is noted.
    void end(const std::string& name);
    /// True once kGoesOn more were acknowledged.
    [[nodiscard]] bool goes_on();
    /// What the node wrote since its log had `size` octets.
    [[nodiscard]] std::string log_since(const std::string& name, std::size_t size) const;
};

}  // namespace placet::tests::chaos
