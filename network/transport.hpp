// TLS connections that carry frames, and the one thread that serves them. Mutual TLS 1.3; the other side is who its
// certificate's SPKI hash says (no certification authority, no names, no dates: a pinned key is valid until the ledger revokes
// it). No session tickets, hence no 0-RTT. Everything here but Transport::post and Connection::send runs on the loop's thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "ledger/crypto/certificate.hpp"
#include "network/frame.hpp"

namespace placet::network {

struct TransportLimits {
    std::size_t frame_bytes = 16 * 1024 * 1024;      ///< a larger one drops the connection
    std::size_t first_frame_bytes = 1024;            ///< likewise the first one, which is a hello or a refusal
    std::size_t queued_bytes = 32 * 1024 * 1024;     ///< waiting to be written, per connection; further ones are dropped
    std::size_t queued_frames = 8192;                ///< likewise
    std::size_t unauthenticated = 64;                ///< inbound connections without a finished handshake
    std::chrono::milliseconds handshake{5000};       ///< TCP and TLS together
};

/// One TLS connection after its handshake. Closing, by either side, calls `closed` once; no frame comes after.
class Connection {
public:
    struct Events {
        std::function<void(FrameType, base::Bytes)> frame;
        std::function<void(const std::string& reason)> closed;
    };
    virtual ~Connection() = default;
    [[nodiscard]] virtual const crypto::SpkiHash& spki() const noexcept = 0;
    [[nodiscard]] virtual const std::string& address() const noexcept = 0;
    /// Begins to read. Once; both functions are set.
    virtual void start(Events events) = 0;
    /// Any thread; never blocks. False = dropped: the queue is full or the connection closed. `prefix` precedes the payload.
    [[nodiscard]] virtual bool send(FrameType type, base::BytesView prefix, std::shared_ptr<const base::Bytes> payload) = 0;
    /// After what is queued was written (at most a second); `reason` is what `closed` gets.
    virtual void close(std::string reason) = 0;
    /// When the last octet arrived.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point last_heard() const noexcept = 0;
};

using ConnectionResult = base::Result<std::shared_ptr<Connection>>;

class Transport {
public:
    /// `certificate_pem` and `key_pem` are this node's own (invalid_value if they do not fit). Starts the thread.
    [[nodiscard]] static base::Result<std::unique_ptr<Transport>> start(const std::string& certificate_pem, const std::string& key_pem,
                                                                        TransportLimits limits);
    virtual ~Transport() = default;  ///< stop()

    /// Accepts on "host:port" (port 0 = any free one; returned). `known` decides by SPKI hash; `accepted` gets connections whose
    /// handshake is done, and the errors of those that failed. A port in use is `conflict`, naming the address.
    [[nodiscard]] virtual base::Result<std::uint16_t> listen(const std::string& address, std::function<bool(const crypto::SpkiHash&)> known,
                                                             std::function<void(ConnectionResult)> accepted) = 0;
    /// Resolves, connects and shakes hands with the one that holds `expected`; anything else is an error of `done`.
    virtual void dial(const std::string& address, const crypto::SpkiHash& expected, std::function<void(ConnectionResult)> done) = 0;

    /// Any thread.
    virtual void post(std::function<void()> task) = 0;
    virtual void after(std::chrono::milliseconds wait, std::function<void()> task) = 0;
    /// Closes everything and joins the thread; no callback runs afterwards. Idempotent; not from the loop's thread.
    virtual void stop() = 0;
};

}  // namespace placet::network
