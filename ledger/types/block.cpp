// Block records, as stored and handed to followers.
#include "ledger/types/block.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::types {
namespace {

using base::ErrorCode;
using base::cbor::Reader;
using base::cbor::Writer;

// Bounds of a decoder, well above what a full proposal can cause; the input's own size bounds the memory.
constexpr std::size_t kMaxLeaves = 4096;
constexpr std::size_t kMaxLeafBytes = 2 * 1024 * 1024;
constexpr std::size_t kMaxChanges = 1024 * 1024;
constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxValueBytes = 1024 * 1024;

std::vector<StateWrite> read_writes(Reader& in) {
    std::vector<StateWrite> writes;
    const std::size_t count = in.array(kMaxChanges, "writes");
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        StateWrite write;
        in.array_of(2, "writes");
        write.key = base::to_bytes(in.bytes(kMaxKeyBytes, "writes.key"));
        if (!in.maybe_null()) write.value = base::to_bytes(in.bytes(kMaxValueBytes, "writes.value"));
        if (in.ok() && !writes.empty() && !(writes.back().key < write.key))
            in.fail(ErrorCode::not_canonical, "keys must ascend, each once", "writes.key");
        writes.push_back(std::move(write));
    }
    return writes;
}

std::vector<IndexAppend> read_appends(Reader& in) {
    std::vector<IndexAppend> appends;
    const std::size_t count = in.array(kMaxChanges, "appends");
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        IndexAppend append;
        in.array_of(2, "appends");
        append.key = base::to_bytes(in.bytes(kMaxKeyBytes, "appends.key"));
        append.row = base::to_bytes(in.bytes(kMaxValueBytes, "appends.row"));
        appends.push_back(std::move(append));
    }
    return appends;
}

}  // namespace

Bytes encode(const BlockRecord& block) {
    Writer out;
    out.array(5).uint(block.height).array(block.leaves.size());
    for (const Bytes& leaf : block.leaves) out.bytes(leaf);
    out.array(block.writes.size());
    for (const StateWrite& write : block.writes) {
        out.array(2).bytes(write.key);
        if (write.value) {
            out.bytes(*write.value);
        } else {
            out.null();
        }
    }
    out.array(block.appends.size());
    for (const IndexAppend& append : block.appends) out.array(2).bytes(append.key).bytes(append.row);
    out.raw(encode(block.seal));
    return std::move(out).take();
}

Result<BlockRecord> decode_block(BytesView bytes) {
    Reader in(bytes);
    BlockRecord block;
    in.array_of(5, "block");
    block.height = in.uint("height");
    const std::size_t leaves = in.array(kMaxLeaves, "leaves");
    for (std::size_t i = 0; i < leaves && in.ok(); ++i) block.leaves.push_back(base::to_bytes(in.bytes(kMaxLeafBytes, "leaves")));
    block.writes = read_writes(in);
    block.appends = read_appends(in);
    const BytesView seal = in.item("seal");
    PLACET_TRY(in.finish());
    PLACET_TRY_ASSIGN(block.seal, decode_certificate(seal));
    return block;
}

}  // namespace placet::types
