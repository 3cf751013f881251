// The limits' terms: see limits.hpp.
#include "tests/bench/limits.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "api/dto/json.hpp"
#include "api/dto/receipt.hpp"
#include "api/http/server.hpp"
#include "contracts/consent/commands.hpp"
#include "contracts/runtime/execute.hpp"
#include "contracts/runtime/genesis_state.hpp"
#include "ledger/crypto/random.hpp"
#include "ledger/state/unsealed_overlay.hpp"
#include "ledger/store/store.hpp"
#include "tests/support/life.hpp"
#include "tests/support/must.hpp"

namespace placet::bench {

namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;
using tests::must;

constexpr std::size_t kSignatures = 2000;
constexpr std::size_t kBlocks = 12;
constexpr std::size_t kPerBlock = 256;
constexpr std::size_t kRequests = 2000;
constexpr std::size_t kSyncs = 200;
constexpr std::size_t kPings = 2000;

double cpu_us(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

base::TimeMs now_ms() {
    using namespace std::chrono;
    return static_cast<base::TimeMs>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

types::Transaction enrolment(const tests::Chain& chain, const crypto::Hash& genesis) {
    contracts::consent::EnrolPatient command;
    command.custodian = tests::Chain::name(0);
    command.pseudonym = crypto::random_fixed<types::Pseudonym>();
    command.number_commitment = crypto::random_fixed<crypto::Hash>();
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(command.kKind);
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = now_ms() + tests::kTransactionLifeMs;
    payload.body = contracts::encode(command);
    return types::sign(payload, chain.operator_of(0).key, genesis);
}

void measure_signatures(const tests::Chain& chain, Limits& out) {
    const auto genesis = types::genesis_hash(chain.genesis());
    std::vector<types::Transaction> transactions;
    const double signing = cpu_us(CLOCK_THREAD_CPUTIME_ID);
    for (std::size_t i = 0; i < kSignatures; ++i) transactions.push_back(enrolment(chain, genesis));
    const double verifying = cpu_us(CLOCK_THREAD_CPUTIME_ID);
    for (const auto& transaction : transactions)
        if (!types::verify_signature(transaction, genesis))
            throw std::runtime_error("a signature of ours does not verify");
    const double end = cpu_us(CLOCK_THREAD_CPUTIME_ID);
    out.sign_us = (verifying - signing) / kSignatures;
    out.verify_us = (end - verifying) / kSignatures;
}

// What each replica does with an ordered block, and nothing else.
void store_block(store::Store& store, const types::Proposal& proposal) {
    store::RecordBatch body;
    body.put({store::RecordColumn::consensus, 1, store.snapshot()->height() + 1, {}}, types::encode(proposal));
    must(store.commit(std::span(&body, 1), store::Durability::synced));
    state::UnsealedOverlay overlay(store.snapshot());
    const auto set = types::validator_set_hash(store.genesis().validators);
    const contracts::runtime::OrderedBlock ordered{
        overlay.head().height + 1, overlay.head().block_time_ms, proposal, set, overlay.head().log.root()};
    const auto executed = must(contracts::runtime::execute(
        ordered, {store.genesis_hash(), overlay, [](const types::Transaction&) { return true; }}));
    const auto block = must(state::assemble(executed, overlay.head(), overlay));
    types::QuorumCertificate seal;
    seal.body = block.body();
    seal.signers = 7;
    seal.signatures.resize(3);
    must(store.append(block, seal));
}

void measure_store(const tests::Chain& chain, const fs::path& folder, Limits& out) {
    store::StoreOptions options;
    options.genesis_writes = contracts::runtime::genesis_writes(chain.genesis());
    const auto store = must(store::Store::open(folder / "limits-store", chain.genesis(), std::move(options)));
    std::vector<types::Proposal> proposals(kBlocks);
    for (auto& proposal : proposals) {
        proposal.time_ms = now_ms();
        for (std::size_t i = 0; i < kPerBlock; ++i)
            proposal.submissions.push_back({enrolment(chain, store->genesis_hash()).bytes, {}});
    }
    const double began = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
    for (const auto& proposal : proposals) store_block(*store, proposal);
    out.store_us = (cpu_us(CLOCK_PROCESS_CPUTIME_ID) - began) / (kBlocks * kPerBlock);
}

api::dto::Receipt sample_receipt(const types::Transaction& transaction) {
    api::dto::Receipt receipt;
    receipt.transaction = transaction.id;
    receipt.height = receipt.certificate.body.height = 1000;
    receipt.outcome.accepted = true;
    receipt.outcome.code = "enrolled";
    receipt.certificate.signers = 7;
    receipt.certificate.signatures.resize(3);
    return receipt;
}

void measure_http(const tests::Chain& chain, Limits& out) {
    const auto genesis = types::genesis_hash(chain.genesis());
    const auto made = must(crypto::make_certificate({"limits", {"localhost"}, now_ms(), 1}));
    const auto transaction = enrolment(chain, genesis);
    api::http::ServerConfig config;
    config.address = "127.0.0.1:0";
    config.certificate_pem = made.certificate_pem;
    config.key_pem = made.key_pem;
    const auto server = must(
        api::http::Server::start(config, [&](const api::http::Request& request, const api::http::Responder& answer) {
            const auto submission = types::decode_submission(request.body);
            const auto read = submission ? types::decode_transaction(submission->transaction, genesis)
                                         : std::unexpected(submission.error());
            answer(read ? api::http::text_response(201, "application/json",
                                                   api::dto::dump_json(api::dto::to_json(sample_receipt(*read))))
                        : api::http::text_response(400, "text/plain", "no"));
        }));
    api::client::ClientConfig asking;
    asking.endpoints = {{"127.0.0.1:" + std::to_string(server->port()), made.spki}};
    asking.certificate_pem = chain.operator_of(0).certificate_pem;
    asking.key_pem = chain.operator_of(0).key_pem;
    auto client = must(api::client::Client::make(asking));
    (void)must(client.submit(transaction, {}, std::chrono::seconds(5)));  // connects
    const double began = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
    for (std::size_t i = 0; i < kRequests; ++i) (void)must(client.submit(transaction, {}, std::chrono::seconds(5)));
    out.http_us = (cpu_us(CLOCK_PROCESS_CPUTIME_ID) - began) / kRequests;
}

std::vector<double> sync_times(const fs::path& file) {
    const std::string piece(512, 'x');
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::vector<double> times;
    for (std::size_t i = 0; i < kSyncs; ++i) {
        const auto began = Clock::now();
        if (::write(descriptor, piece.data(), piece.size()) < 0 || ::fdatasync(descriptor) != 0)
            throw std::runtime_error("cannot write " + file.string());
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
    }
    ::close(descriptor);
    return times;
}

void measure_syncs(const fs::path& folder, Limits& out) {
    out.fsync_us = median(sync_times(folder / "limits-sync"));
    constexpr std::size_t kWriters = 4;
    std::vector<std::vector<double>> each(kWriters);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kWriters; ++i)
        threads.emplace_back([&, i] { each[i] = sync_times(folder / ("limits-sync-" + std::to_string(i))); });
    for (auto& thread : threads) thread.join();
    std::vector<double> all;
    for (const auto& times : each) all.insert(all.end(), times.begin(), times.end());
    out.fsync_together_us = median(all);
}

void measure_round_trip(Limits& out) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 1) != 0)
        throw std::runtime_error("cannot listen on loopback");
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    const int on = 1;
    std::thread echo([&] {
        const int side = ::accept(listener, nullptr, nullptr);
        ::setsockopt(side, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        char octet = 0;
        while (::read(side, &octet, 1) == 1 && ::write(side, &octet, 1) == 1) {
        }
        ::close(side);
    });
    const int side = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::setsockopt(side, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::vector<double> times;
    char octet = 'x';
    bool good = ::connect(side, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    for (std::size_t i = 0; good && i < kPings; ++i) {
        const auto began = Clock::now();
        good = ::write(side, &octet, 1) == 1 && ::read(side, &octet, 1) == 1;
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
    }
    ::close(side);
    ::shutdown(listener, SHUT_RDWR);
    echo.join();
    ::close(listener);
    if (!good) throw std::runtime_error("the loopback echo broke");
    out.rtt_us = median(times);
}

}  // namespace

unsigned cores() {
    return std::max(1U, std::thread::hardware_concurrency());
}

double Limits::limit_tps(std::size_t n) const {
    return cores() * 1e6 / necessary_us(n);
}

double Limits::crypto_ceiling_tps(std::size_t n) const {
    return cores() * 1e6 / (static_cast<double>(n) * verify_us + sign_us);
}

Limits measure_limits(const tests::Chain& chain, const fs::path& folder) {
    const fs::path own = folder / "limits";
    fs::remove_all(own);
    fs::create_directories(own);
    Limits out;
    measure_signatures(chain, out);
    measure_store(chain, own, out);
    measure_http(chain, out);
    measure_syncs(own, out);
    measure_round_trip(out);
    fs::remove_all(own);
    return out;
}

}  // namespace placet::bench
