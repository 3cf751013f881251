// A sealed height, frozen: every answer of one view belongs to the same block. Cheap to take, immutable, safe on any
// thread, and independent of what is appended meanwhile. Holding one for minutes keeps old data from being compacted
// away: take a new one per request.
//
// Points that cannot be read because a file is damaged are told apart from points that do not exist: functions that
// return Result give ErrorCode::corrupt. The three of StateReader and StateScanner cannot say so; a damaged file there
// stops the node (ASSERT with file and height), because a rule must never read "absent" where there is "unreadable".
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "ledger/merkle/proof.hpp"
#include "ledger/state/chain_head.hpp"

namespace placet::store {

class Database;
class PartVault;

/// Where a transaction's leaf stands.
struct TransactionPlace {
    std::uint64_t leaf_index = 0;
    types::Height height = 0;
    bool operator==(const TransactionPlace&) const = default;
};

/// A row of a sub-log with its position there.
struct PlacedRow {
    std::uint64_t position = 0;  ///< from 0 in the sub-log
    base::Bytes row;             ///< state::IndexRow, encoded
    bool operator==(const PlacedRow&) const = default;
};

class SealedView final : public state::SealedState, public merkle::HashSource {
public:
    ~SealedView() override;
    SealedView(const SealedView&) = delete;
    SealedView& operator=(const SealedView&) = delete;

    // StateReader, StateScanner, SealedState
    [[nodiscard]] std::optional<base::Bytes> get(base::BytesView key) const override;
    /// Decrypted and checked against `commitment`. Not frozen: a part that arrived or was erased later shows as it is
    /// now.
    [[nodiscard]] std::optional<base::Bytes> part(const crypto::Hash& commitment) const override;
    void scan(base::BytesView prefix,
              const std::function<bool(base::BytesView, base::BytesView)>& visit) const override;
    [[nodiscard]] types::Height height() const override { return head_.height; }
    [[nodiscard]] base::TimeMs block_time_ms() const override { return head_.block_time_ms; }
    [[nodiscard]] const state::ChainHead& head() const override { return head_; }
    [[nodiscard]] base::Result<merkle::Frontier> sub_log(base::BytesView encoded_index_key) const override;

    /// Leaves in the log.
    [[nodiscard]] std::uint64_t size() const noexcept { return head_.log.size(); }
    /// not_found at or beyond size().
    [[nodiscard]] base::Result<base::Bytes> leaf(std::uint64_t index) const;
    /// The whole record, leaves included; not_found above height(). Genesis has an empty seal.
    [[nodiscard]] base::Result<types::BlockRecord> block(types::Height height) const;
    /// The seal of `height`; not_found for 0 and above height().
    [[nodiscard]] base::Result<types::QuorumCertificate> certificate(types::Height height) const;
    /// The leaves [first, first + count) of the block at `height`.
    struct LeafRange {
        std::uint64_t first = 0;
        std::uint64_t count = 0;
    };
    [[nodiscard]] base::Result<LeafRange> leaves_of(types::Height height) const;
    [[nodiscard]] base::Result<types::CommitLeaf> commit_leaf(types::Height height) const;
    /// The highest block whose time is at or before `time_ms`; not_found before genesis.
    [[nodiscard]] base::Result<types::Height> height_at(base::TimeMs time_ms) const;
    /// The highest sealed block whose seal is of `epoch` or an earlier one; 0 if there is none.
    [[nodiscard]] base::Result<types::Height> last_of_epoch(types::Epoch epoch) const;
    /// not_found for a transaction that has no leaf (yet).
    [[nodiscard]] base::Result<TransactionPlace> transaction(const types::TransactionId& id) const;

    /// At most `limit` rows of a sub-log from position `first` on, ascending. Empty beyond its end.
    [[nodiscard]] base::Result<std::vector<PlacedRow>> rows(base::BytesView encoded_index_key, std::uint64_t first,
                                                            std::size_t limit) const;
    /// Position of the first row whose block time is at or after `time_ms`; the count of rows if there is none.
    [[nodiscard]] base::Result<std::uint64_t> first_row_at(base::BytesView encoded_index_key,
                                                           base::TimeMs time_ms) const;
    /// Proof that the map of head() holds, or does not hold, `key`.
    [[nodiscard]] state::MapProof prove_entry(base::BytesView key) const { return head_.map.prove(key); }

    /// merkle::HashSource over the log, for inclusion and consistency proofs up to size().
    [[nodiscard]] base::Result<crypto::Hash> subtree(unsigned level, std::uint64_t index) const override;
    /// A C2SP tile: hashes [256·index, …) of `level` × 8, at most 256 of them; not_found beyond the log.
    [[nodiscard]] base::Result<std::vector<crypto::Hash>> tile(unsigned level, std::uint64_t index) const;

private:
    friend class Store;
    SealedView(std::shared_ptr<const Database> database, std::shared_ptr<const PartVault> vault, state::ChainHead head);
    struct Frozen;
    std::unique_ptr<Frozen> frozen_;
    state::ChainHead head_;
};

}  // namespace placet::store
