// Wire form: [type, body, …]. Digests of proposals are never on the wire: the decoder computes them, so there is none to believe.
#include "consensus/message_codec.hpp"

#include <array>

namespace placet::consensus {

using base::cbor::Reader;
using base::cbor::Writer;
using base::ErrorCode;

namespace {

enum class Type : std::uint8_t {
    pre_prepare = 1, prepare, commit, checkpoint, view_change, new_view, status, decision, seal, fetch_body, body, question, answer
};

/// More than any honest view-change holds: one certificate a slot of the largest window.
constexpr std::size_t kMaxSlots = 64;

void write_proposal(Writer& out, const ProposalPtr& proposal) {
    if (proposal)
        out.bytes(types::encode(*proposal));
    else
        out.null();
}

ProposalPtr read_proposal(Reader& in) {
    if (in.maybe_null()) return nullptr;
    const base::BytesView bytes = in.bytes(types::kMaxProposalBytes, "proposal");
    if (!in.ok()) return nullptr;
    auto proposal = types::decode_proposal(bytes);
    if (!proposal) {
        in.fail(proposal.error().code, proposal.error().message, "proposal." + proposal.error().field);
        return nullptr;
    }
    return std::make_shared<const types::Proposal>(*std::move(proposal));
}

ReplicaId read_replica(Reader& in, std::string_view field) { return static_cast<ReplicaId>(in.uint_at_most(kMaxReplicas - 1, field)); }

struct Encoder {
    Writer& out;

