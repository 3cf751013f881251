// Votes and what q of them prove. A Vote is one signed statement about (epoch, view, seq, digest); two different ones by
// one signer for the same (kind, epoch, view, seq) are evidence. Certificates carry a bitmap and exactly the signatures it names.
// Values only: nobody owns them, any thread may read them. Signatures are checked by Verifier (verifier.hpp), never here.
#pragma once

#include <memory>
#include <vector>

#include "ledger/base/cbor.hpp"
#include "ledger/types/checkpoint.hpp"
#include "ledger/types/proposal.hpp"

namespace placet::consensus {

using crypto::Hash;
using crypto::Signature;
using types::Epoch;
using types::ReplicaId;
using types::View;
using SeqNum = types::Height;

/// No honest run comes near these; they keep `view + 1` and `seq + window` from overflowing whatever a peer writes.
inline constexpr View kMaxView = std::uint64_t{1} << 62;
inline constexpr SeqNum kMaxSeqNum = std::uint64_t{1} << 62;
inline constexpr std::size_t kMaxReplicas = 64;

/// What a vote-key signature promises. The numbers are on the wire and in records; never reuse one.
enum class VoteKind : std::uint8_t { pre_prepare = 1, prepare = 2, commit = 3, view_change = 4, new_view = 5 };
inline constexpr std::size_t kVoteKinds = 5;

struct Vote {
    VoteKind kind = VoteKind::prepare;
    Epoch epoch = 0;
    View view = 0;
    SeqNum seq = 0;  ///< 0 for view_change and new_view
    Hash digest;     ///< of the proposal (null_digest() for a null request), or of the message's content
    ReplicaId signer = 0;
    Signature signature;
    bool operator==(const Vote&) const = default;
};

/// tagged_hash("placet/<kind>/1", [genesis, epoch, view, seq, digest]): what the vote key signs. The signer is named by the key.
[[nodiscard]] Hash vote_digest(const Hash& genesis, const Vote& vote) noexcept;

/// Votes of one kind over one (view, seq, digest). A prepared certificate: the primary's pre-prepare and q−1 prepares of
/// others (PBFT §4.2).
struct PreparedCertificate {
    Epoch epoch = 0;
    View view = 0;
    SeqNum seq = 0;
    Hash digest;
    Signature pre_prepare;              ///< by primary_of(view)
    std::uint64_t preparers = 0;        ///< bit i = ReplicaId i; exactly q−1 bits, never the primary's
    std::vector<Signature> signatures;  ///< ascending by preparer
    bool operator==(const PreparedCertificate&) const = default;
};

/// q commits: the slot is decided, in whatever view anybody is.
struct CommitCertificate {
    Epoch epoch = 0;
    View view = 0;
    SeqNum seq = 0;
    Hash digest;
    std::uint64_t signers = 0;  ///< exactly q bits
    std::vector<Signature> signatures;
    bool operator==(const CommitCertificate&) const = default;
};

[[nodiscard]] constexpr ReplicaId primary_of(View view, std::size_t n) noexcept { return static_cast<ReplicaId>(view % n); }

/// The votes inside a certificate, as their signers made them; index follows the bitmap, the pre-prepare first.
[[nodiscard]] std::vector<Vote> votes_of(const PreparedCertificate& certificate, std::size_t n);
[[nodiscard]] std::vector<Vote> votes_of(const CommitCertificate& certificate);

/// [kind, epoch, view, seq, digest, signer, signature]
void write(base::cbor::Writer& out, const Vote& vote);
/// [epoch, view, seq, digest, pre_prepare, preparers, [* signature]]
void write(base::cbor::Writer& out, const PreparedCertificate& certificate);
/// [epoch, view, seq, digest, signers, [* signature]]
void write(base::cbor::Writer& out, const CommitCertificate& certificate);
[[nodiscard]] Vote read_vote(base::cbor::Reader& in);
[[nodiscard]] PreparedCertificate read_prepared(base::cbor::Reader& in);
[[nodiscard]] CommitCertificate read_committed(base::cbor::Reader& in);

/// An optional seal: null or the certificate's own item.
void write(base::cbor::Writer& out, const std::optional<types::QuorumCertificate>& seal);
[[nodiscard]] std::optional<types::QuorumCertificate> read_seal(base::cbor::Reader& in);

/// Owns the rule "0 = genesis": a missing seal is height 0.
[[nodiscard]] inline SeqNum height_of(const std::optional<types::QuorumCertificate>& seal) noexcept {
    return seal ? seal->body.height : 0;
}

}  // namespace placet::consensus
