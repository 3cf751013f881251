// What every fault is made of: see hands.hpp.
#include "tests/chaos/hands.hpp"

#include <csignal>
#include <thread>

namespace placet::tests::chaos {

void rest(std::uint64_t duration_ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(duration_ms));
}

std::vector<std::string> Hands::some(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < chain.validators(); ++i) names.push_back(Chain::name(i));
    for (std::size_t i = 0; i + 1 < names.size(); ++i) std::swap(names[i], names[i + prng.below(names.size() - i)]);
    names.resize(count);
    return names;
}

void Hands::kill(const std::vector<std::string>& names, std::uint64_t apart_ms) {
    for (const auto& name : names) {
        chain.signal(name, SIGKILL);
        if (apart_ms > 0) rest(prng.below(apart_ms) + 1);
    }
    for (const auto& name : names) (void)chain.wait_exit(name);
}

void Hands::start(const std::vector<std::string>& names) {
    for (const auto& name : names) chain.start(name);
}

void Hands::wait_ready(const std::vector<std::string>& names) {
    for (const auto& name : names) {
        bool is_ready = false;  // asked once a time: a node that is ready may fall behind for a moment under load
        (void)eventually([&] { return (is_ready = chain.ready(name)) || !chain.runs(name); });
        if (!is_ready) out.stalled.push_back(name + " does not become ready: " + chain.readyz(name));
    }
}

void Hands::end(const std::string& name) {
    chain.signal(name, SIGTERM);
    if (const int code = chain.wait_exit(name); code != 0)
        out.ended.push_back(name + " ended with " + std::to_string(code) + " on SIGTERM");
}

bool Hands::goes_on() {
    const std::size_t before = load.count();
    if (eventually([&] { return load.count() >= before + kGoesOn; })) return true;
    out.stalled.push_back("the others do not go on");
    return false;
}

std::string Hands::log_since(const std::string& name, std::size_t size) const {
    const std::string log = chain.log_of(name);
    return log.substr(std::min(size, log.size()));
}

}  // namespace placet::tests::chaos
