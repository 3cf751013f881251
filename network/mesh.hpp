// The links of one validator to all others: authenticated, bounded byte pipes. One logical link a pair (the node with the
// smaller name dials), reconnected for ever with capped backoff; two connections a link, so that bulk answers never stand
// before votes. Messages may be lost: a full queue drops the newest and counts it, consensus retransmits. Knows no message.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "network/backoff.hpp"
#include "network/transport.hpp"

namespace placet::network {

/// Position in MeshConfig::peers.
using PeerIndex = std::size_t;

struct PeerConfig {
    std::string name;
    std::string address;  ///< host:port, dialled by the one of the pair whose name is smaller
    crypto::SpkiHash spki;
};

struct MeshConfig {
    std::string name;            ///< this node's
    std::string listen_address;  ///< host:port
    std::string certificate_pem;
    std::string key_pem;
    crypto::Hash genesis;
    std::vector<PeerConfig> peers;  ///< the others
    TransportLimits limits;
    BackoffLimits backoff;
    std::chrono::milliseconds hello{3000};        ///< a connection without a hello within this is closed
    std::size_t ungreeted = 16;                   ///< inbound connections without a hello at once; more are closed
    std::chrono::milliseconds ping{1000};         ///< how often an idle link says it is there
    std::chrono::milliseconds silence{6000};      ///< a link not heard for this long is half-open: closed and dialled again
    std::size_t inbound_requests = 32;            ///< unanswered at once, per peer; more are answered "busy"
    std::size_t outbound_requests = 64;           ///< likewise, ours
};

/// Answers one request, once, from any thread; not after the mesh is gone.
using Respond = std::function<void(base::Result<base::Bytes>)>;

struct LinkEvent {
    enum class Kind : std::uint8_t { up, down, refused };
    Kind kind = Kind::down;
    std::string peer;    ///< name, or the address of one that is nobody
    std::string reason;  ///< for a person; when up, empty but for how many changes were not told
};

/// Called on the loop's thread; must not block.
class MeshHandler {
public:
    virtual ~MeshHandler() = default;
    virtual void on_message(PeerIndex peer, base::Bytes message) = 0;
    virtual void on_request(PeerIndex peer, base::Bytes request, Respond respond) = 0;
    virtual void on_link(const LinkEvent& event) = 0;
};

struct LinkStatus {
    std::string name;
    bool connected = false;              ///< the message channel is up
    bool bulk_connected = false;
    std::int64_t since_ms = 0;           ///< how long in this state
    std::int64_t last_heard_ms_ago = -1; ///< -1 = never
    std::uint64_t sent = 0;              ///< messages
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;           ///< messages not queued: link down or queue full
    std::uint64_t connects = 0;
    std::string last_error;
};

class Mesh {
public:
    /// Listens and begins to dial. `handler` outlives the mesh. Errors as Transport::start and listen.
    [[nodiscard]] static base::Result<std::unique_ptr<Mesh>> start(MeshConfig config, MeshHandler& handler);
    virtual ~Mesh() = default;  ///< stop()

    /// Any thread; never blocks; may be lost.
    virtual void send(PeerIndex peer, std::shared_ptr<const base::Bytes> message) = 0;
    virtual void broadcast(std::shared_ptr<const base::Bytes> message) = 0;
    /// Any thread. `done` is called once on the loop's thread: the answer, the peer's refusal, unavailable, busy or timeout.
    virtual void request(PeerIndex peer, base::Bytes request, std::chrono::milliseconds within,
                         std::function<void(base::Result<base::Bytes>)> done) = 0;

    [[nodiscard]] virtual std::vector<LinkStatus> status() const = 0;  ///< any thread
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    /// Idempotent; no callback afterwards.
    virtual void stop() = 0;
};

}  // namespace placet::network
