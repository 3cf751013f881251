// A chain, clients and the load: see bed.hpp.
#include "tests/bench/bed.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"

namespace placet::bench {

namespace {

using nlohmann::json;

// utime and stime of /proc/PID/stat, behind the name in parentheses.
double process_cpu_us(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const std::size_t behind = text.rfind(')');
    if (behind == std::string::npos) return 0;
    std::istringstream fields(text.substr(behind + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// The load's output, a line at a time.
class Output {
public:
    explicit Output(const std::string& command) : pipe_(::popen(command.c_str(), "r")) {
        if (pipe_ == nullptr) throw std::runtime_error("cannot start " + command);
    }
    ~Output() { ::pclose(pipe_); }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    std::string line() {
        std::string out;
        for (int octet = std::fgetc(pipe_); octet != EOF && octet != '\n'; octet = std::fgetc(pipe_))
            out += static_cast<char>(octet);
        return out;
    }
    void expect(const std::string& wanted) {
        if (const auto said = line(); said != wanted)
            throw std::runtime_error("the load said '" + said + "' instead of '" + wanted + "'");
    }

private:
    std::FILE* pipe_;
};

}  // namespace

Bed::Bed(std::size_t n, const std::filesystem::path& parent)
    : chain_({.validators = n, .parent = parent, .more_operators = kClients}) {
    const char* bin = std::getenv("PLACET_BIN");
    program_ = std::filesystem::absolute(std::filesystem::path(bin != nullptr ? bin : "build/release/bin") /
                                         "placet-bench-load");
    chain_.start_all();
    write_clients();
}

void Bed::write_clients() const {
    json clients = json::array();
    for (const auto& person : chain_.more_operators())
        clients.push_back({{"id", person.id},
                           {"secret", base::to_hex(person.key.secret())},
                           {"certificate", person.certificate_pem},
                           {"key", person.key_pem}});
    const auto path = chain_.folder() / "clients.json";
    if (const auto written = cli::home::create_private(path, base::as_bytes(clients.dump())); !written)
        throw std::runtime_error(base::describe(written.error()));
}

double Bed::validators_cpu_us() const {
    double sum = 0;
    for (std::size_t i = 0; i < chain_.validators(); ++i) sum += process_cpu_us(chain_.pid_of(tests::Chain::name(i)));
    return sum;
}

double Bed::metric(const std::string& name) {
    auto asking = chain_.client(tests::Chain::name(0), chain_.regulator());
    const auto body = asking.get("/metrics", "text/plain");
    if (!body) return 0;  // it was killed
    const std::string text(base::as_text(*body));
    const std::size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size() + 2));
}

Measured Bed::run(const LoadOrder& order, const std::function<void()>& meanwhile) {
    std::ostringstream command;
    command << program_.string() << " " << chain_.folder().string() << " --connections " << order.connections
            << " --part-bytes " << order.part_bytes << " --rows " << order.rows << " --seconds " << order.seconds
            << " --warm-up " << order.warm_up;
    Output output(command.str());
    output.expect("begin");
    const double cpu = validators_cpu_us();
    const double syncs = metric("placet_syncs_total");
    const auto height = chain_.height(tests::Chain::name(0)).value_or(0);
    if (meanwhile) meanwhile();
    output.expect("end");
    const double cpu_used = validators_cpu_us() - cpu;
    const double syncs_made = metric("placet_syncs_total") - syncs;
    const double blocks_made = static_cast<double>(chain_.height(tests::Chain::name(0)).value_or(height) - height);
    const json said = json::parse(output.line());

    Measured out;
    out.receipts = said.at("receipts");
    const double count = std::max<double>(1, static_cast<double>(out.receipts));
    out.tx_per_s = static_cast<double>(out.receipts) / said.at("seconds").get<double>();
    out.p50_ms = said.at("p50_ms");
    out.p99_ms = said.at("p99_ms");
    out.tx_per_block = count / std::max<double>(1, said.at("blocks").get<double>());
    out.longest_pause_ms = said.at("longest_pause_ms");
    out.validator_cpu_us = cpu_used / count / static_cast<double>(chain_.validators());
    out.load_cpu_us = said.at("cpu_seconds").get<double>() * 1e6 / count;
    out.syncs_per_block = blocks_made > 0 ? syncs_made / blocks_made : 0;
    out.turned_away = said.at("turned_away");
    out.unproved = said.at("unproved");
    out.problem = said.at("problem");
    return out;
}

}  // namespace placet::bench
