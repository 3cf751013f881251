// Following through REST: see rest_follower.hpp.
#include "node/transfer/rest_follower.hpp"

#include <fmt/format.h>

#include <map>

#include "ledger/base/cbor.hpp"
#include "node/transfer/block_exchange.hpp"

namespace placet::node {

namespace {
constexpr std::uint64_t kBlocksAtOnce = 100;
constexpr std::chrono::milliseconds kAfterFailure{500};
}  // namespace

base::Result<std::vector<base::Bytes>> split_sequence(base::BytesView sequence) {
    std::vector<base::Bytes> out;
    base::cbor::Reader reader(sequence);
    while (!reader.at_end() && reader.ok()) out.push_back(base::to_bytes(reader.item("block")));
    PLACET_TRY(reader.finish());
    return out;
}

void RestFollower::start() {
    thread_ = std::thread([this] { run(); });
}

void RestFollower::stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
}

std::vector<api::PeerStatus> RestFollower::peers() const {
    const std::lock_guard lock(mutex_);
    std::vector<api::PeerStatus> out;
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
        api::PeerStatus peer;
        peer.name = endpoints_[i].address;
        peer.state = i != current_ ? "idle" : following_ ? "connected" : "connecting";
        out.push_back(std::move(peer));
    }
    return out;
}

base::Result<std::size_t> RestFollower::poll(const api::client::Endpoint& endpoint) {
    api::client::ClientConfig config;
    config.endpoints = {endpoint};
    config.certificate_pem = parts_.certificate_pem;
    config.key_pem = parts_.key_pem;
    PLACET_TRY_ASSIGN(auto client, api::client::Client::make(config));
    std::size_t appended = 0;
    while (!ends()) {
        const auto height = parts_.store.snapshot()->height();
        PLACET_TRY_ASSIGN(const auto body, client.get(fmt::format("/v1/blocks?from={}&limit={}", height + 1, kBlocksAtOnce), "application/cbor-seq"));
        following_ = true;
        PLACET_TRY_ASSIGN(const auto items, split_sequence(body));
        for (const auto& item : items) {
            PLACET_TRY_ASSIGN(const auto record, types::decode_block(item));
            PLACET_TRY_ASSIGN(auto transactions, transactions_of(record, parts_.store.genesis_hash()));
            PLACET_TRY(parts_.store.append(record));
            parts_.sealed(record.height, std::move(transactions));
            ++appended;
        }
        // One client as long as it answers: a TLS handshake a poll would be a waste.
        if (items.empty()) (void)parts_.lifecycle.wait_for(parts_.poll);
        // Who left the validators answers on, and has nothing new any more.
        const auto to_try = parts_.endpoints();
        if (std::ranges::find(to_try, endpoint.address, &api::client::Endpoint::address) == to_try.end()) break;
    }
    return appended;
}

api::client::Endpoint RestFollower::current() const {
    const std::lock_guard lock(mutex_);
    return endpoints_[current_];
}

void RestFollower::next_endpoint() {
    auto endpoints = parts_.endpoints();
    const std::lock_guard lock(mutex_);
    endpoints_ = std::move(endpoints);
    current_ = (current_ + 1) % endpoints_.size();
}

void RestFollower::run() {
    std::map<std::string, std::string> last_words;  // one line a change, not one a poll
    while (!ends()) {
        const auto endpoint = current();
        const auto polled = poll(endpoint);
        if (polled) {
            next_endpoint();
            continue;
        }
        following_ = false;
        if (polled.error().code == base::ErrorCode::corrupt || polled.error().code == base::ErrorCode::io) {
            parts_.log.error("follow_stopped", base::describe(polled.error()));
            return parts_.lifecycle.fail(polled.error());
        }
        const std::string words = endpoint.address + ": " + base::describe(polled.error());
        if (words != last_words[endpoint.address]) parts_.log.warn("follow_failed", words, {{"height", parts_.store.snapshot()->height()}});
        last_words[endpoint.address] = words;
        next_endpoint();
        if (parts_.lifecycle.wait_for(kAfterFailure)) return;
    }
}

}  // namespace placet::node
