// Frames and the hello: see frame.hpp.
#include "network/frame.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::network {

namespace {
constexpr std::string_view kMagic = "placet-link";
constexpr std::size_t kMaxNodeName = 64;

std::size_t frame_length(base::BytesView head) noexcept {
    return (std::size_t{head[0]} << 24) | (std::size_t{head[1]} << 16) | (std::size_t{head[2]} << 8) | head[3];
}

bool known_type(std::uint8_t type) noexcept {
    return type >= static_cast<std::uint8_t>(FrameType::hello) && type <= static_cast<std::uint8_t>(FrameType::response);
}
}  // namespace

base::Bytes encode(const Hello& hello) {
    base::cbor::Writer writer;
    writer.array(5).text(kMagic).uint(hello.version).bytes(hello.genesis.view()).text(hello.node);
    writer.uint(static_cast<std::uint64_t>(hello.channel));
    return std::move(writer).take();
}

base::Result<Hello> decode_hello(base::BytesView bytes) {
    base::cbor::Reader reader(bytes);
    reader.array_of(5, "hello");
    if (reader.text(kMagic.size(), "hello.magic") != kMagic)
        reader.fail(base::ErrorCode::malformed, "this is not a validator's link", "hello.magic");
    Hello hello;
    hello.version = reader.uint("hello.version");
    hello.genesis = reader.fixed<crypto::Hash>("hello.genesis");
    hello.node = std::string(reader.text(kMaxNodeName, "hello.node"));
    hello.channel = static_cast<Channel>(reader.uint_at_most(kChannels - 1, "hello.channel"));
    PLACET_TRY(reader.finish());
    return hello;
}

std::array<std::uint8_t, kFrameHeaderBytes + 1> frame_head(FrameType type, std::size_t payload_bytes) noexcept {
    const std::size_t length = payload_bytes + 1;
    return {static_cast<std::uint8_t>(length >> 24), static_cast<std::uint8_t>(length >> 16),
            static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(type)};
}

base::Status FrameReader::take(base::BytesView octets, std::vector<Frame>& out) {
    base::append(pending_, octets);
    std::size_t position = 0;
    while (pending_.size() - position >= kFrameHeaderBytes) {
        const base::BytesView rest = base::BytesView(pending_).subspan(position);
        const std::size_t length = frame_length(rest);
        if (length == 0) return base::refuse(base::ErrorCode::malformed, "a frame without a type", "frame");
        if (length > limit_)
            return base::refuse(base::ErrorCode::too_large,
                                "a frame of " + std::to_string(length) + " octets; the limit is " + std::to_string(limit_), "frame");
        if (rest.size() < kFrameHeaderBytes + length) break;
        const std::uint8_t type = rest[kFrameHeaderBytes];
        if (!known_type(type))
            return base::refuse(base::ErrorCode::unsupported, "frame type " + std::to_string(type) + " is not known", "frame");
        out.push_back({static_cast<FrameType>(type), base::to_bytes(rest.subspan(kFrameHeaderBytes + 1, length - 1))});
        position += kFrameHeaderBytes + length;
        limit_ = max_frame_bytes_;
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(position));
    return {};
}

}  // namespace placet::network
