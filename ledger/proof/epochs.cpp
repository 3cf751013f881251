// Links between epochs.
#include "ledger/proof/epochs.hpp"

#include "ledger/merkle/tree.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::refuse;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::uint64_t kBoundary = 1;
constexpr std::uint64_t kRecovery = 2;
constexpr std::size_t kMaxLeafBytes = 2 * 1024 * 1024;

// Takes the next item and decodes it; an error of the inner decoder becomes the reader's.
template <class T>
T read_inner(Reader& in, Result<T> (*decode)(BytesView), std::string_view field) {
    const BytesView item = in.item(field);
    if (!in.ok()) return {};
    Result<T> value = decode(item);
    if (value) return std::move(*value);
    in.fail(value.error().code, value.error().message, std::string(field) + "." + value.error().field);
    return {};
}

// Beside its seal, which the caller checks.
Status check_boundary(const EpochLink& link, const types::ValidatorSet& set) {
    const types::CheckpointBody& body = link.boundary.certificate.body;
    if (body.size == 0) return refuse(ErrorCode::invalid_proof, "a sealed log cannot be empty", "link");
    PLACET_TRY(merkle::verify_inclusion(merkle::leaf_hash(link.boundary.commit_leaf), {body.size - 1, body.size, body.root}, link.boundary.path));
    PLACET_TRY_ASSIGN(const types::Leaf leaf, types::decode_leaf(link.boundary.commit_leaf));
    const auto* const commit = std::get_if<types::CommitLeaf>(&leaf);
    if (commit == nullptr || commit->height != body.height)
        return refuse(ErrorCode::invalid_proof, "the last leaf of an epoch is its last block's commit leaf", "link");
    if (commit->validators != types::validator_set_hash(set))
        return refuse(ErrorCode::invalid_proof, "the commit leaf names another validator set than the one that sealed it", "link");
    if (link.next.epoch != set.epoch + 1 || commit->next_validators != types::validator_set_hash(link.next))
        return refuse(ErrorCode::invalid_proof, "the commit leaf names another next validator set", "link");
    return {};
}

std::unexpected<base::Error> broken(std::size_t epoch, const base::Error& why) {
    return refuse(why.code, "the link to epoch " + std::to_string(epoch) + " does not hold: " + why.message, "links");
}

}  // namespace

void write(Writer& out, const SealedHead& head) {
    out.bytes(head.commit_leaf).array(head.path.size());
    for (const Hash& hash : head.path) out.bytes(hash.view());
    out.raw(types::encode(head.certificate));
}

SealedHead read_sealed_head(Reader& in) {
    SealedHead head;
    head.commit_leaf = base::to_bytes(in.bytes(kMaxLeafBytes, "commit_leaf"));
    const std::size_t count = in.array(merkle::kMaxConsistencyPath, "commit_path");
    for (std::size_t i = 0; i < count && in.ok(); ++i) head.path.push_back(in.fixed<Hash>("commit_path"));
    head.certificate = read_inner(in, types::decode_certificate, "certificate");
    return head;
}

Bytes encode(const EpochLink& link) {
    Writer out;
    if (link.recovery) {
        out.array(2).uint(kRecovery).raw(types::encode(*link.recovery));
    } else {
        out.array(5).uint(kBoundary).raw(types::encode(link.next));
        write(out, link.boundary);
    }
    return std::move(out).take();
}

Result<EpochLink> decode_epoch_link(BytesView bytes) {
    Reader in(bytes);
    EpochLink link;
    const std::size_t items = in.array(5, "link");
    const std::uint64_t kind = in.uint("link.kind");
    if (kind == kBoundary && items == 5) {
        link.next = read_inner(in, types::decode_validator_set, "link.next");
        link.boundary = read_sealed_head(in);
    } else if (kind == kRecovery && items == 2) {
        link.recovery = read_inner(in, types::decode_recovery, "link.recovery");
    } else {
        in.fail(ErrorCode::unsupported, "an unknown kind of link", "link.kind");
    }
    PLACET_TRY(in.finish());
    return link;
}

Status KnownEpochs::verify(const types::QuorumCertificate& certificate, const Hash& genesis) const {
    const types::CheckpointBody& body = certificate.body;
    const types::ValidatorSet* const known = set(body.epoch);
    if (known == nullptr)
        return refuse(ErrorCode::invalid_proof, "the seal is of epoch " + std::to_string(body.epoch) + ", and the links lead to epoch " +
                                                    std::to_string(sets.size() - 1) + " only", "epoch");
    const bool too_early = body.epoch > 0 && body.height <= ends[body.epoch - 1];
    const bool too_late = body.epoch < ends.size() && body.height > ends[body.epoch];
    if (too_early || too_late)
        return refuse(ErrorCode::invalid_proof, "height " + std::to_string(body.height) + " is none of epoch " + std::to_string(body.epoch), "height");
    return types::verify(certificate, *known, genesis);
}

Result<KnownEpochs> walk(const types::Genesis& genesis, const std::vector<EpochLink>& links) {
    const Hash hash = types::genesis_hash(genesis);
    KnownEpochs known{{genesis.validators}, {}, {}};
    for (const EpochLink& link : links) {
        const std::size_t epoch = known.sets.size();
        const types::CheckpointBody& body = link.recovery ? link.recovery->last.body : link.boundary.certificate.body;
        const types::ValidatorSet* const sealed_by = known.set(body.epoch);
        if (!known.ends.empty() && body.height < known.ends.back() + (link.recovery ? 0 : 1))
            return broken(epoch, {ErrorCode::invalid_proof, "it ends an epoch that had ended before", "height"});
        if (sealed_by == nullptr || (!link.recovery && body.epoch != epoch - 1))
            return broken(epoch, {ErrorCode::invalid_proof, "its seal is of another epoch", "epoch"});
        Status held = known.verify(link.recovery ? link.recovery->last : link.boundary.certificate, hash);
        if (held) held = link.recovery ? types::verify(*link.recovery, genesis, *sealed_by, known.sets.back()) : check_boundary(link, *sealed_by);
        if (!held) return broken(epoch, held.error());
        known.ends.push_back(body.height);
        known.sets.push_back(link.recovery ? link.recovery->next : link.next);
        if (link.recovery) known.recoveries.push_back(*link.recovery);
    }
    return known;
}

}  // namespace placet::proof
