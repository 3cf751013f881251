// The rows of an access batch: encoding and root.
#include "contracts/access/rows.hpp"

#include "contracts/access/commands.hpp"
#include "contracts/common/merkle_root.hpp"

namespace placet::contracts::access {

Bytes encode_rows(std::span<const AccessRow> rows) {
    base::cbor::Writer writer;
    writer.array(rows.size());
    for (const auto& row : rows) writer.bytes(encode(row));
    return std::move(writer).take();
}

Result<std::vector<AccessRow>> decode_rows(BytesView payload) {
    constexpr std::size_t kMaxRowBytes = 640;
    base::cbor::Reader reader(payload);
    std::vector<AccessRow> rows;
    const std::size_t count = reader.array(kMaxRowsPerBatch, "rows");
    for (std::size_t i = 0; i < count && reader.ok(); ++i) {
        const BytesView octets = reader.bytes(kMaxRowBytes, "row");
        if (!reader.ok()) break;
        PLACET_TRY_ASSIGN(AccessRow row, decode<AccessRow>(octets));
        rows.push_back(std::move(row));
    }
    PLACET_TRY(reader.finish());
    return rows;
}

Hash rows_root(std::span<const AccessRow> rows) {
    std::vector<Bytes> leaves;
    leaves.reserve(rows.size());
    for (const auto& row : rows) leaves.push_back(encode(row));
    return merkle_root(leaves);
}

}  // namespace placet::contracts::access
