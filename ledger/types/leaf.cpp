// Leaves: the kind and version first.
#include "ledger/types/leaf.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::types {
namespace {

using base::ErrorCode;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kMaxCode = 64;
constexpr std::size_t kMaxDetail = 1024 * 1024;
constexpr std::size_t kEventItems = 8;
constexpr std::size_t kCommitItems = 9;

EventLeaf read_event(Reader& in) {
    EventLeaf leaf;
    leaf.height = in.uint("height");
    leaf.block_time_ms = in.uint("block_time_ms");
    leaf.transaction = base::to_bytes(in.bytes(kMaxTransactionBytes, "transaction"));
    leaf.outcome.accepted = in.boolean("accepted");
    leaf.outcome.code = in.text(kMaxCode, "code");
    leaf.outcome.detail = base::to_bytes(in.bytes(kMaxDetail, "detail"));
    return leaf;
}

CommitLeaf read_commit(Reader& in) {
    CommitLeaf leaf;
    leaf.height = in.uint("height");
    leaf.block_time_ms = in.uint("block_time_ms");
    leaf.leaves = in.uint("leaves");
    leaf.map_root = in.fixed<Hash>("map_root");
    leaf.validators = in.fixed<Hash>("validators");
    leaf.next_validators = in.fixed<Hash>("next_validators");
    leaf.previous = in.fixed<Hash>("previous");
    if (in.ok() && leaf.leaves == 0) in.fail(ErrorCode::invalid_value, "a block has its commit leaf at least", "leaves");
    return leaf;
}

}  // namespace

Bytes encode(const EventLeaf& leaf) {
    Writer out;
    out.array(kEventItems).uint(static_cast<std::uint64_t>(LeafKind::event)).uint(kVersion);
    out.uint(leaf.height).uint(leaf.block_time_ms).bytes(leaf.transaction);
    out.boolean(leaf.outcome.accepted).text(leaf.outcome.code).bytes(leaf.outcome.detail);
    return std::move(out).take();
}

Bytes encode(const CommitLeaf& leaf) {
    Writer out;
    out.array(kCommitItems).uint(static_cast<std::uint64_t>(LeafKind::commit)).uint(kVersion);
    out.uint(leaf.height).uint(leaf.block_time_ms).uint(leaf.leaves).bytes(leaf.map_root.view());
    out.bytes(leaf.validators.view()).bytes(leaf.next_validators.view()).bytes(leaf.previous.view());
    return std::move(out).take();
}

Result<Leaf> decode_leaf(BytesView bytes) {
    Reader in(bytes);
    const std::size_t items = in.array(kCommitItems, "leaf");
    const std::uint64_t kind = in.uint("kind");
    if (in.ok() && in.uint("version") != kVersion) in.fail(ErrorCode::unsupported, "only leaves of version 1 are known", "version");
    Leaf leaf;
    if (in.ok() && kind == static_cast<std::uint64_t>(LeafKind::event) && items == kEventItems) {
        leaf = read_event(in);
    } else if (in.ok() && kind == static_cast<std::uint64_t>(LeafKind::commit) && items == kCommitItems) {
        leaf = read_commit(in);
    } else {
        in.fail(ErrorCode::unsupported, "an unknown kind of leaf", "kind");
    }
    PLACET_TRY(in.finish());
    return leaf;
}

}  // namespace placet::types
