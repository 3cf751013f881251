// Fetching from peers: see peer_source.hpp.
#include "node/transfer/peer_source.hpp"

namespace placet::node {

namespace {
constexpr std::chrono::milliseconds kPatience{5000};
constexpr std::chrono::milliseconds kLook{50};
}  // namespace

base::Result<base::Bytes> PeerSource::ask(network::PeerIndex peer, base::Bytes request) {
    struct Wait {
        std::mutex mutex;
        std::condition_variable changed;
        std::optional<base::Result<base::Bytes>> answer;
    };
    const auto wait = std::make_shared<Wait>();
    request_(peer, std::move(request), kPatience, [wait](base::Result<base::Bytes> answer) {
        {
            const std::lock_guard lock(wait->mutex);
            wait->answer = std::move(answer);
        }
        wait->changed.notify_all();
    });
    const auto deadline = std::chrono::steady_clock::now() + kPatience + kPatience;
    std::unique_lock lock(wait->mutex);
    while (!wait->answer) {
        if (lifecycle_.stopping() || std::chrono::steady_clock::now() > deadline)
            return base::refuse(base::ErrorCode::unavailable, "the node is stopping", "peers");
        wait->changed.wait_for(lock, kLook);
    }
    return std::move(*wait->answer);
}

base::Result<PeerSource::Fetched> PeerSource::blocks(types::Height height) {
    std::string why = "no peers";
    for (std::size_t i = 0; i < peers_ && !lifecycle_.stopping(); ++i) {
        const network::PeerIndex peer = (next_ + i) % peers_;
        auto answer = ask(peer, encode_block_request(height, kMostBlocksPerAnswer));
        auto decoded = answer ? decode_blocks(*answer) : std::unexpected(answer.error());
        if (decoded && !decoded->empty()) {
            next_ = peer;
            return Fetched{peer, std::move(*decoded)};
        }
        why = decoded ? std::string("an empty answer") : base::describe(decoded.error());
    }
    return base::refuse(base::ErrorCode::unavailable, "no peer gave block " + std::to_string(height) + " (last: " + why + ")", "peers");
}

base::Result<base::Bytes> PeerSource::part(const crypto::Hash& commitment) {
    for (std::size_t i = 0; i < peers_ && !lifecycle_.stopping(); ++i) {
        auto answer = ask((next_ + i) % peers_, encode_part_request(commitment));
        if (answer && types::part_commitment(*answer) == commitment) return answer;
    }
    return base::refuse(base::ErrorCode::unavailable, "no peer gave a part that a rule must read", "peers");
}

}  // namespace placet::node
