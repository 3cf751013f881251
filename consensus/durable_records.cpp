// How records are written.
#include "consensus/durable_records.hpp"

#include "consensus/message_codec.hpp"

namespace placet::consensus {

using base::cbor::Writer;

namespace {

void append_big_endian(base::Bytes& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

base::Bytes key_of(RecordKind kind, SeqNum seq) {
    base::Bytes key = {static_cast<std::uint8_t>(kind)};
    append_big_endian(key, seq);
    return key;
}

base::Bytes key_of(RecordKind kind, SeqNum seq, View view) {
    base::Bytes key = key_of(kind, seq);
    append_big_endian(key, view);
    return key;
}

Record make(RecordKind kind, base::Bytes key, Writer&& value) { return {kind, std::move(key), std::move(value).take(), nullptr}; }

}  // namespace

Record identity_record(const Hash& genesis, const crypto::PublicKey& vote_key) {
    Writer out;
    out.array(2).bytes(genesis.view()).text(crypto::to_text(vote_key));
    base::Bytes key = key_of(RecordKind::identity, 0);
    base::append(key, crypto::sha256(base::as_bytes(crypto::to_text(vote_key))).view());
    return make(RecordKind::identity, std::move(key), std::move(out));
}

Record body_record(SeqNum seq, const ProposalPtr& proposal) {
    base::Bytes key = key_of(RecordKind::body, seq);
    base::append(key, digest_of(proposal).view());
    return {RecordKind::body, std::move(key), types::encode(*proposal), proposal};
}

Record assignment_record(const Vote& pre_prepare) {
    Writer out;
    write(out, pre_prepare);
    return make(RecordKind::assignment, key_of(RecordKind::assignment, pre_prepare.seq, pre_prepare.view), std::move(out));
}

Record prepared_record(const PreparedCertificate& certificate) {
    Writer out;
    write(out, certificate);
    return make(RecordKind::prepared, key_of(RecordKind::prepared, certificate.seq, certificate.view), std::move(out));
}

Record committed_record(const CommitCertificate& certificate) {
    Writer out;
    write(out, certificate);
    return make(RecordKind::committed, key_of(RecordKind::committed, certificate.seq), std::move(out));
}

Record checkpoint_record(const Checkpoint& vote) {
    Writer out;
    write(out, vote);
    return make(RecordKind::checkpoint, key_of(RecordKind::checkpoint, vote.body.height), std::move(out));
}

Record seal_record(const types::QuorumCertificate& seal) {
    Writer out;
    out.raw(types::encode(seal));
    return make(RecordKind::seal, key_of(RecordKind::seal, seal.body.height), std::move(out));
}

Record view_change_record(const ViewChange& message) {
    Writer out;
    write(out, message);
    return make(RecordKind::view_change, key_of(RecordKind::view_change, 0), std::move(out));
}

Record new_view_record(const NewView& message) {
    Writer out;
    write(out, message);
    return make(RecordKind::new_view, key_of(RecordKind::new_view, 0), std::move(out));
}

Record guard_mark_record(const GuardMark& mark) {
    Writer out;
    out.array(4).uint(mark.epoch).uint(mark.low).array(mark.highest.size());
    for (const auto& [view, seq] : mark.highest) out.array(2).uint(view).uint(seq);
    out.uint(mark.checkpoint);
    return make(RecordKind::guard_mark, key_of(RecordKind::guard_mark, 0), std::move(out));
}

Record standing_record(std::uint8_t standing, std::string_view reason, const crypto::PublicKey& vote_key) {
    Writer out;
    out.array(3).uint(standing).text(reason).text(crypto::to_text(vote_key));
    return make(RecordKind::standing, key_of(RecordKind::standing, 0), std::move(out));
}

std::vector<std::pair<base::Bytes, base::Bytes>> forget_ranges(SeqNum through) {
    std::vector<std::pair<base::Bytes, base::Bytes>> ranges;
    for (std::uint8_t kind = static_cast<std::uint8_t>(RecordKind::body); kind <= static_cast<std::uint8_t>(RecordKind::seal); ++kind)
        ranges.emplace_back(key_of(static_cast<RecordKind>(kind), 0), key_of(static_cast<RecordKind>(kind), through + 1));
    return ranges;
}

RecordKind kind_of(base::BytesView key) noexcept { return key.empty() ? RecordKind{} : static_cast<RecordKind>(key[0]); }

}  // namespace placet::consensus
