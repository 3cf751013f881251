// Paths from a log's hashes into bundles.
#include "ledger/proof/build.hpp"

#include "ledger/types/leaf.hpp"

namespace placet::proof {
namespace {

using base::ErrorCode;
using base::refuse;

Result<SealedHead> sealed_head(const SealedPoint& point, const merkle::HashSource& log) {
    const std::uint64_t size = point.certificate.body.size;
    if (size == 0) return refuse(ErrorCode::invalid_value, "a sealed log has a commit leaf at least", "certificate.size");
    PLACET_TRY_ASSIGN(merkle::Path path, merkle::inclusion_path(size - 1, size, log));
    return SealedHead{point.commit_leaf, std::move(path), point.certificate};
}

}  // namespace

Result<EpochLink> build_epoch_link(const SealedPoint& end, types::ValidatorSet next, const merkle::HashSource& log) {
    EpochLink link;
    link.next = std::move(next);
    PLACET_TRY_ASSIGN(link.boundary, sealed_head(end, log));
    return link;
}

Result<Bytes> build_event_bundle(const LoggedEvent& event, const SealedPoint& point, const merkle::HashSource& log) {
    PLACET_TRY_ASSIGN(const types::Leaf leaf, types::decode_leaf(event.leaf));
    const auto* const parsed = std::get_if<types::EventLeaf>(&leaf);
    if (parsed == nullptr) return refuse(ErrorCode::invalid_value, "this leaf is not an event", "leaf");
    PLACET_TRY_ASSIGN(const types::Transaction transaction, types::decode_transaction(parsed->transaction, point.genesis));
    EventBundle bundle;
    bundle.genesis = point.genesis;
    bundle.transaction = transaction.id;
    bundle.leaf_index = event.leaf_index;
    bundle.event_leaf = event.leaf;
    PLACET_TRY_ASSIGN(bundle.path, merkle::inclusion_path(event.leaf_index, point.certificate.body.size, log));
    PLACET_TRY_ASSIGN(bundle.head, sealed_head(point, log));
    bundle.links = point.links;
    return encode(bundle);
}

Result<Bytes> build_consistency_bundle(const SealedPoint& older, const SealedPoint& newer, const merkle::HashSource& log) {
    if (older.genesis != newer.genesis) return refuse(ErrorCode::invalid_value, "the two heights are of different chains", "genesis");
    ConsistencyBundle bundle;
    bundle.genesis = newer.genesis;
    bundle.older = older.certificate;
    bundle.newer = newer.certificate;
    bundle.links = newer.links;
    PLACET_TRY_ASSIGN(bundle.path, merkle::consistency_path(older.certificate.body.size, newer.certificate.body.size, log));
    return encode(bundle);
}

Result<Bytes> build_state_bundle(const MapAnswer& answer, const SealedPoint& point, const merkle::HashSource& log) {
    StateBundle bundle{point.genesis, answer.key, answer.value, answer.proof, {}, point.links};
    PLACET_TRY_ASSIGN(bundle.head, sealed_head(point, log));
    return encode(bundle);
}

Result<Bytes> build_index_bundle(const SubLogAnswer& answer, const SealedPoint& point, const merkle::HashSource& log) {
    IndexBundle bundle{point.genesis, answer.index_key, answer.rows, answer.proof, {}, point.links};
    PLACET_TRY_ASSIGN(bundle.head, sealed_head(point, log));
    return encode(bundle);
}

}  // namespace placet::proof
