// Fuzzes what comes from a peer before it is a message: frames in whatever pieces they arrive, hellos, forwarded
// submissions. Properties: the cut into pieces changes nothing; a hello that decodes encodes to the same octets.
#include "ledger/types/proposal.hpp"
#include "network/frame.hpp"
#include "tests/fuzz/targets.hpp"

namespace placet::fuzz {

namespace {

constexpr std::size_t kMaxFrame = 4096;

struct Read {
    std::vector<network::FrameReader::Frame> frames;
    bool good = true;
};

Read read_in_pieces(BytesView stream, std::size_t piece) {
    Read out;
    network::FrameReader reader(kMaxFrame);
    while (!stream.empty() && out.good) {
        const BytesView some = stream.subspan(0, std::min(piece, stream.size()));
        out.good = reader.take(some, out.frames).has_value();
        stream = stream.subspan(some.size());
    }
    return out;
}

Bytes framed(network::FrameType type, BytesView payload) {
    const auto head = network::frame_head(type, payload.size());
    Bytes out(head.begin(), head.end());
    base::append(out, payload);
    return out;
}

}  // namespace

std::vector<Bytes> network_frame_seeds() {
    network::Hello hello;
    hello.node = "hospital-a";
    Bytes stream{7};
    base::append(stream, framed(network::FrameType::hello, encode(hello)));
    base::append(stream, framed(network::FrameType::ping, {}));
    base::append(stream, framed(network::FrameType::message, base::as_bytes("a vote")));
    base::append(stream, framed(network::FrameType::request, base::as_bytes("12345678get")));
    Bytes forwarded{1};
    base::append(forwarded,
                 framed(network::FrameType::message, types::encode(types::Submission{{1, 2, 3}, {{4}, {5, 6}}})));
    return {stream, forwarded};
}

void run_network_frames(BytesView input) {
    if (input.empty()) return;
    const BytesView stream = input.subspan(1);
    const Read whole = read_in_pieces(stream, stream.size() + 1);
    const Read cut = read_in_pieces(stream, input[0] % 64 + 1U);
    require(whole.good == cut.good);
    // On a bad stream the pieces before the fault may have given more or fewer frames; on a good one they are the same.
    if (whole.good) require(whole.frames.size() == cut.frames.size());
    for (std::size_t i = 0; i < std::min(whole.frames.size(), cut.frames.size()); ++i)
        require(whole.frames[i].type == cut.frames[i].type && whole.frames[i].payload == cut.frames[i].payload);
    for (const auto& frame : whole.frames) {
        require(frame.payload.size() <= kMaxFrame);
        if (const auto hello = network::decode_hello(frame.payload))
            require(base::equal(network::encode(*hello), frame.payload));
        if (const auto submission = types::decode_submission(frame.payload))
            require(base::equal(types::encode(*submission), frame.payload));
    }
}

}  // namespace placet::fuzz
