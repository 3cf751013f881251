// The consensus bench: see consensus_bench.hpp.
#include "tests/bench/consensus_bench.hpp"

#include <fmt/format.h>

#include <csignal>
#include <ostream>
#include <thread>

namespace placet::bench {

namespace {

using nlohmann::json;

constexpr std::size_t kRowsPerBatch = 1000;
constexpr std::size_t kKillConnections = 40;
constexpr std::size_t kKillSeconds = 12;

struct Point {
    std::size_t at = 0;
    Measured measured;
};

class Bench {
public:
    Bench(const BenchPlan& plan, std::ostream& out) : plan_(plan), out_(out) {}

    json run() {
        for (const std::size_t n : plan_.sizes) {
            Bed bed(n, plan_.folder);
            if (n == plan_.sizes.front()) {
                limits_ = measure_limits(bed.chain(), plan_.folder);
                say_limits();
            }
            rows_for(n, bed);
            if (n != plan_.sizes.front()) continue;
            curves(bed);
            kill_primary(bed);
        }
        access_events();
        curve("n", "validators", by_n_);
        result_["limits"] = {{"sign_us", limits_.sign_us},   {"verify_us", limits_.verify_us},
                             {"store_us", limits_.store_us}, {"http_us", limits_.http_us},
                             {"fsync_us", limits_.fsync_us}, {"fsync_together_us", limits_.fsync_together_us},
                             {"rtt_us", limits_.rtt_us},     {"cores", cores()}};
        return std::move(result_);
    }

private:
    void say_limits() {
        out_ << fmt::format(
            "{} cores; per transaction: sign {:.1f} µs, verify {:.1f}, execute and store {:.1f}, HTTPS {:.1f}; fsync "
            "{:.0f} µs ({:.0f} with four at once), round trip {:.0f} µs\n\n",
            cores(), limits_.sign_us, limits_.verify_us, limits_.store_us, limits_.http_us, limits_.fsync_us,
            limits_.fsync_together_us, limits_.rtt_us);
        out_ << "  n  load        tx/s  of limit  of CPU  of crypto   p50 ms   p99 ms  tx/block  CPU µs/tx: validator  "
                "load  syncs/block\n"
             << std::flush;
    }

    void rows_for(std::size_t n, Bed& bed) {
        const auto saturated =
            bed.run({.connections = plan_.connections, .seconds = plan_.saturated_seconds, .warm_up = 5});
        row(n, "saturation", plan_.connections, plan_.saturated_seconds, saturated);
        by_n_.push_back({n, saturated});
        const auto low = bed.run({.connections = 1, .seconds = plan_.low_seconds, .warm_up = 2});
        row(n, "low", 1, plan_.low_seconds, low);
    }

    void row(std::size_t n, const char* load, std::size_t connections, std::size_t seconds, const Measured& m) {
        const double share = m.tx_per_s / limits_.limit_tps(n);
        const double cpu_share =
            limits_.necessary_us(n) / (static_cast<double>(n) * m.validator_cpu_us + m.load_cpu_us);
        const double crypto_share = m.tx_per_s / limits_.crypto_ceiling_tps(n);
        out_ << fmt::format(
            "{:>3}  {:<10} {:>6.0f}  {:>7.1f}%  {:>5.1f}%  {:>8.1f}%  {:>7.1f}  {:>7.1f}  {:>8.1f}  {:>20.0f}  "
            "{:>4.0f}  {:>11.1f}\n",
            n, load, m.tx_per_s, 100 * share, 100 * cpu_share, 100 * crypto_share, m.p50_ms, m.p99_ms, m.tx_per_block,
            m.validator_cpu_us, m.load_cpu_us, m.syncs_per_block);
        complain(m);
        result_["rows"].push_back({{"n", n},
                                   {"load", load},
                                   {"tx_per_s", m.tx_per_s},
                                   {"p50_ms", m.p50_ms},
                                   {"p99_ms", m.p99_ms},
                                   {"verify_us", limits_.verify_us},
                                   {"sign_us", limits_.sign_us},
                                   {"store_us", limits_.store_us},
                                   {"http_us", limits_.http_us},
                                   {"fsync_us", limits_.fsync_us},
                                   {"limit_tps", limits_.limit_tps(n)},
                                   {"share_of_limit", share},
                                   {"crypto_ceiling_tps", limits_.crypto_ceiling_tps(n)},
                                   {"share_of_crypto_ceiling", crypto_share},
                                   {"share_of_cpu", cpu_share},
                                   {"signatures", true},
                                   {"fsync", true},
                                   {"rest", true},
                                   {"clients", kClients},
                                   {"connections", connections},
                                   {"seconds", seconds},
                                   {"receipts", m.receipts},
                                   {"tx_per_block", m.tx_per_block},
                                   {"validator_cpu_us", m.validator_cpu_us},
                                   {"load_cpu_us", m.load_cpu_us},
                                   {"syncs_per_block", m.syncs_per_block},
                                   {"path_ms", limits_.path_ms()},
                                   {"p50_over_path", m.p50_ms / limits_.path_ms()},
                                   {"turned_away", m.turned_away}});
    }

