// Keys and values of the columns.
#include "ledger/store/layout.hpp"

#include "ledger/base/assert.hpp"
#include "ledger/base/cbor.hpp"

namespace placet::store {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::size_t kMaxFrontierBytes = 4096;
constexpr std::size_t kMaxRecordBytes = 1ULL << 32;
constexpr std::size_t kMaxNameBytes = 256;

void append_number(Bytes& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(number >> shift));
}

}  // namespace

Bytes number_key(std::uint64_t number) {
    Bytes out;
    append_number(out, number);
    return out;
}

std::uint64_t number_of_key(BytesView key) noexcept {
    std::uint64_t number = 0;
    if (key.size() == 8)
        for (const std::uint8_t octet : key) number = number << 8 | octet;
    return number;
}

Bytes tile_key(unsigned level, std::uint64_t index) {
    Bytes out{static_cast<std::uint8_t>(level)};
    append_number(out, index);
    return out;
}

Bytes row_key(BytesView encoded_index_key, std::uint64_t position) {
    Bytes out{static_cast<std::uint8_t>(encoded_index_key.size() >> 8),
              static_cast<std::uint8_t>(encoded_index_key.size())};
    base::append(out, encoded_index_key);
    append_number(out, position);
    return out;
}

Bytes record_key(const RecordKey& key) {
    ASSERT(key.name.size() <= kMaxNameBytes, "the name of a record has at most 256 octets");
    Bytes out{key.kind};
    append_number(out, key.sequence);
    base::append(out, key.name);
    return out;
}

Result<RecordKey> decode_record_key(RecordColumn column, BytesView bytes) {
    if (bytes.size() < 9) return refuse(ErrorCode::corrupt, "the key of a record is too short", "record");
    return RecordKey{column, bytes[0], number_of_key(bytes.subspan(1, 8)), base::to_bytes(bytes.subspan(9))};
}

Bytes encode(const StoredHead& head) {
    Writer writer;
    writer.array(2).uint(head.height).bytes(head.log.encode());
    return std::move(writer).take();
}

Result<StoredHead> decode_head(BytesView bytes) {
    Reader reader(bytes);
    StoredHead head;
    reader.array_of(2, "head");
    head.height = reader.uint("height");
    const BytesView frontier = reader.bytes(kMaxFrontierBytes, "frontier");
    PLACET_TRY(reader.finish());
    PLACET_TRY_ASSIGN(head.log, merkle::Frontier::decode(frontier));
    return head;
}

Bytes encode(const StoredBlock& block) {
    Writer writer;
    writer.array(4).uint(block.first_leaf).uint(block.leaves).raw(types::encode(block.seal)).bytes(block.record);
    return std::move(writer).take();
}

Result<StoredBlock> decode_stored_block(BytesView bytes) {
    Reader reader(bytes);
    StoredBlock block;
    reader.array_of(4, "block");
    block.first_leaf = reader.uint("first leaf");
    block.leaves = reader.uint("leaves");
    const BytesView seal = reader.item("seal");
    block.record = base::to_bytes(reader.bytes(kMaxRecordBytes, "record"));
    PLACET_TRY(reader.finish());
    PLACET_TRY_ASSIGN(block.seal, types::decode_certificate(seal));
    return block;
}

Bytes encode_place(std::uint64_t leaf_index, types::Height height) {
    Writer writer;
    writer.array(2).uint(leaf_index).uint(height);
    return std::move(writer).take();
}

Status decode_place(BytesView bytes, std::uint64_t& leaf_index, types::Height& height) {
    Reader reader(bytes);
    reader.array_of(2, "place");
    leaf_index = reader.uint("leaf index");
    height = reader.uint("height");
    return reader.finish();
}

Bytes encode_tile(std::span<const crypto::Hash> hashes) {
    Bytes out;
    out.reserve(hashes.size() * crypto::Hash::kSize);
    for (const crypto::Hash& hash : hashes) base::append(out, hash.view());
    return out;
}

Result<std::vector<crypto::Hash>> decode_tile(BytesView bytes) {
    if (bytes.empty() || bytes.size() % crypto::Hash::kSize != 0 ||
        bytes.size() > merkle::kTileWidth * crypto::Hash::kSize)
        return refuse(ErrorCode::corrupt, "a tile has 1 to 256 hashes", "tile");
    std::vector<crypto::Hash> out;
    out.reserve(bytes.size() / crypto::Hash::kSize);
    for (std::size_t at = 0; at < bytes.size(); at += crypto::Hash::kSize)
        out.push_back(crypto::Hash::copy_of(bytes.subspan(at, crypto::Hash::kSize)));
    return out;
}

}  // namespace placet::store
