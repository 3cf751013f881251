// What travels on a link: frames of [length: 4 octets, big-endian][type: 1][payload], and the hello that opens one. Pure bytes
// in, bytes out; no sockets. The payload of a message, request or response is not looked at here.
#pragma once

#include <cstdint>
#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/crypto/hash.hpp"

namespace placet::network {

/// Refused by the other side unless equal: there is one wire format at a time.
inline constexpr std::uint64_t kProtocolVersion = 1;
inline constexpr std::size_t kFrameHeaderBytes = 4;

enum class FrameType : std::uint8_t {
    hello = 1,     ///< first frame of either side
    refusal = 2,   ///< instead of a hello: why, as text; then the link closes
    message = 3,   ///< one-way, may be lost
    ping = 4,      ///< "I am here"; no answer
    request = 5,   ///< [id: 8 octets] payload, on a bulk channel
    response = 6,  ///< [id: 8 octets] [ok: 1] payload or reason
};

/// The two connections of a link, so that a block of megabytes never stands before a vote.
enum class Channel : std::uint8_t { messages = 0, bulk = 1 };
inline constexpr std::size_t kChannels = 2;

struct Hello {
    std::uint64_t version = kProtocolVersion;
    crypto::Hash genesis;
    std::string node;
    Channel channel = Channel::messages;
    bool operator==(const Hello&) const = default;
};

/// Canonical CBOR: ["placet-link", version, genesis, node, channel].
[[nodiscard]] base::Bytes encode(const Hello& hello);
[[nodiscard]] base::Result<Hello> decode_hello(base::BytesView bytes);

/// Header and type of a frame whose payload has `payload_bytes` octets.
[[nodiscard]] std::array<std::uint8_t, kFrameHeaderBytes + 1> frame_head(FrameType type, std::size_t payload_bytes) noexcept;

/// Cuts a stream of octets into frames. Holds at most one unfinished frame of at most `max_frame_bytes`.
class FrameReader {
public:
    explicit FrameReader(std::size_t max_frame_bytes) noexcept : FrameReader(max_frame_bytes, max_frame_bytes) {}
    /// The first frame of the stream has a bound of its own: until it is there nothing is known of who sends.
    FrameReader(std::size_t max_frame_bytes, std::size_t max_first_frame_bytes) noexcept
        : max_frame_bytes_(max_frame_bytes), limit_(max_first_frame_bytes) {}

    struct Frame {
        FrameType type = FrameType::ping;
        base::Bytes payload;
    };
    /// Takes octets as they came; whole frames are appended to `out`. too_large or malformed ends the link.
    [[nodiscard]] base::Status take(base::BytesView octets, std::vector<Frame>& out);

private:
    std::size_t max_frame_bytes_;
    std::size_t limit_;  ///< of the frame that comes next
    base::Bytes pending_;
};

}  // namespace placet::network
