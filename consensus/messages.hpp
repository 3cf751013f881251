// What replicas say to each other: Castro & Liskov's messages, and those that heal gaps and check a start. Each is signed with
// the sender's vote key (Checkpoint with the checkpoint key), but those that prove themselves: Decision and Seal are
// certificates, Body answers a digest that was asked for. Values only; a Message becomes an event only through Verifier
// (verifier.hpp). Wire: one canonical CBOR item [type, …]; docs in README.md.
#pragma once

#include <variant>

#include "consensus/certificates.hpp"

namespace placet::consensus {

using ProposalPtr = std::shared_ptr<const types::Proposal>;

/// The primary's assignment of a proposal to (view, seq). `vote.digest` is recomputed from the proposal on decode.
struct PrePrepare {
    Vote vote;
    ProposalPtr proposal;                             ///< never null: null requests travel in NewView only
    std::optional<types::QuorumCertificate> base_seal;  ///< for seq > window: the seal of seq − window or higher
};
struct Prepare {
    Vote vote;
};
struct Commit {
    Vote vote;
};
/// A vote on the state after executing `body.height`, over types::checkpoint_digest, with the checkpoint key.
struct Checkpoint {
    types::CheckpointBody body;
    ReplicaId signer = 0;
    Signature signature;
    bool operator==(const Checkpoint&) const = default;
};
/// "I leave every view below vote.view": my highest durable seal and what I prepared above it. vote.digest covers both.
struct ViewChange {
    Vote vote;
    std::optional<types::QuorumCertificate> base;  ///< none = genesis
    std::vector<PreparedCertificate> prepared;     ///< ascending by seq, within window of base, views below vote.view
    bool operator==(const ViewChange&) const = default;
};
/// q view-changes for one view, and the new primary's pre-prepare votes for the slots its plan carries (new_view_plan.hpp).
struct NewView {
    Vote vote;
    std::vector<ViewChange> view_changes;  ///< exactly q, ascending by signer
    std::vector<Vote> carried;             ///< pre_prepare votes, ascending by seq, without a gap
    bool operator==(const NewView&) const = default;
};
/// Where I am. Peers answer with what I lack (consensus.md, Retransmission). Bit i of a bitmap = seq sealed + 1 + i.
struct Status {
    Epoch epoch = 0;
    ReplicaId sender = 0;
    View view = 0;              ///< the view I am in or moving to
    bool active = false;        ///< false while I wait for that view's NewView
    SeqNum sealed = 0;
    std::uint64_t assigned = 0;   ///< slots of which I hold the pre-prepare of `view` and its body
    std::uint64_t prepared = 0;
    std::uint64_t committed = 0;
    std::vector<View> view_changes;  ///< by ReplicaId: the highest view-change I hold of each; n items
    Signature signature;
};
/// A decided slot, for who missed it. `proposal` null = a null request, or a body left out because the receiver has it or can fetch it.
struct Decision {
    CommitCertificate certificate;
    ProposalPtr proposal;
};
/// A seal, for who missed votes.
struct Seal {
    types::QuorumCertificate certificate;
};
struct FetchBody {
    Epoch epoch = 0;
    ReplicaId sender = 0;
    SeqNum seq = 0;
    Hash digest;
    Signature signature;
};
struct Body {
    SeqNum seq = 0;
    Hash digest;  ///< recomputed on decode, not on the wire
    ProposalPtr proposal;
};

struct NonceTag {};
using Nonce = base::FixedBytes<32, NonceTag>;
/// Start-up check: "what did I sign, as far as you know?" (consensus.md, Lost or rolled-back disk).
struct Question {
    Epoch epoch = 0;
    ReplicaId sender = 0;
    Nonce nonce;
    Signature signature;
};
/// The highest votes of `asker` that the sender holds, by kind, and its highest checkpoint vote.
struct Answer {
    Epoch epoch = 0;
    ReplicaId sender = 0;
    ReplicaId asker = 0;
    Nonce nonce;
    std::vector<Vote> votes;  ///< ascending by kind, at most one each
    std::optional<Checkpoint> checkpoint;
    Signature signature;
};

using Message = std::variant<PrePrepare, Prepare, Commit, Checkpoint, ViewChange, NewView, Status, Decision, Seal, FetchBody, Body,
                             Question, Answer>;
/// Messages are shared, never changed: a broadcast costs one.
using MessagePtr = std::shared_ptr<const Message>;

/// Largest encoded message: a proposal and the certificates around it.
inline constexpr std::size_t kMaxMessageBytes = types::kMaxProposalBytes + 1024 * 1024;

[[nodiscard]] base::Bytes encode(const Message& message);
/// Total and bounded. Recomputes every proposal digest: a message whose digest is not its content's is refused (invalid_proof).
[[nodiscard]] base::Result<Message> decode_message(base::BytesView bytes);
/// As above for exact bytes kept in records.
[[nodiscard]] base::Bytes encode(const ViewChange& message);
[[nodiscard]] base::Bytes encode(const NewView& message);

/// The digest of a proposal, or null_digest() for a null request.
[[nodiscard]] Hash digest_of(const ProposalPtr& proposal) noexcept;
/// What vote.digest of a view-change or new-view must be: tagged_hash("placet/view-change-content/1" or "placet/new-view-content/1", its
/// content's item).
[[nodiscard]] Hash content_digest(const ViewChange& message) noexcept;
[[nodiscard]] Hash content_digest(const NewView& message) noexcept;
/// What the vote key signs of messages that are no votes: tagged_hash("placet/status/1" …, [genesis, all fields but the signature]).
[[nodiscard]] Hash signing_digest(const Hash& genesis, const Status& message) noexcept;
[[nodiscard]] Hash signing_digest(const Hash& genesis, const FetchBody& message) noexcept;
[[nodiscard]] Hash signing_digest(const Hash& genesis, const Question& message) noexcept;
[[nodiscard]] Hash signing_digest(const Hash& genesis, const Answer& message) noexcept;

/// "pre_prepare", "status", … for traces and metrics.
[[nodiscard]] std::string_view name_of(const Message& message) noexcept;
/// Of which epoch it is; none for a Body, which answers a digest.
[[nodiscard]] std::optional<Epoch> epoch_of(const Message& message) noexcept;
/// Who says it: the signer, or none for what proves itself.
[[nodiscard]] std::optional<ReplicaId> sender_of(const Message& message) noexcept;

}  // namespace placet::consensus
