// A toy ledger whose state is a validator set: transactions add, remove and rotate validators, and take effect where an epoch ends. No code of
// ledger/ or contracts/ but the plain types. Deterministic: equal blocks give equal states on every node.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "consensus/replica.hpp"

namespace placet::epochs {

using consensus::SeqNum;
using crypto::Hash;
using types::Epoch;

inline constexpr std::size_t kPool = 8;  ///< machines that may be validators

/// A transaction is a number. Those with a change in them: see change_transaction.
using Transaction = std::uint64_t;
enum class Change : std::uint8_t { none, add, remove, rotate };
[[nodiscard]] Transaction change_transaction(Change change, std::size_t machine, unsigned generation, std::uint64_t salt);
[[nodiscard]] constexpr bool is_change(Transaction transaction) noexcept { return transaction >> 56 != 0; }
[[nodiscard]] types::Submission submission_of(Transaction transaction);
[[nodiscard]] std::optional<Transaction> transaction_of(const types::Submission& submission);

/// The keys of a machine's generation; a rotation takes the next one.
[[nodiscard]] types::Validator validator(std::size_t machine, unsigned generation);
[[nodiscard]] std::size_t machine_of(const types::Validator& validator);
[[nodiscard]] unsigned generation_of(const types::Validator& validator);
[[nodiscard]] consensus::Signature fake_sign(const crypto::PublicKey& key, const Hash& digest);

/// Who seals the next block.
struct Membership {
    types::ValidatorSet set;
    SeqNum base = 0;                        ///< last height of the epoch before
    std::optional<SeqNum> last;             ///< where this epoch ends
    std::vector<types::Validator> next;     ///< of the next epoch, if it ends
    bool operator==(const Membership&) const = default;
};

struct Block {
    SeqNum height = 0;
    std::vector<Transaction> transactions;  ///< those that had effect
    types::CheckpointBody body;
    types::QuorumCertificate seal;          ///< empty while it is an overlay
    Membership after;
};
using BlockPtr = std::shared_ptr<const Block>;

class Ledger {
public:
    Ledger(Membership genesis, SeqNum stride, SeqNum window);

    /// Executes over the last overlay.
    const Block& execute(const consensus::Deliver& delivery);
    BlockPtr seal(const types::QuorumCertificate& certificate);
    void install(const BlockPtr& block);
    void drop_overlays();
    void truncate(SeqNum height);

    [[nodiscard]] SeqNum sealed() const noexcept { return sealed_.size(); }
    [[nodiscard]] SeqNum executed() const noexcept { return sealed_.size() + overlays_.size(); }
    [[nodiscard]] const BlockPtr& at(SeqNum height) const { return sealed_.at(height - 1); }
    [[nodiscard]] const Membership& membership() const { return sealed_.empty() ? genesis_ : sealed_.back()->after; }
    /// As membership() after `height`.
    [[nodiscard]] const Membership& membership_at(SeqNum height) const { return height == 0 ? genesis_ : sealed_.at(height - 1)->after; }
    [[nodiscard]] std::optional<types::QuorumCertificate> last_seal() const;
    [[nodiscard]] bool has(Transaction transaction) const { return done_.contains(transaction); }

private:
    void apply(Transaction transaction, Block& block) const;

    Membership genesis_;
    SeqNum stride_;
    SeqNum window_;
    std::vector<BlockPtr> sealed_;
    std::vector<Block> overlays_;
    std::set<Transaction> done_;
};

}  // namespace placet::epochs
