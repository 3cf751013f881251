// Frames, hello and backoff: the parts of a link that need no socket.
#include <catch2/catch.hpp>

#include "network/backoff.hpp"
#include "network/frame.hpp"

using namespace placet;
using network::FrameReader;
using network::FrameType;

namespace {

base::Bytes framed(FrameType type, std::string_view payload) {
    const auto head = network::frame_head(type, payload.size());
    base::Bytes out = base::to_bytes(base::BytesView(head));
    base::append(out, base::as_bytes(payload));
    return out;
}

}  // namespace

TEST_CASE("frames come out whole however the stream is cut") {
    base::Bytes stream = framed(FrameType::message, "one");
    base::append(stream, framed(FrameType::ping, ""));
    base::append(stream, framed(FrameType::request, "three"));
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        FrameReader reader(64);
        std::vector<FrameReader::Frame> frames;
        REQUIRE(reader.take(base::BytesView(stream).first(cut), frames));
        REQUIRE(reader.take(base::BytesView(stream).subspan(cut), frames));
        REQUIRE(frames.size() == 3);
        CHECK(base::as_text(frames[0].payload) == "one");
        CHECK(frames[1].payload.empty());
        CHECK(base::as_text(frames[2].payload) == "three");
    }
}

TEST_CASE("a frame over the limit, of an unknown type or without one ends the stream") {
    std::vector<FrameReader::Frame> frames;
    CHECK(FrameReader(16).take(framed(FrameType::message, std::string(16, 'x')), frames).error().code == base::ErrorCode::too_large);
    CHECK(FrameReader(17).take(framed(FrameType::message, std::string(16, 'x')), frames).has_value());
    CHECK(FrameReader(16).take(base::Bytes{0, 0, 0, 1, 99}, frames).error().code == base::ErrorCode::unsupported);
    CHECK(FrameReader(16).take(base::Bytes{0, 0, 0, 0}, frames).error().code == base::ErrorCode::malformed);
    // The length alone is refused: nothing is buffered for it.
    CHECK(FrameReader(16).take(base::Bytes{0xff, 0xff, 0xff, 0xff}, frames).error().code == base::ErrorCode::too_large);
}

TEST_CASE("a hello reads back, and anything else is refused") {
    const network::Hello hello{1, crypto::sha256(base::as_bytes("g")), "hospital-a", network::Channel::bulk};
    const auto bytes = encode(hello);
    CHECK(network::decode_hello(bytes).value() == hello);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(network::decode_hello(base::BytesView(bytes).first(size)).has_value());
    CHECK_FALSE(network::decode_hello(base::to_bytes("GET / HTTP/1.1")).has_value());
}

TEST_CASE("the wait before dialling again doubles, never passes its cap, and starts anew after a link was up") {
    network::Backoff backoff({std::chrono::milliseconds(50), std::chrono::milliseconds(1000)});
    CHECK(backoff.next(UINT32_MAX).count() <= 50);
    for (std::uint32_t i = 0; i < 100; ++i) {
        const auto wait = backoff.next(i * 2654435761U).count();
        CHECK(wait >= 50);
        CHECK(wait <= 1000);
    }
    CHECK(backoff.next(0).count() == 500);
    backoff.reset();
    CHECK(backoff.next(0).count() == 25);
}
