// Encoding and decoding of bundles.
#include "ledger/proof/bundle.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::string_view kMagic = "placet-bundle";
constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kVersionWithLinks = 2;
constexpr std::size_t kFrameItems = 5;     // magic, version, kind, genesis, closing; and links in version 2
constexpr std::size_t kMaxItems = 16;
constexpr std::size_t kMaxLeafBytes = 2 * 1024 * 1024;
constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxRows = 1024 * 1024;
constexpr std::array<std::uint8_t, 2> kHashHead = {0x58, 0x20};  // a byte string of 32 octets

template <class Bundle>
Writer open_frame(BundleKind kind, const Bundle& bundle, std::size_t items) {
    Writer out;
    const bool linked = !bundle.links.empty();
    out.array(kFrameItems + items + (linked ? 1 : 0)).text(kMagic).uint(linked ? kVersionWithLinks : kVersion);
    out.uint(static_cast<std::uint64_t>(kind)).bytes(bundle.genesis.view());
    if (!linked) return out;
    out.array(bundle.links.size());
    for (const EpochLink& link : bundle.links) out.raw(encode(link));
    return out;
}

// The closing hash covers everything before its own 32 octets: `head -c -32 bundle | sha256sum` gives it.
Bytes close_frame(Writer&& out) {
    Bytes bytes = std::move(out).take();
    base::append(bytes, kHashHead);
    const Hash closing = crypto::sha256(bytes);
    base::append(bytes, closing.view());
    return bytes;
}

void write_path(Writer& out, const merkle::Path& path) {
    out.array(path.size());
    for (const Hash& hash : path) out.bytes(hash.view());
}

merkle::Path read_path(Reader& in, std::string_view field) {
    merkle::Path path;
    const std::size_t count = in.array(merkle::kMaxConsistencyPath, field);
    for (std::size_t i = 0; i < count && in.ok(); ++i) path.push_back(in.fixed<Hash>(field));
    return path;
}

// Takes the next item and decodes it; an error of the inner decoder becomes the reader's.
template <class T>
T read_inner(Reader& in, Result<T> (*decode)(BytesView), std::string_view field) {
    const BytesView item = in.item(field);
    if (!in.ok()) return {};
    Result<T> value = decode(item);
    if (value) return std::move(*value);
    in.fail(value.error().code, value.error().message, std::string(field) + "." + value.error().field);
    return {};
}

std::vector<EpochLink> read_links(Reader& in) {
    std::vector<EpochLink> links;
    const std::size_t count = in.array(kMaxLinks, "links");
    if (in.ok() && count == 0) in.fail(ErrorCode::not_canonical, "a bundle of version 2 has links; without any it is of version 1", "links");
    for (std::size_t i = 0; i < count && in.ok(); ++i) links.push_back(read_inner(in, decode_epoch_link, "links"));
    return links;
}

Status require_kind(const Frame& frame, BundleKind wanted) {
    if (frame.kind == wanted) return {};
    return base::refuse(ErrorCode::unsupported, "this is a bundle of another kind", "kind");
}

}  // namespace

Bytes encode(const EventBundle& bundle) {
    Writer out = open_frame(BundleKind::event, bundle, 7);
    out.bytes(bundle.transaction.view()).uint(bundle.leaf_index).bytes(bundle.event_leaf);
    write_path(out, bundle.path);
    write(out, bundle.head);
    return close_frame(std::move(out));
}

Bytes encode(const ConsistencyBundle& bundle) {
    Writer out = open_frame(BundleKind::consistency, bundle, 3);
    out.raw(types::encode(bundle.older)).raw(types::encode(bundle.newer));
    write_path(out, bundle.path);
    return close_frame(std::move(out));
}

Bytes encode(const StateBundle& bundle) {
    Writer out = open_frame(BundleKind::state, bundle, 6);
    out.bytes(bundle.key);
    if (bundle.value) {
        out.bytes(*bundle.value);
    } else {
        out.null();
    }
    out.raw(state::encode(bundle.proof));
    write(out, bundle.head);
    return close_frame(std::move(out));
}

Bytes encode(const IndexBundle& bundle) {
    Writer out = open_frame(BundleKind::index, bundle, 6);
    out.bytes(bundle.index_key).array(bundle.rows.size());
    for (const Bytes& row : bundle.rows) out.bytes(row);
    out.raw(state::encode(bundle.proof));
    write(out, bundle.head);
    return close_frame(std::move(out));
}

