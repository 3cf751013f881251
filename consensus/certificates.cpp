// Votes and certificates: what is signed, and how it is written.
#include "consensus/certificates.hpp"

#include <array>

namespace placet::consensus {

using base::cbor::Reader;
using base::cbor::Writer;

namespace {

constexpr std::array<std::string_view, kVoteKinds> kVoteTags = {"placet/pre-prepare/1", "placet/prepare/1", "placet/commit/1",
                                                                "placet/view-change/1", "placet/new-view/1"};

void write_signatures(Writer& out, const std::vector<Signature>& signatures) {
    out.array(signatures.size());
    for (const Signature& signature : signatures) out.bytes(signature.view());
}

std::vector<Signature> read_signatures(Reader& in) {
    std::vector<Signature> signatures;
    const std::size_t count = in.array(kMaxReplicas, "signatures");
    signatures.reserve(count);
    for (std::size_t i = 0; i < count && in.ok(); ++i) signatures.push_back(in.fixed<Signature>("signature"));
    return signatures;
}

}  // namespace

Hash vote_digest(const Hash& genesis, const Vote& vote) noexcept {
    Writer out;
    out.array(5).bytes(genesis.view()).uint(vote.epoch).uint(vote.view).uint(vote.seq).bytes(vote.digest.view());
    return crypto::tagged_hash(kVoteTags[static_cast<std::size_t>(vote.kind) - 1], out.view());
}

std::vector<Vote> votes_of(const PreparedCertificate& certificate, std::size_t n) {
    std::vector<Vote> votes;
    Vote vote{VoteKind::pre_prepare, certificate.epoch, certificate.view, certificate.seq, certificate.digest,
              primary_of(certificate.view, n), certificate.pre_prepare};
    votes.push_back(vote);
    vote.kind = VoteKind::prepare;
    std::size_t next = 0;
    for (ReplicaId id = 0; id < kMaxReplicas && next < certificate.signatures.size(); ++id) {
        if ((certificate.preparers >> id & 1) == 0) continue;
        vote.signer = id;
        vote.signature = certificate.signatures[next++];
        votes.push_back(vote);
    }
    return votes;
}

std::vector<Vote> votes_of(const CommitCertificate& certificate) {
    std::vector<Vote> votes;
    Vote vote{VoteKind::commit, certificate.epoch, certificate.view, certificate.seq, certificate.digest, 0, {}};
    std::size_t next = 0;
    for (ReplicaId id = 0; id < kMaxReplicas && next < certificate.signatures.size(); ++id) {
        if ((certificate.signers >> id & 1) == 0) continue;
        vote.signer = id;
        vote.signature = certificate.signatures[next++];
        votes.push_back(vote);
    }
    return votes;
}

void write(Writer& out, const Vote& vote) {
    out.array(7).uint(static_cast<std::uint64_t>(vote.kind)).uint(vote.epoch).uint(vote.view).uint(vote.seq);
    out.bytes(vote.digest.view()).uint(vote.signer).bytes(vote.signature.view());
}

Vote read_vote(Reader& in) {
    Vote vote;
    in.array_of(7, "vote");
    const std::uint64_t kind = in.uint_at_most(kVoteKinds, "vote.kind");
    if (in.ok() && kind == 0) in.fail(base::ErrorCode::malformed, "no such kind of vote", "vote.kind");
    vote.kind = static_cast<VoteKind>(in.ok() ? kind : 1);
    vote.epoch = in.uint("vote.epoch");
    vote.view = in.uint_at_most(kMaxView, "vote.view");
    vote.seq = in.uint_at_most(kMaxSeqNum, "vote.seq");
    vote.digest = in.fixed<Hash>("vote.digest");
    vote.signer = static_cast<ReplicaId>(in.uint_at_most(kMaxReplicas - 1, "vote.signer"));
    vote.signature = in.fixed<Signature>("vote.signature");
    return vote;
}

void write(Writer& out, const PreparedCertificate& certificate) {
    out.array(7).uint(certificate.epoch).uint(certificate.view).uint(certificate.seq).bytes(certificate.digest.view());
    out.bytes(certificate.pre_prepare.view()).uint(certificate.preparers);
    write_signatures(out, certificate.signatures);
}

PreparedCertificate read_prepared(Reader& in) {
    PreparedCertificate certificate;
    in.array_of(7, "prepared certificate");
    certificate.epoch = in.uint("prepared.epoch");
    certificate.view = in.uint_at_most(kMaxView, "prepared.view");
    certificate.seq = in.uint_at_most(kMaxSeqNum, "prepared.seq");
    certificate.digest = in.fixed<Hash>("prepared.digest");
    certificate.pre_prepare = in.fixed<Signature>("prepared.pre_prepare");
    certificate.preparers = in.uint("prepared.preparers");
    certificate.signatures = read_signatures(in);
    return certificate;
}

void write(Writer& out, const CommitCertificate& certificate) {
    out.array(6).uint(certificate.epoch).uint(certificate.view).uint(certificate.seq).bytes(certificate.digest.view());
    out.uint(certificate.signers);
    write_signatures(out, certificate.signatures);
}

CommitCertificate read_committed(Reader& in) {
    CommitCertificate certificate;
    in.array_of(6, "commit certificate");
    certificate.epoch = in.uint("commit.epoch");
    certificate.view = in.uint_at_most(kMaxView, "commit.view");
    certificate.seq = in.uint_at_most(kMaxSeqNum, "commit.seq");
    certificate.digest = in.fixed<Hash>("commit.digest");
    certificate.signers = in.uint("commit.signers");
    certificate.signatures = read_signatures(in);
    return certificate;
}

void write(Writer& out, const std::optional<types::QuorumCertificate>& seal) {
    if (seal)
        out.raw(types::encode(*seal));
    else
        out.null();
}

std::optional<types::QuorumCertificate> read_seal(Reader& in) {
    if (in.maybe_null()) return std::nullopt;
    const base::BytesView item = in.item("seal");
    if (!in.ok()) return std::nullopt;
    auto seal = types::decode_certificate(item);
    if (!seal) {
        in.fail(seal.error().code, seal.error().message, "seal");
        return std::nullopt;
    }
    if (seal->body.height == 0 || seal->body.height > kMaxSeqNum) in.fail(base::ErrorCode::invalid_value, "height out of range", "seal.height");
    return *std::move(seal);
}

}  // namespace placet::consensus
