// A receipt: what became of a transaction, at which place of the log, and the certificate that seals it. The JSON view
// carries the certificate and the outcome's detail as base64 of their canonical CBOR too, so nothing is lost at the edge.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "ledger/types/checkpoint.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::api::dto {

struct Receipt {
    types::TransactionId transaction;
    types::Height height = 0;
    std::uint64_t leaf_index = 0;
    base::TimeMs block_time_ms = 0;
    types::Outcome outcome;
    types::QuorumCertificate certificate;  ///< of the block at `height`
    bool operator==(const Receipt&) const = default;
};

[[nodiscard]] nlohmann::json to_json(const types::QuorumCertificate& certificate);
[[nodiscard]] nlohmann::json to_json(const Receipt& receipt);
[[nodiscard]] base::Result<Receipt> receipt_from_json(std::string_view text);

}  // namespace placet::api::dto
