// Bulk requests and answers: see block_exchange.hpp.
#include "node/transfer/block_exchange.hpp"

#include "ledger/base/cbor.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;
constexpr std::uint64_t kBlocks = 1;
constexpr std::uint64_t kPart = 2;
constexpr std::size_t kMaxRecordBytes = 15 * 1024 * 1024;
constexpr std::size_t kMaxPartBytes = types::Part::kMaxPayload + 1024;

base::Result<base::Bytes> answer_blocks(types::Height from, std::uint64_t most, const store::SealedView& view, const crypto::Hash& genesis) {
    if (from == 0 || from > view.height()) return base::refuse(ErrorCode::not_found, "no sealed block at that height here", "from");
    std::vector<BlockWithParts> blocks;
    std::size_t bytes = 0;
    for (types::Height height = from; height <= view.height() && blocks.size() < most; ++height) {
        PLACET_TRY_ASSIGN(const auto record, view.block(height));
        BlockWithParts block{encode(record), {}};
        std::size_t size = block.record.size();
        PLACET_TRY_ASSIGN(const auto commitments, commitments_of(record, genesis));
        for (const auto& commitment : commitments)
            if (auto part = view.part(commitment)) {
                size += part->size();
                block.parts.push_back(std::move(*part));
            }
        if (!blocks.empty() && bytes + size > kAnswerBytes) break;
        bytes += size;
        blocks.push_back(std::move(block));
    }
    base::cbor::Writer writer;
    writer.array(blocks.size());
    for (const auto& block : blocks) {
        writer.array(2).bytes(block.record).array(block.parts.size());
        for (const auto& part : block.parts) writer.bytes(part);
    }
    return std::move(writer).take();
}

}  // namespace

base::Bytes encode_block_request(types::Height from, std::uint64_t most) {
    base::cbor::Writer writer;
    writer.array(3).uint(kBlocks).uint(from).uint(most);
    return std::move(writer).take();
}

base::Bytes encode_part_request(const crypto::Hash& commitment) {
    base::cbor::Writer writer;
    writer.array(2).uint(kPart).bytes(commitment.view());
    return std::move(writer).take();
}

base::Result<std::vector<BlockWithParts>> decode_blocks(base::BytesView answer) {
    base::cbor::Reader reader(answer);
    std::vector<BlockWithParts> out;
    const std::size_t blocks = reader.array(kMostBlocksPerAnswer, "blocks");
    for (std::size_t i = 0; i < blocks && reader.ok(); ++i) {
        reader.array_of(2, "block");
        BlockWithParts block;
        block.record = base::to_bytes(reader.bytes(kMaxRecordBytes, "block.record"));
        const std::size_t parts = reader.array(types::kMaxTransactionsPerProposal * types::kMaxPartsPerTransaction, "block.parts");
        for (std::size_t j = 0; j < parts && reader.ok(); ++j) block.parts.push_back(base::to_bytes(reader.bytes(kMaxPartBytes, "block.part")));
        out.push_back(std::move(block));
    }
    PLACET_TRY(reader.finish());
    return out;
}

base::Result<base::Bytes> answer_request(base::BytesView request, const store::SealedView& view, const crypto::Hash& genesis) {
    base::cbor::Reader reader(request);
    const std::size_t items = reader.array(3, "request");
    const std::uint64_t kind = reader.uint("request.kind");
    if (kind == kBlocks && items == 3) {
        const types::Height from = reader.uint("from");
        const std::uint64_t most = reader.uint_at_most(kMostBlocksPerAnswer, "most");
        PLACET_TRY(reader.finish());
        return answer_blocks(from, most, view, genesis);
    }
    if (kind == kPart && items == 2) {
        const auto commitment = reader.fixed<crypto::Hash>("commitment");
        PLACET_TRY(reader.finish());
        auto part = view.part(commitment);
        if (!part) return base::refuse(ErrorCode::not_found, "no such part here", "commitment");
        return std::move(*part);
    }
    PLACET_TRY(reader.finish());
    return base::refuse(ErrorCode::unsupported, "no request that this node knows", "request.kind");
}

base::Result<std::vector<types::Transaction>> transactions_of(const types::BlockRecord& record, const crypto::Hash& genesis) {
    std::vector<types::Transaction> out;
    for (const auto& bytes : record.leaves) {
        PLACET_TRY_ASSIGN(const auto leaf, types::decode_leaf(bytes));
        const auto* event = std::get_if<types::EventLeaf>(&leaf);
        if (event == nullptr) continue;
        PLACET_TRY_ASSIGN(auto transaction, types::decode_transaction(event->transaction, genesis));
        out.push_back(std::move(transaction));
    }
    return out;
}

base::Result<std::vector<crypto::Hash>> commitments_of(const types::BlockRecord& record, const crypto::Hash& genesis) {
    PLACET_TRY_ASSIGN(const auto transactions, transactions_of(record, genesis));
    std::vector<crypto::Hash> out;
    for (const auto& transaction : transactions) out.insert(out.end(), transaction.payload.parts.begin(), transaction.payload.parts.end());
    return out;
}

}  // namespace placet::node
