// Where a validator that fell behind gets blocks and parts: its peers, in turn, over the bulk channel. Blocking; for the executor's
// thread. A peer that lies is only ever wasted time: everything is checked by who asked.
#pragma once

#include "network/mesh.hpp"
#include "node/transfer/block_exchange.hpp"
#include "node/work/lifecycle.hpp"

namespace placet::node {

class PeerSource {
public:
    /// network::Mesh::request: asks one peer, and calls `respond` once within about the time given.
    using Request = std::function<void(network::PeerIndex peer, base::Bytes request, std::chrono::milliseconds within, network::Respond respond)>;
    /// `lifecycle` outlives the source.
    PeerSource(Request request, std::size_t peers, const Lifecycle& lifecycle) : request_(std::move(request)), peers_(peers), lifecycle_(lifecycle) {}

    struct Fetched {
        network::PeerIndex from = 0;
        std::vector<BlockWithParts> blocks;  ///< at least one
    };
    /// Blocks from `height` on, of the next peer that has any. unavailable if none has.
    [[nodiscard]] base::Result<Fetched> blocks(types::Height height);
    /// The encoded part, checked against its commitment.
    [[nodiscard]] base::Result<base::Bytes> part(const crypto::Hash& commitment);
    /// Ask another one first next time.
    void distrust(network::PeerIndex peer) noexcept { next_ = peer + 1; }

private:
    [[nodiscard]] base::Result<base::Bytes> ask(network::PeerIndex peer, base::Bytes request);

    Request request_;
    std::size_t peers_;
    const Lifecycle& lifecycle_;
    std::size_t next_ = 0;
};

}  // namespace placet::node
