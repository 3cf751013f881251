// Bulk requests between validators, and their answers: sealed blocks with the parts that a validator must hold, and single parts.
// Canonical CBOR:
//   request   [1, from height, most blocks]      answer [* [block record, [* encoded part]]]   ascending without a gap
//             [2, commitment]                    answer encoded part
// Class E travels only here, over mutual TLS, to validators. What is received is checked by who receives it.
#pragma once

#include <memory>

#include "ledger/store/sealed_view.hpp"
#include "ledger/types/proposal.hpp"

namespace placet::node {

struct BlockWithParts {
    base::Bytes record;              ///< encoded types::BlockRecord
    std::vector<base::Bytes> parts;  ///< encoded types::Part, in any order; those that were erased are missing
};

inline constexpr std::uint64_t kMostBlocksPerAnswer = 64;
/// Answers stop before a block that would pass this; the first block always fits a frame.
inline constexpr std::size_t kAnswerBytes = 6 * 1024 * 1024;

[[nodiscard]] base::Bytes encode_block_request(types::Height from, std::uint64_t most);
[[nodiscard]] base::Bytes encode_part_request(const crypto::Hash& commitment);
[[nodiscard]] base::Result<std::vector<BlockWithParts>> decode_blocks(base::BytesView answer);

/// Answers any of the requests above from a sealed height. not_found for what is not there, malformed for what is no request.
[[nodiscard]] base::Result<base::Bytes> answer_request(base::BytesView request, const store::SealedView& view, const crypto::Hash& genesis);

/// The commitments of the parts that a block's transactions name.
[[nodiscard]] base::Result<std::vector<crypto::Hash>> commitments_of(const types::BlockRecord& record, const crypto::Hash& genesis);
/// Ids of the transactions whose event leaves the block holds, in order.
[[nodiscard]] base::Result<std::vector<types::Transaction>> transactions_of(const types::BlockRecord& record, const crypto::Hash& genesis);

}  // namespace placet::node