    void complain(const Measured& m) {
        if (m.turned_away > 0 || m.unproved > 0)
            out_ << fmt::format("     {} turned away, {} unproved; first: {}\n", m.turned_away, m.unproved, m.problem);
        out_ << std::flush;
    }

    void curve(const std::string& over, const std::string& unit, const std::vector<Point>& points) {
        out_ << fmt::format("\ncost over {} ({})\n{:>10}      tx/s   p50 ms  tx/block  CPU µs/tx: validator  load\n",
                            over, unit, unit);
        json list = json::array();
        for (const auto& [at, m] : points) {
            out_ << fmt::format("{:>10}  {:>8.0f}  {:>7.1f}  {:>8.1f}  {:>20.0f}  {:>4.0f}\n", at, m.tx_per_s, m.p50_ms,
                                m.tx_per_block, m.validator_cpu_us, m.load_cpu_us);
            complain(m);
            list.push_back({{unit, at},
                            {"tx_per_s", m.tx_per_s},
                            {"p50_ms", m.p50_ms},
                            {"p99_ms", m.p99_ms},
                            {"tx_per_block", m.tx_per_block},
                            {"validator_cpu_us", m.validator_cpu_us},
                            {"load_cpu_us", m.load_cpu_us}});
        }
        result_["curves"].push_back({{"over", over}, {"unit", unit}, {"points", list}});
    }

    void curves(Bed& bed) {
        std::vector<Point> batch;
        for (const std::size_t connections : {8, 32, 128, 512})
            batch.push_back(
                {connections, bed.run({.connections = connections, .seconds = plan_.curve_seconds, .warm_up = 2})});
        curve("batch", "under_way", batch);
        std::vector<Point> payload;
        for (const std::size_t octets : {256, 1024, 4096, 16384, 65536})
            payload.push_back(
                {octets,
                 bed.run({.connections = 64, .part_bytes = octets, .seconds = plan_.curve_seconds, .warm_up = 3})});
        curve("payload", "octets", payload);
    }

    void kill_primary(Bed& bed) {
        tests::Chain& chain = bed.chain();
        const auto kill = [&] {
            std::this_thread::sleep_for(std::chrono::seconds(3));
            const auto primary = chain.primary_at(tests::Chain::name(0));
            chain.signal(primary, SIGKILL);
            (void)chain.wait_exit(primary);
        };
        const auto m = bed.run({.connections = kKillConnections, .seconds = kKillSeconds, .warm_up = 2}, kill);
        out_ << fmt::format("\nprimary killed under load: {:.0f} ms without an acknowledgement at any client\n",
                            m.longest_pause_ms)
             << std::flush;
        result_["primary_killed"] = {
            {"gap_ms", m.longest_pause_ms}, {"tx_per_s", m.tx_per_s}, {"connections", kKillConnections}};
    }

    // A chain of its own: a hospital's batches are numbered from 0 without a gap.
    void access_events() {
        Bed bed(4, plan_.folder);
        const auto m = bed.run({.connections = 4, .rows = kRowsPerBatch, .seconds = plan_.curve_seconds, .warm_up = 2});
        const double events = m.tx_per_s * kRowsPerBatch;
        out_ << fmt::format(
            "\naccess events in signed batches of {}, four validators: {:.0f} events/s, p50 {:.0f} ms\n", kRowsPerBatch,
            events, m.p50_ms);
        complain(m);
        result_["access_events"] = {
            {"events_per_s", events}, {"rows_per_batch", kRowsPerBatch}, {"n", 4}, {"p50_ms", m.p50_ms}};
    }

    const BenchPlan& plan_;
    std::ostream& out_;
    Limits limits_;
    std::vector<Point> by_n_;
    json result_ = {{"rows", json::array()}, {"curves", json::array()}};
};

}  // namespace

BenchPlan quick_plan() {
    BenchPlan plan;
    plan.sizes = {4};
    plan.saturated_seconds = 6;
    plan.low_seconds = 4;
    plan.curve_seconds = 2;
    return plan;
}

json run_consensus_bench(const BenchPlan& plan, std::ostream& out) {
    return Bench(plan, out).run();
}

}  // namespace placet::bench
