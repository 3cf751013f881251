// Index keys, heads and rows of sub-logs: their canonical encodings.
#include "ledger/state/index_key.hpp"

#include "ledger/base/assert.hpp"
#include "ledger/base/cbor.hpp"

namespace placet::state {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::Result;
using base::cbor::ItemType;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::string_view kHeadPrefix = "index";

void write_id(Writer& writer, const IndexKey& key) {
    if (has_binary_id(key.kind))
        writer.bytes(key.id);
    else
        writer.text(base::as_text(key.id));
}

IndexKey binary_key(IndexKind kind, BytesView id) {
    ASSERT(has_binary_id(kind), "an index key of this kind has a text");
    return {kind, base::to_bytes(id)};
}

void write_hash_pair(Writer& writer, std::uint64_t count, const crypto::Hash& root) {
    writer.uint(count).bytes(root.view());
}

}  // namespace

IndexKey index_key(IndexKind kind, const types::Pseudonym& pseudonym) {
    return binary_key(kind, pseudonym.view());
}
IndexKey index_key(IndexKind kind, const crypto::Hash& id) {
    return binary_key(kind, id.view());
}

IndexKey index_key(IndexKind kind, std::string_view id) {
    ASSERT(!has_binary_id(kind), "an index key of this kind has 32 octets");
    ASSERT(!id.empty() && id.size() <= kMaxIndexIdBytes, "the id of an index key has 1 to 128 octets");
    return {kind, base::to_bytes(id)};
}

Bytes encode(const IndexKey& key) {
    Writer writer;
    writer.array(2).uint(static_cast<std::uint64_t>(key.kind));
    write_id(writer, key);
    return std::move(writer).take();
}

Result<IndexKey> decode_index_key(BytesView bytes) {
    Reader reader(bytes);
    IndexKey key;
    reader.array_of(2, "index key");
    const std::uint64_t kind = reader.uint("index kind");
    if (reader.ok() && (kind < 1 || kind > static_cast<std::uint64_t>(IndexKind::trail_read_at)))
        reader.fail(ErrorCode::unsupported, "index kind " + std::to_string(kind) + " is not known", "index kind");
    key.kind = static_cast<IndexKind>(kind);
    if (reader.ok() && has_binary_id(key.kind)) {
        key.id = base::to_bytes(reader.fixed<crypto::Hash>("index id").view());
    } else {
        key.id = base::to_bytes(reader.text(kMaxIndexIdBytes, "index id"));
        if (reader.ok() && key.id.empty()) reader.fail(ErrorCode::invalid_value, "is empty", "index id");
    }
    PLACET_TRY(reader.finish());
    return key;
}

Bytes head_key(BytesView encoded_index_key) {
    ASSERT(!encoded_index_key.empty() && encoded_index_key[0] == 0x82, "an encoded index key is an array of two items");
    Writer writer;
    writer.array(4).text(kHeadPrefix).uint(kIndexVersion).raw(encoded_index_key.subspan(1));
    return std::move(writer).take();
}

Bytes head_key(const IndexKey& key) {
    return head_key(encode(key));
}

bool is_reserved_key(BytesView map_key) noexcept {
    if (map_key.empty()) return false;
    Reader reader(map_key);
    if (reader.peek() == ItemType::array) {
        if (reader.array(16, "key") == 0) return false;
    }
    return reader.peek() == ItemType::text && reader.text(map_key.size(), "key") == kHeadPrefix;
}

Bytes encode(const SubLogHead& head) {
    Writer writer;
    writer.array(2);
    write_hash_pair(writer, head.count, head.root);
    return std::move(writer).take();
}

Result<SubLogHead> decode_sub_log_head(BytesView bytes) {
    Reader reader(bytes);
    SubLogHead head;
    reader.array_of(2, "sub-log head");
    head.count = reader.uint("count");
    head.root = reader.fixed<crypto::Hash>("root");
    PLACET_TRY(reader.finish());
    return head;
}

Bytes encode(const IndexRow& row) {
    Writer writer;
    writer.array(row.active ? 6 : 4)
        .uint(row.leaf_index)
        .uint(row.row)
        .uint(row.block_time_ms)
        .bytes(row.leaf_hash.view());
    if (row.active) write_hash_pair(writer, row.active->count, row.active->root);
    return std::move(writer).take();
}

Result<IndexRow> decode_index_row(BytesView bytes) {
    Reader reader(bytes);
    IndexRow row;
    const std::size_t items = reader.array(6, "row");
    if (reader.ok() && items != 4 && items != 6)
        reader.fail(ErrorCode::malformed, "a row has four or six items", "row");
    row.leaf_index = reader.uint("leaf index");
    row.row = reader.uint("row");
    row.block_time_ms = reader.uint("block time");
    row.leaf_hash = reader.fixed<crypto::Hash>("leaf hash");
    if (items == 6) {
        ActiveSet active;
        active.count = reader.uint("active count");
        active.root = reader.fixed<crypto::Hash>("active root");
        row.active = active;
    }
    PLACET_TRY(reader.finish());
    return row;
}

}  // namespace placet::state
