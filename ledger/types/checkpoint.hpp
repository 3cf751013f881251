// The seal: after execution every validator signs a checkpoint over the log's new root; q equal votes seal the block
// (consensus.md, Sealing). A certificate is a body, a bitmap, and exactly the signatures the bitmap names.
#pragma once

#include <vector>

#include "ledger/types/genesis.hpp"

namespace placet::types {

/// What a checkpoint signature covers: "placet/checkpoint/1" ‖ [genesis hash, epoch, height, size, root, block_time_ms].
struct CheckpointBody {
    Epoch epoch = 0;
    Height height = 0;
    std::uint64_t size = 0;  ///< leaves in the log, this block's commit leaf included
    Hash root;               ///< RFC 6962 root over those leaves
    TimeMs block_time_ms = 0;
    bool operator==(const CheckpointBody&) const = default;
};

/// tagged_hash("placet/checkpoint/1", [genesis, epoch, height, size, root, block_time_ms])
[[nodiscard]] Hash checkpoint_digest(const Hash& genesis, const CheckpointBody& body) noexcept;

struct QuorumCertificate {
    CheckpointBody body;
    std::uint64_t signers = 0;                   ///< bit i = ReplicaId i; exactly q bits
    std::vector<crypto::Signature> signatures;   ///< ascending by signer, one per bit
    bool operator==(const QuorumCertificate&) const = default;
};

/// [epoch, height, size, root, block_time_ms, signers, [* signature]]
[[nodiscard]] Bytes encode(const QuorumCertificate& certificate);
[[nodiscard]] Result<QuorumCertificate> decode_certificate(BytesView bytes);

/// Exactly q signers of `set`, each signature verified, epoch equal (invalid_proof, invalid_signature). q × 50 µs.
[[nodiscard]] Status verify(const QuorumCertificate& certificate, const ValidatorSet& set, const Hash& genesis);

/// C2SP tlog-checkpoint text: "<chain>/<first 16 octets of genesis hash in hex>/<validator>\n<size>\n<base64 root>\n".
[[nodiscard]] std::string checkpoint_text(std::string_view origin, const CheckpointBody& body);

}  // namespace placet::types
