// What a transaction must cost at least, measured on this machine in this run: the terms of the limit in
// consensus_bench.hpp. Costs are CPU time, so that other programs on the machine do not make them look larger; waits
// (fsync, round trip) are medians of wall time.
#pragma once

#include <filesystem>

#include "tests/integration/chain.hpp"

namespace placet::bench {

struct Limits {
    double sign_us = 0;    ///< a client signs one transaction
    double verify_us = 0;  ///< one replica checks that signature
    double store_us =
        0;  ///< one replica makes the body durable, executes, hashes and appends; per transaction, in blocks of 256
    double http_us =
        0;  ///< one POST of a transaction answered with a receipt over TLS on an open connection: both ends together
    double fsync_us = 0;           ///< appending half a kilobyte to a file and fdatasync, in the folder of the chains
    double fsync_together_us = 0;  ///< the same while three others do it, too, as validators on one disk do
    double rtt_us = 0;             ///< a TCP round trip on loopback

    /// cores · 10⁶ ÷ (n · (verify + store) + sign + http)
    [[nodiscard]] double limit_tps(std::size_t n) const;
    /// cores · 10⁶ ÷ (n · verify + sign)
    [[nodiscard]] double crypto_ceiling_tps(std::size_t n) const;
    /// The necessary CPU time of one transaction over all processes.
    [[nodiscard]] double necessary_us(std::size_t n) const {
        return static_cast<double>(n) * (verify_us + store_us) + sign_us + http_us;
    }
    /// Commit latency of one client: four syncs, one after the other, and three round trips (REST; pre-prepare and
    /// prepare; commit and checkpoint).
    [[nodiscard]] double path_ms() const { return (4 * fsync_us + 3 * rtt_us) / 1000; }
};

/// `chain` lends its genesis and an operator's key; it need not run. Files are made in `folder` and removed.
[[nodiscard]] Limits measure_limits(const tests::Chain& chain, const std::filesystem::path& folder);

[[nodiscard]] unsigned cores();

}  // namespace placet::bench
