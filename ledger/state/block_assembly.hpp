// From executed effects to a complete unsealed block, and the check of a block that others made. Pure: no I/O, no
// clock. Both ways end in the same code, so a node that follows arrives at the same roots as one that executed.
//
//   assemble:    ExecutedBlock + previous head  → leaves, sub-log rows, map root, commit leaf, log root → what to vote
//   on check_block: BlockRecord   + previous head  → the same, compared with the record's own commit leaf, rows and
//   seal
//
// A record's `writes` are the contracts' entries alone. The heads of sub-logs follow from its `appends` and are never
// sent. Genesis is height 0: one commit leaf whose `previous` is the genesis hash, no seal.
#pragma once

#include <map>
#include <vector>

#include "ledger/state/chain_head.hpp"
#include "ledger/state/effects.hpp"
#include "ledger/types/checkpoint.hpp"

namespace placet::state {

struct UnsealedBlock {
    types::BlockRecord record;  ///< seal: the body to vote on, no signers, no signatures
    types::CommitLeaf commit;
    std::vector<crypto::Hash> leaf_hashes;           ///< RFC 6962, one per leaf of the record
    std::vector<types::TransactionId> transactions;  ///< one per event leaf, in order
    std::vector<types::StateWrite>
        map_writes;  ///< the record's writes and the heads of grown sub-logs, ascending by key
    std::map<base::Bytes, merkle::Frontier>
        sub_logs;    ///< those that grew, by encoded index key, as they stand after the block
    ChainHead head;  ///< after this block

    [[nodiscard]] const types::CheckpointBody& body() const noexcept { return record.seal.body; }
    /// Index in the log of this block's first leaf.
    [[nodiscard]] std::uint64_t first_leaf() const noexcept { return body().size - record.leaves.size(); }
};

/// Height 0 of a chain. `writes` are the entries the rules start with (contracts computes them from the genesis file).
[[nodiscard]] base::Result<UnsealedBlock> assemble_genesis(const types::Genesis& genesis,
                                                           std::vector<types::StateWrite> writes);

/// The block after `head`. Refuses (invalid_value; a bug of the rules) a height or time that does not follow, reserved
/// keys, keys or values that are not canonical CBOR, and appends out of order. `sub_logs` reads as of `head`.
[[nodiscard]] base::Result<UnsealedBlock> assemble(const ExecutedBlock& block, const ChainHead& head,
                                                   const SubLogReader& sub_logs);

/// Checks everything in a received record but the signatures of its seal (types::verify), and says exactly what is
/// wrong: invalid_proof with the element in `field`. `genesis` is the genesis hash, under which transaction ids are
/// made.
[[nodiscard]] base::Result<UnsealedBlock> check_block(const types::BlockRecord& record, const ChainHead& head,
                                                      const SubLogReader& sub_logs, const crypto::Hash& genesis);
/// check_block, and the seal: the set's hash is the one the previous commit leaf announced, q signatures verify.
[[nodiscard]] base::Status verify_seal(const types::BlockRecord& record, const ChainHead& previous,
                                       const types::ValidatorSet& set, const crypto::Hash& genesis);

}  // namespace placet::state
