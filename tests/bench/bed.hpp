// The bed of a measurement: a chain of n validators on disk, a hundred enrolled clients, and the load as a process of
// its own.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/integration/chain.hpp"

namespace placet::bench {

inline constexpr std::size_t kClients = 100;

/// One run of placet-bench-load.
struct LoadOrder {
    std::size_t connections = 1;
    std::size_t part_bytes = 0;
    std::size_t rows = 0;
    std::size_t seconds = 10;
    std::size_t warm_up = 3;
};

struct Measured {
    std::uint64_t receipts = 0;
    double tx_per_s = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double tx_per_block = 0;
    double longest_pause_ms = 0;
    double validator_cpu_us = 0;  ///< of one validator for one transaction, on average
    double load_cpu_us = 0;       ///< of the load for one transaction
    double syncs_per_block = 0;   ///< of one validator, on average
    std::uint64_t turned_away = 0;
    std::uint64_t unproved = 0;
    std::string problem;  ///< the first one, in words
};

class Bed {
public:
    Bed(std::size_t n, const std::filesystem::path& parent);

    /// `meanwhile` runs once measuring has begun.
    [[nodiscard]] Measured run(const LoadOrder& order, const std::function<void()>& meanwhile = {});
    [[nodiscard]] tests::Chain& chain() noexcept { return chain_; }

private:
    [[nodiscard]] double validators_cpu_us() const;
    [[nodiscard]] double metric(const std::string& name);
    void write_clients() const;

    tests::Chain chain_;
    std::filesystem::path program_;
};

}  // namespace placet::bench