    void head(Type type, std::size_t items) const { out.array(items + 1).uint(static_cast<std::uint64_t>(type)); }
    void operator()(const PrePrepare& m) const {
        head(Type::pre_prepare, 7);
        out.uint(m.vote.epoch).uint(m.vote.view).uint(m.vote.seq).uint(m.vote.signer).bytes(m.vote.signature.view());
        write_proposal(out, m.proposal);
        write(out, m.base_seal);
    }
    void operator()(const Prepare& m) const { head(Type::prepare, 1), write(out, m.vote); }
    void operator()(const Commit& m) const { head(Type::commit, 1), write(out, m.vote); }
    void operator()(const Checkpoint& m) const { head(Type::checkpoint, 1), write(out, m); }
    void operator()(const ViewChange& m) const { head(Type::view_change, 1), write(out, m); }
    void operator()(const NewView& m) const { head(Type::new_view, 1), write(out, m); }
    void operator()(const Decision& m) const {
        head(Type::decision, 2);
        write(out, m.certificate);
        write_proposal(out, m.proposal);
    }
    void operator()(const Seal& m) const { head(Type::seal, 1), out.raw(types::encode(m.certificate)); }
    void operator()(const Body& m) const {
        head(Type::body, 2);
        out.uint(m.seq);
        write_proposal(out, m.proposal);
    }
    void operator()(const Status& m) const { with_signature(Type::status, m); }
    void operator()(const FetchBody& m) const { with_signature(Type::fetch_body, m); }
    void operator()(const Question& m) const { with_signature(Type::question, m); }
    void operator()(const Answer& m) const { with_signature(Type::answer, m); }
    template <class M>
    void with_signature(Type type, const M& m) const {
        head(type, 2);
        write_content(out, m);
        out.bytes(m.signature.view());
    }
};

PrePrepare read_pre_prepare(Reader& in) {
    PrePrepare m;
    m.vote.kind = VoteKind::pre_prepare;
    m.vote.epoch = in.uint("epoch");
    m.vote.view = in.uint_at_most(kMaxView, "view");
    m.vote.seq = in.uint_at_most(kMaxSeqNum, "seq");
    m.vote.signer = read_replica(in, "signer");
    m.vote.signature = in.fixed<Signature>("signature");
    m.proposal = read_proposal(in);
    if (in.ok() && !m.proposal) in.fail(ErrorCode::malformed, "a pre-prepare carries a proposal", "proposal");
    m.base_seal = read_seal(in);
    if (in.ok()) m.vote.digest = digest_of(m.proposal);
    return m;
}

Vote read_vote_of(Reader& in, VoteKind kind) {
    const Vote vote = read_vote(in);
    if (in.ok() && vote.kind != kind) in.fail(ErrorCode::malformed, "a vote of another kind than its message", "vote.kind");
    return vote;
}

Status read_status(Reader& in) {
    Status m;
    in.array_of(9, "status");
    m.epoch = in.uint("epoch");
    m.sender = read_replica(in, "sender");
    m.view = in.uint_at_most(kMaxView, "view");
    m.active = in.boolean("active");
    m.sealed = in.uint_at_most(kMaxSeqNum, "sealed");
    m.assigned = in.uint("assigned");
    m.prepared = in.uint("prepared");
    m.committed = in.uint("committed");
    const std::size_t count = in.array(kMaxReplicas, "view_changes");
    for (std::size_t i = 0; i < count && in.ok(); ++i) m.view_changes.push_back(in.uint_at_most(kMaxView, "view_changes"));
    m.signature = in.fixed<Signature>("signature");
    return m;
}

Decision read_decision(Reader& in) {
    Decision m;
    m.certificate = read_committed(in);
    m.proposal = read_proposal(in);
    // Null: a null request, or a body that the receiver said it has (or has to fetch).
    if (in.ok() && m.proposal && m.certificate.digest != digest_of(m.proposal))
        in.fail(ErrorCode::invalid_proof, "the proposal is not the certified one", "proposal");
    return m;
}

Seal read_seal_message(Reader& in) {
    auto seal = read_seal(in);
    if (in.ok() && !seal) in.fail(ErrorCode::malformed, "a seal is missing", "seal");
    return {seal ? *std::move(seal) : types::QuorumCertificate{}};
}

FetchBody read_fetch_body(Reader& in) {
    FetchBody m;
    in.array_of(4, "fetch_body");
    m.epoch = in.uint("epoch");
    m.sender = read_replica(in, "sender");
    m.seq = in.uint_at_most(kMaxSeqNum, "seq");
    m.digest = in.fixed<Hash>("digest");
    m.signature = in.fixed<Signature>("signature");
    return m;
}

Body read_body(Reader& in) {
    Body m;
    m.seq = in.uint_at_most(kMaxSeqNum, "seq");
    m.proposal = read_proposal(in);
    if (in.ok() && !m.proposal) in.fail(ErrorCode::malformed, "a body is missing", "proposal");
    if (in.ok()) m.digest = digest_of(m.proposal);
    return m;
}

Question read_question(Reader& in) {
    Question m;
    in.array_of(3, "question");
    m.epoch = in.uint("epoch");
    m.sender = read_replica(in, "sender");
    m.nonce = in.fixed<Nonce>("nonce");
    m.signature = in.fixed<Signature>("signature");
    return m;
}

Answer read_answer(Reader& in) {
    Answer m;
    in.array_of(6, "answer");
    m.epoch = in.uint("epoch");
    m.sender = read_replica(in, "sender");
    m.asker = read_replica(in, "asker");
    m.nonce = in.fixed<Nonce>("nonce");
    const std::size_t count = in.array(kVoteKinds, "votes");
    for (std::size_t i = 0; i < count && in.ok(); ++i) m.votes.push_back(read_vote(in));
    if (!in.maybe_null()) m.checkpoint = read_checkpoint(in);
    m.signature = in.fixed<Signature>("signature");
    return m;
}

Message read_by_type(Reader& in, Type type) {
    switch (type) {
        case Type::pre_prepare: return read_pre_prepare(in);
        case Type::prepare: return Prepare{read_vote_of(in, VoteKind::prepare)};
        case Type::commit: return Commit{read_vote_of(in, VoteKind::commit)};
        case Type::checkpoint: return read_checkpoint(in);
        case Type::view_change: return read_view_change(in);
        case Type::new_view: return read_new_view(in);
        case Type::status: return read_status(in);
        case Type::decision: return read_decision(in);
        case Type::seal: return read_seal_message(in);
        case Type::fetch_body: return read_fetch_body(in);
        case Type::body: return read_body(in);
        case Type::question: return read_question(in);
        case Type::answer: return read_answer(in);
    }
    in.fail(ErrorCode::unsupported, "no such type of message", "type");
    return Prepare{};
}

/// Items after the type, by type.
constexpr std::array<std::size_t, 14> kItems = {0, 7, 1, 1, 1, 1, 1, 2, 2, 1, 2, 2, 2, 2};

}  // namespace

void write(Writer& out, const Checkpoint& m) {
    out.array(7).uint(m.body.epoch).uint(m.body.height).uint(m.body.size).bytes(m.body.root.view()).uint(m.body.block_time_ms);
    out.uint(m.signer).bytes(m.signature.view());
}

Checkpoint read_checkpoint(Reader& in) {
    Checkpoint m;
    in.array_of(7, "checkpoint");
    m.body.epoch = in.uint("checkpoint.epoch");
    m.body.height = in.uint_at_most(kMaxSeqNum, "checkpoint.height");
    m.body.size = in.uint("checkpoint.size");
    m.body.root = in.fixed<Hash>("checkpoint.root");
    m.body.block_time_ms = in.uint("checkpoint.block_time_ms");
    m.signer = read_replica(in, "checkpoint.signer");
    m.signature = in.fixed<Signature>("checkpoint.signature");
    return m;
}

void write_content(Writer& out, const ViewChange& m) {
    out.array(2);
    write(out, m.base);
    out.array(m.prepared.size());
    for (const PreparedCertificate& certificate : m.prepared) write(out, certificate);
}

void write(Writer& out, const ViewChange& m) {
    out.array(2);
    write(out, m.vote);
    write_content(out, m);
}

ViewChange read_view_change(Reader& in) {
    ViewChange m;
    in.array_of(2, "view_change");
    m.vote = read_vote_of(in, VoteKind::view_change);
    in.array_of(2, "view_change.content");
    m.base = read_seal(in);
    const std::size_t count = in.array(kMaxSlots, "view_change.prepared");
    for (std::size_t i = 0; i < count && in.ok(); ++i) m.prepared.push_back(read_prepared(in));
    if (in.ok() && m.vote.digest != content_digest(m)) in.fail(ErrorCode::invalid_proof, "the vote is over another content", "view_change");
    return m;
}

void write_content(Writer& out, const NewView& m) {
    out.array(2).array(m.view_changes.size());
    for (const ViewChange& view_change : m.view_changes) write(out, view_change);
    out.array(m.carried.size());
    for (const Vote& vote : m.carried) write(out, vote);
}

void write(Writer& out, const NewView& m) {
    out.array(2);
    write(out, m.vote);
    write_content(out, m);
}

NewView read_new_view(Reader& in) {
    NewView m;
    in.array_of(2, "new_view");
    m.vote = read_vote_of(in, VoteKind::new_view);
    in.array_of(2, "new_view.content");
    std::size_t count = in.array(kMaxReplicas, "new_view.view_changes");
    for (std::size_t i = 0; i < count && in.ok(); ++i) m.view_changes.push_back(read_view_change(in));
    count = in.array(kMaxSlots, "new_view.carried");
    for (std::size_t i = 0; i < count && in.ok(); ++i) m.carried.push_back(read_vote_of(in, VoteKind::pre_prepare));
    if (in.ok() && m.vote.digest != content_digest(m)) in.fail(ErrorCode::invalid_proof, "the vote is over another content", "new_view");
    return m;
}

void write_content(Writer& out, const Status& m) {
    out.array(9).uint(m.epoch).uint(m.sender).uint(m.view).boolean(m.active).uint(m.sealed);
    out.uint(m.assigned).uint(m.prepared).uint(m.committed).array(m.view_changes.size());
    for (const View view : m.view_changes) out.uint(view);
}

void write_content(Writer& out, const FetchBody& m) { out.array(4).uint(m.epoch).uint(m.sender).uint(m.seq).bytes(m.digest.view()); }

void write_content(Writer& out, const Question& m) { out.array(3).uint(m.epoch).uint(m.sender).bytes(m.nonce.view()); }

void write_content(Writer& out, const Answer& m) {
    out.array(6).uint(m.epoch).uint(m.sender).uint(m.asker).bytes(m.nonce.view()).array(m.votes.size());
    for (const Vote& vote : m.votes) write(out, vote);
    if (m.checkpoint)
        write(out, *m.checkpoint);
    else
        out.null();
}

base::Bytes encode(const Message& message) {
    Writer out;
    std::visit(Encoder{out}, message);
    return std::move(out).take();
}

base::Bytes encode(const ViewChange& message) {
    Writer out;
    write(out, message);
    return std::move(out).take();
}

base::Bytes encode(const NewView& message) {
    Writer out;
    write(out, message);
    return std::move(out).take();
}

base::Result<Message> decode_message(base::BytesView bytes) {
    if (bytes.size() > kMaxMessageBytes) return base::refuse(ErrorCode::too_large, "message is larger than any honest one", "message");
    Reader in(bytes);
    const std::size_t items = in.array(8, "message");
    const std::uint64_t type = in.uint_at_most(kItems.size() - 1, "type");
    if (in.ok() && (type == 0 || items != kItems[type] + 1)) in.fail(ErrorCode::malformed, "wrong number of items for its type", "message");
    if (!in.ok()) return std::unexpected(in.finish().error());
    Message message = read_by_type(in, static_cast<Type>(type));
    PLACET_TRY(in.finish());
    return message;
}

}  // namespace placet::consensus
