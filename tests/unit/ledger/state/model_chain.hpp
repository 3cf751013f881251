// A chain for tests: random blocks with real signatures, and a naive model beside it that recomputes every root from
// nothing (RFC 6962 over all leaves, the sparse map by its definition) and never looks at the code under test.
#pragma once

#include <map>
#include <random>
#include <vector>

#include "ledger/crypto/keys.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/state/block_assembly.hpp"
#include "ledger/state/unsealed_overlay.hpp"

namespace placet::test {

using base::Bytes;
using base::BytesView;
using crypto::Hash;

/// RFC 9162 §2.1.1, word for word.
Hash naive_log_root(const std::vector<Hash>& leaves, std::size_t first, std::size_t count);
/// The sparse map by its definition, over (path, leaf hash) pairs.
Hash naive_map_root(const std::map<Bytes, Bytes>& entries);

/// A genesis of four validators whose keys the test holds.
struct TestNetwork {
    TestNetwork();
    types::Genesis genesis;
    Hash genesis_hash;
    std::vector<crypto::SigningKey> checkpoint_keys;
    crypto::SigningKey client = crypto::SigningKey::generate();

    /// A certificate of the first q validators.
    [[nodiscard]] types::QuorumCertificate seal(const types::CheckpointBody& body) const;
};

/// Draws blocks and follows them with the naive model.
class ModelChain {
public:
    ModelChain(const TestNetwork& network, std::uint64_t seed);

    /// What genesis writes; the model starts with them.
    [[nodiscard]] static std::vector<types::StateWrite> genesis_writes();
    /// A random block after `head`: 0 to 12 transactions, writes, removals, rows.
    [[nodiscard]] state::ExecutedBlock draw(const state::ChainHead& head);
    /// Takes an assembled block into the model.
    void take(const state::UnsealedBlock& block);

    [[nodiscard]] Hash log_root() const { return naive_log_root(leaf_hashes, 0, leaf_hashes.size()); }
    [[nodiscard]] Hash map_root() const { return naive_map_root(entries); }

    std::vector<Bytes> leaves;
    std::vector<Hash> leaf_hashes;
    std::map<Bytes, Bytes> entries;                ///< heads of sub-logs included
    std::map<Bytes, std::vector<Bytes>> sub_logs;  ///< rows by encoded index key
    std::mt19937_64 random;

private:
    const TestNetwork& network_;
};

/// A sealed state in memory, for tests of assembly and overlay without a store.
class MemoryState final : public state::SealedState {
public:
    MemoryState(state::ChainHead head, std::map<Bytes, Bytes> entries, std::map<Bytes, std::vector<Bytes>> sub_logs);
    std::optional<Bytes> get(BytesView key) const override;
    std::optional<Bytes> part(const Hash&) const override { return std::nullopt; }
    void scan(BytesView prefix, const std::function<bool(BytesView, BytesView)>& visit) const override;
    types::Height height() const override { return head_.height; }
    base::TimeMs block_time_ms() const override { return head_.block_time_ms; }
    const state::ChainHead& head() const override { return head_; }
    base::Result<merkle::Frontier> sub_log(BytesView key) const override;

private:
    state::ChainHead head_;
    std::map<Bytes, Bytes> entries_;
    std::map<Bytes, std::vector<Bytes>> sub_logs_;
};

}  // namespace placet::test
