// From the durable log back to what a replica starts from.
#include <map>

#include "consensus/durable_records.hpp"
#include "consensus/message_codec.hpp"

namespace placet::consensus {

using base::cbor::Reader;
using base::ErrorCode;
using base::refuse;

namespace {

struct Log {
    RecoveredState state;
    std::map<SeqNum, RecoveredSlot> slots;
    const Hash& genesis;
    const crypto::PublicKey& vote_key;
};

std::unexpected<base::Error> broken(std::string_view what) {
    return refuse(ErrorCode::corrupt, "the durable log holds a " + std::string(what) + " that does not read; restore it, or start with an empty store as a follower without a vote",
                  "durable log");
}

base::Status read_identity(Log& log, Reader& in) {
    in.array_of(2, "identity");
    const Hash genesis = in.fixed<Hash>("identity.genesis");
    const std::string_view key = in.text(256, "identity.vote_key");
    PLACET_TRY(in.finish());
    if (genesis != log.genesis) return refuse(ErrorCode::corrupt, "the durable log is of another chain: check the data directory", "durable log");
    if (key == crypto::to_text(log.vote_key)) log.state.has_identity = true;  // else of a key before a rotation
    return {};
}

base::Status read_mark(Log& log, Reader& in) {
    GuardMark mark;
    in.array_of(4, "mark");
    mark.epoch = in.uint("mark.epoch");
    mark.low = in.uint("mark.low");
    in.array_of(kVoteKinds, "mark.highest");
    for (auto& [view, seq] : mark.highest) {
        in.array_of(2, "mark.highest");
        view = in.uint("mark.view");
        seq = in.uint("mark.seq");
    }
    mark.checkpoint = in.uint("mark.checkpoint");
    PLACET_TRY(in.finish());
    log.state.mark = mark;
    return {};
}

base::Status read_standing(Log& log, Reader& in) {
    in.array_of(3, "standing");
    const auto standing = static_cast<std::uint8_t>(in.uint_at_most(255, "standing"));
    std::string reason(in.text(4096, "standing.reason"));
    const bool is_of_this_key = in.text(256, "standing.vote_key") == crypto::to_text(log.vote_key);
    PLACET_TRY(in.finish());
    if (!is_of_this_key) return {};
    log.state.standing = standing;
    log.state.standing_reason = std::move(reason);
    return {};
}

base::Status read_record(Log& log, RecordKind kind, base::BytesView value) {
    Reader in(value);
    switch (kind) {
        case RecordKind::identity: return read_identity(log, in);
        case RecordKind::guard_mark: return read_mark(log, in);
        case RecordKind::standing: return read_standing(log, in);
        case RecordKind::assignment: {
            const Vote vote = read_vote(in);
            PLACET_TRY(in.finish());
            log.slots[vote.seq].assignments.push_back(vote);
            return {};
        }
        case RecordKind::prepared: {
            PreparedCertificate certificate = read_prepared(in);
            PLACET_TRY(in.finish());
            RecoveredSlot& slot = log.slots[certificate.seq];
            if (!slot.prepared || certificate.view > slot.prepared->view) slot.prepared = certificate;
            slot.all_prepared.push_back(std::move(certificate));
            return {};
        }
        case RecordKind::committed: {
            CommitCertificate certificate = read_committed(in);
            PLACET_TRY(in.finish());
            log.slots[certificate.seq].committed = std::move(certificate);
            return {};
        }
        case RecordKind::checkpoint: {
            const Checkpoint vote = read_checkpoint(in);
            PLACET_TRY(in.finish());
            log.slots[vote.body.height].checkpoint = vote;
            return {};
        }
        case RecordKind::seal: {
            auto seal = read_seal(in);
            PLACET_TRY(in.finish());
            if (!seal) return refuse(ErrorCode::malformed, "empty", "seal");
            const SeqNum height = seal->body.height;
            log.slots[height].seal = std::move(seal);
            return {};
        }
        case RecordKind::view_change: {
            ViewChange message = read_view_change(in);
            PLACET_TRY(in.finish());
            log.state.view_change = std::move(message);
            return {};
        }
        case RecordKind::new_view: {
            NewView message = read_new_view(in);
            PLACET_TRY(in.finish());
            log.state.new_view = std::move(message);
            return {};
        }
        case RecordKind::body: break;
    }
    return refuse(ErrorCode::unsupported, "no such kind of record", "record");
}

base::Status read_body(Log& log, base::BytesView key, base::BytesView value) {
    if (key.size() != 1 + 8 + Hash::kSize) return refuse(ErrorCode::malformed, "wrong key", "body");
    SeqNum seq = 0;
    for (std::size_t i = 1; i <= 8; ++i) seq = seq << 8 | key[i];
    PLACET_TRY_ASSIGN(types::Proposal proposal, types::decode_proposal(value));
    auto body = std::make_shared<const types::Proposal>(std::move(proposal));
    if (!base::equal(digest_of(body).view(), key.subspan(9))) return refuse(ErrorCode::corrupt, "another digest than its key", "body");
    log.slots[seq].bodies.push_back(std::move(body));
    return {};
}

}  // namespace

base::Result<RecoveredState> recover(const std::vector<std::pair<base::Bytes, base::Bytes>>& records,
                                     const std::optional<types::QuorumCertificate>& sealed, const Hash& genesis,
                                     const crypto::PublicKey& vote_key) {
    Log log{{}, {}, genesis, vote_key};
    for (const auto& [key, value] : records) {
        const RecordKind kind = kind_of(key);
        const base::Status status = kind == RecordKind::body ? read_body(log, key, value) : read_record(log, kind, value);
        if (status.has_value()) continue;
        if (status.error().field == "durable log") return std::unexpected(status.error());
        return broken("record of kind " + std::to_string(static_cast<int>(kind)) + " (" + base::describe(status.error()) + ")");
    }
    for (auto& [seq, slot] : log.slots) {
        std::ranges::sort(slot.assignments, {}, &Vote::view);
        log.state.slots.emplace_back(seq, std::move(slot));
    }
    log.state.sealed = sealed;
    return std::move(log.state);
}

}  // namespace placet::consensus