Result<Frame> read_frame(BytesView bytes) {
    if (bytes.size() > kMaxBundleBytes)
        return base::refuse(ErrorCode::too_large, "a bundle has at most 16 MiB", "bundle");
    Reader in(bytes);
    Frame frame;
    std::size_t items = in.array(kMaxItems, "bundle");
    if (in.ok() && items < kFrameItems + 1) in.fail(ErrorCode::malformed, "too few items for a bundle", "bundle");
    if (in.text(64, "magic") != kMagic) in.fail(ErrorCode::malformed, "this is not a Placet bundle", "magic");
    const std::uint64_t version = in.uint("version");
    if (in.ok() && version != kVersion && version != kVersionWithLinks)
        in.fail(ErrorCode::unsupported, "only bundles of versions 1 and 2 are known", "version");
    const std::uint64_t kind = in.uint("kind");
    if (in.ok() && (kind < 1 || kind > 4)) in.fail(ErrorCode::unsupported, "an unknown kind of bundle", "kind");
    frame.genesis = in.fixed<Hash>("genesis");
    if (version == kVersionWithLinks) {
        frame.links = read_links(in);
        --items;
    }
    const std::size_t start = in.position();
    for (std::size_t i = kFrameItems; i < items && in.ok(); ++i) (void)in.item("body");
    const std::size_t end = in.position();
    frame.closing = in.fixed<Hash>("closing_hash");
    PLACET_TRY(in.finish());
    frame.kind = static_cast<BundleKind>(kind);
    frame.body = bytes.subspan(start, end - start);
    frame.closing_wanted = crypto::sha256(bytes.first(bytes.size() - Hash::kSize));
    return frame;
}

Result<EventBundle> decode_event_bundle(const Frame& frame) {
    PLACET_TRY(require_kind(frame, BundleKind::event));
    Reader in(frame.body);
    EventBundle bundle;
    bundle.genesis = frame.genesis;
    bundle.links = frame.links;
    bundle.transaction = in.fixed<types::TransactionId>("transaction");
    bundle.leaf_index = in.uint("leaf_index");
    bundle.event_leaf = base::to_bytes(in.bytes(kMaxLeafBytes, "event_leaf"));
    bundle.path = read_path(in, "path");
    bundle.head = read_sealed_head(in);
    PLACET_TRY(in.finish());
    return bundle;
}

Result<ConsistencyBundle> decode_consistency_bundle(const Frame& frame) {
    PLACET_TRY(require_kind(frame, BundleKind::consistency));
    Reader in(frame.body);
    ConsistencyBundle bundle;
    bundle.genesis = frame.genesis;
    bundle.links = frame.links;
    bundle.older = read_inner(in, types::decode_certificate, "older");
    bundle.newer = read_inner(in, types::decode_certificate, "newer");
    bundle.path = read_path(in, "path");
    PLACET_TRY(in.finish());
    return bundle;
}

Result<StateBundle> decode_state_bundle(const Frame& frame) {
    PLACET_TRY(require_kind(frame, BundleKind::state));
    Reader in(frame.body);
    StateBundle bundle;
    bundle.genesis = frame.genesis;
    bundle.links = frame.links;
    bundle.key = base::to_bytes(in.bytes(kMaxKeyBytes, "key"));
    if (!in.maybe_null()) bundle.value = base::to_bytes(in.bytes(kMaxLeafBytes, "value"));
    bundle.proof = read_inner(in, state::decode_map_proof, "map_proof");
    bundle.head = read_sealed_head(in);
    PLACET_TRY(in.finish());
    return bundle;
}

Result<IndexBundle> decode_index_bundle(const Frame& frame) {
    PLACET_TRY(require_kind(frame, BundleKind::index));
    Reader in(frame.body);
    IndexBundle bundle;
    bundle.genesis = frame.genesis;
    bundle.links = frame.links;
    bundle.index_key = base::to_bytes(in.bytes(kMaxKeyBytes, "index_key"));
    const std::size_t rows = in.array(kMaxRows, "rows");
    for (std::size_t i = 0; i < rows && in.ok(); ++i) bundle.rows.push_back(base::to_bytes(in.bytes(kMaxKeyBytes, "rows")));
    bundle.proof = read_inner(in, state::decode_map_proof, "map_proof");
    bundle.head = read_sealed_head(in);
    PLACET_TRY(in.finish());
    return bundle;
}

}  // namespace placet::proof
