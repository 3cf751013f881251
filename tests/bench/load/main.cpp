// placet-bench-load: the load as a process. Reads DIR/genesis.json and DIR/clients.json, prints "begin" and "end" when
// measuring begins and ends, then one line of JSON.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "api/dto/genesis.hpp"
#include "api/dto/json.hpp"
#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"
#include "tests/bench/load/load.hpp"
#include "tests/support/must.hpp"

namespace {

using namespace placet;
using tests::must;

std::vector<bench::LoadClient> read_clients(const std::filesystem::path& path) {
    std::vector<bench::LoadClient> out;
    for (const auto& one : must(api::dto::parse_json(must(cli::home::read_text(path)), {64 * 1024 * 1024, 8}))) {
        const auto secret = must(base::from_hex(one.at("secret").get<std::string>()));
        out.push_back({one.at("id"), must(crypto::SigningKey::from_secret(crypto::Algorithm::es256k, secret)),
                       one.at("certificate"), one.at("key")});
    }
    return out;
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double percentile_ms(const std::vector<std::uint32_t>& sorted, unsigned percent) {
    if (sorted.empty()) return 0;
    return sorted[std::max<std::size_t>((sorted.size() * percent + 99) / 100, 1) - 1] / 1000.0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Submits transactions to a chain over TLS and counts the receipts whose certificate verifies.",
                 "placet-bench-load");
    std::filesystem::path folder;
    bench::LoadPlan plan;
    std::size_t seconds = 10;
    std::size_t warm_up = 3;
    app.add_option("folder", folder, "of genesis.json and clients.json")->required();
    app.add_option("--connections", plan.connections, "one transaction under way on each")->check(CLI::Range(1, 10000));
    app.add_option("--part-bytes", plan.part_bytes, "a document beside each transaction");
    app.add_option("--rows", plan.rows, "rows of access in each transaction")->check(CLI::Range(0, 1024));
    app.add_option("--seconds", seconds, "measured");
    app.add_option("--warm-up", warm_up, "seconds before that");
    CLI11_PARSE(app, argc, argv);
    try {
        plan.genesis = must(api::dto::genesis_from_json(must(cli::home::read_text(folder / "genesis.json"))));
        plan.clients = read_clients(folder / "clients.json");
        plan.measured = std::chrono::seconds(seconds);
        plan.warm_up = std::chrono::seconds(warm_up);
        double cpu = 0;
        auto result = bench::run_load(plan, [&](const char* phase) {
            cpu = cpu_seconds() - cpu;
            std::cout << phase << std::endl;
        });
        std::ranges::sort(result.latencies_us);
        const nlohmann::json line = {{"receipts", result.latencies_us.size()},
                                     {"seconds", result.seconds},
                                     {"p50_ms", percentile_ms(result.latencies_us, 50)},
                                     {"p99_ms", percentile_ms(result.latencies_us, 99)},
                                     {"refused", result.refused},
                                     {"unproved", result.unproved},
                                     {"turned_away", result.turned_away},
                                     {"broken", result.broken},
                                     {"blocks", result.blocks},
                                     {"longest_pause_ms", result.longest_pause_ms},
                                     {"cpu_seconds", cpu},
                                     {"problem", result.first_problem}};
        std::cout << line.dump() << std::endl;
    } catch (const std::exception& error) {
        std::cerr << "placet-bench-load: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
