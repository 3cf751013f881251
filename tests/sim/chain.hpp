// A toy ledger behind a simulated node: executes proposals over a running root, as overlays until they are sealed. A
// transaction that was executed before has no second effect. No code of ledger/ or contracts/.
#pragma once

#include <memory>
#include <unordered_set>

#include "consensus/effects.hpp"

namespace placet::sim {

struct Block {
    types::Height height = 0;
    std::vector<std::uint64_t> transactions;  ///< those that had effect
    std::vector<std::uint64_t> refused;       ///< those that came after their expiry: a receipt too
    types::CheckpointBody body;
    types::QuorumCertificate seal;                              ///< empty while an overlay
    [[nodiscard]] std::vector<std::uint64_t> receipts() const;  ///< of both kinds
};
using BlockPtr = std::shared_ptr<const Block>;

class Chain {
public:
    /// Executes over the last overlay. `corrupt` changes the root: a broken machine.
    enum class Machine : std::uint8_t { sound, corrupt };
    const Block& execute(const consensus::Deliver& delivery, Machine machine = Machine::sound);
    /// The lowest overlay becomes sealed. Its height must be that of the certificate.
    BlockPtr seal(const types::QuorumCertificate& certificate);
    /// Appends a block sealed elsewhere.
    void install(const BlockPtr& block);
    void drop_overlays();
    /// A crash left only blocks up to `height`.
    void truncate(types::Height height);

    [[nodiscard]] types::Height sealed() const noexcept { return sealed_.size(); }
    [[nodiscard]] types::Height executed() const noexcept { return sealed_.size() + overlays_.size(); }
    [[nodiscard]] const BlockPtr& at(types::Height height) const { return sealed_.at(height - 1); }
    [[nodiscard]] std::optional<types::QuorumCertificate> last_seal() const;
    [[nodiscard]] bool has_sealed(std::uint64_t transaction) const {
        return sealed_transactions_.contains(transaction);
    }

private:
    std::vector<BlockPtr> sealed_;
    std::vector<Block> overlays_;
    std::unordered_set<std::uint64_t> sealed_transactions_;
    std::unordered_set<std::uint64_t> overlay_transactions_;
};

}  // namespace placet::sim
