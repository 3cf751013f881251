// What a replica must not forget: the records of the durable log, how they are written, and how a replica is rebuilt from them.
// The driver stores key → value in order of Persist (one synced stream) and hands everything back at start. A key replaces.
//
//   key   = kind(1) ‖ seq(8, big-endian) ‖ discriminator (view, 8, big-endian; digest, 32; or nothing)
//   value = one canonical CBOR item
//
//   | kind | key after kind | value | durable before |
//   |---|---|---|---|
//   | identity       | 0, SHA-256 of the vote key's text | [genesis, vote key] | placet init: the empty guard, made with the key |
//   | body           | seq, digest      | proposal                     | Prepare, PrePrepare, Deliver |
//   | assignment     | seq, view        | pre_prepare Vote             | PrePrepare (primary), Prepare |
//   | prepared       | seq, view        | PreparedCertificate          | Commit |
//   | committed      | seq              | CommitCertificate            | Deliver |
//   | checkpoint     | seq              | Checkpoint (mine)            | Checkpoint |
//   | seal           | height           | QuorumCertificate            | Prepare of height + window |
//   | view_change    | 0                | ViewChange, exact bytes      | ViewChange |
//   | new_view       | 0                | NewView, exact bytes         | NewView, any vote in its view |
//   | guard_mark     | 0                | [epoch, low, [* highest vote by kind], checkpoint height] | Forget; replacing a new_view |
//   | standing       | 0                | [standing, reason, vote key] | silence for ever |
//
// Sequence numbers go on from epoch to epoch, so records of different epochs have different keys but the last three, which the next epoch
// replaces. A core takes what is of its own epoch; a log may hold identities of several vote keys, one after the other.
#pragma once

#include "consensus/messages.hpp"

namespace placet::consensus {

enum class RecordKind : std::uint8_t {
    identity = 1, body = 2, assignment = 3, prepared = 4, committed = 5, checkpoint = 6, seal = 7,
    view_change = 8, new_view = 9, guard_mark = 10, standing = 11,
};

struct Record {
    RecordKind kind = RecordKind::identity;
    base::Bytes key;
    /// Of kind body: the encoded proposal with its parts in the clear. Class E must not reach a disk so: the driver stores body
    /// records with their erasable parts sealed under its own keys, and gives the same bytes back at start.
    base::Bytes value;
    ProposalPtr body;  ///< of kind body only: the same proposal decoded, so that a driver need not
    bool operator==(const Record&) const = default;
};

/// The highest of each kind that was signed, and below what nothing may be signed any more: what the guard keeps of forgotten records.
struct GuardMark {
    Epoch epoch = 0;
    SeqNum low = 0;  ///< no vote for any seq ≤ low
    std::vector<std::pair<View, SeqNum>> highest = std::vector<std::pair<View, SeqNum>>(kVoteKinds);  ///< index = kind − 1
    SeqNum checkpoint = 0;
    bool operator==(const GuardMark&) const = default;
};

/// The record `placet init` writes with a new vote key. A log without it is a lost log.
[[nodiscard]] Record identity_record(const Hash& genesis, const crypto::PublicKey& vote_key);
[[nodiscard]] Record body_record(SeqNum seq, const ProposalPtr& proposal);
[[nodiscard]] Record assignment_record(const Vote& pre_prepare);
[[nodiscard]] Record prepared_record(const PreparedCertificate& certificate);
[[nodiscard]] Record committed_record(const CommitCertificate& certificate);
[[nodiscard]] Record checkpoint_record(const Checkpoint& vote);
[[nodiscard]] Record seal_record(const types::QuorumCertificate& seal);
[[nodiscard]] Record view_change_record(const ViewChange& message);
[[nodiscard]] Record new_view_record(const NewView& message);
[[nodiscard]] Record guard_mark_record(const GuardMark& mark);
[[nodiscard]] Record standing_record(std::uint8_t standing, std::string_view reason, const crypto::PublicKey& vote_key);

/// The key ranges [first, last) that Forget{through} deletes: body to seal, seq ≤ through. Everything else stays.
[[nodiscard]] std::vector<std::pair<base::Bytes, base::Bytes>> forget_ranges(SeqNum through);
[[nodiscard]] RecordKind kind_of(base::BytesView key) noexcept;

/// One slot as the log has it.
struct RecoveredSlot {
    std::vector<ProposalPtr> bodies;
    std::vector<Vote> assignments;  ///< ascending by view
    std::optional<PreparedCertificate> prepared;  ///< of the highest view
    std::vector<PreparedCertificate> all_prepared;
    std::optional<CommitCertificate> committed;
    std::optional<Checkpoint> checkpoint;
    std::optional<types::QuorumCertificate> seal;
};

/// Everything a replica starts from.
struct RecoveredState {
    bool has_identity = false;
    std::vector<std::pair<SeqNum, RecoveredSlot>> slots;  ///< ascending
    std::optional<ViewChange> view_change;
    std::optional<NewView> new_view;
    GuardMark mark;
    std::uint8_t standing = 0;  ///< Standing as written of this vote key; 0 = none
    std::string standing_reason;
    std::optional<types::QuorumCertificate> sealed;  ///< where the block store stands; none = genesis
};

/// Rebuilds from the log's (key, value) pairs in any order and the store's last seal. corrupt: a record that does not decode,
/// or of another genesis: the node must stop and say so. A log without an identity of this key is a lost log, not a corrupt one.
[[nodiscard]] base::Result<RecoveredState> recover(const std::vector<std::pair<base::Bytes, base::Bytes>>& records,
                                                   const std::optional<types::QuorumCertificate>& sealed, const Hash& genesis,
                                                   const crypto::PublicKey& vote_key);

}  // namespace placet::consensus
