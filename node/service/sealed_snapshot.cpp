// One sealed height for the API: see sealed_snapshot.hpp.
#include "node/service/sealed_snapshot.hpp"

#include "contracts/governance/membership.hpp"
#include "ledger/base/assert.hpp"
#include "ledger/proof/build.hpp"
#include "ledger/state/index_key.hpp"

namespace placet::node {

namespace {

using base::ErrorCode;
using base::Result;
constexpr std::size_t kRowsAtOnce = 256;

template <class T>
std::optional<T> maybe(Result<T> result) {
    return result ? std::optional(std::move(*result)) : std::nullopt;
}

class SealedSnapshot final : public api::Snapshot {
public:
    SealedSnapshot(std::shared_ptr<const store::SealedView> view, const types::Genesis& genesis)
        : view_(std::move(view)), genesis_(genesis), genesis_hash_(types::genesis_hash(genesis)) {}

    types::Hash genesis_hash() const override { return genesis_hash_; }
    const state::StateScanner& state() const override { return *view_; }
    std::optional<types::QuorumCertificate> certificate() const override { return seal(view_->height()); }
    types::ValidatorSet validators() const override {
        auto set = contracts::governance::current_set(*view_);
        ASSERT(set.has_value(), "the map of a checked store names its validators");
        return std::move(*set);
    }
    std::uint64_t log_size() const override { return view_->size(); }

    std::optional<api::TransactionPlace> find(const types::TransactionId& id) const override {
        const auto place = view_->transaction(id);
        return place ? std::optional(api::TransactionPlace{place->height, place->leaf_index}) : std::nullopt;
    }
    std::optional<base::Bytes> leaf(std::uint64_t index) const override { return maybe(view_->leaf(index)); }
    std::optional<base::Bytes> block(types::Height height) const override {
        if (height == 0) return std::nullopt;
        const auto record = view_->block(height);
        return record ? std::optional(encode(*record)) : std::nullopt;
    }
    std::optional<types::QuorumCertificate> seal(types::Height height) const override { return maybe(view_->certificate(height)); }

    std::uint64_t index_size(base::BytesView index_key) const override {
        const auto frontier = view_->sub_log(index_key);
        return frontier ? frontier->size() : 0;
    }
    void index_rows(base::BytesView index_key, std::uint64_t from,
                    const std::function<bool(std::uint64_t position, base::BytesView row)>& visit) const override {
        for (;;) {
            const auto rows = view_->rows(index_key, from, kRowsAtOnce);
            if (!rows || rows->empty()) return;
            for (const auto& row : *rows)
                if (!visit(row.position, row.row)) return;
            from = rows->back().position + 1;
        }
    }
    std::uint64_t index_first_at(base::BytesView index_key, base::TimeMs time_ms) const override {
        const auto position = view_->first_row_at(index_key, time_ms);
        return position ? *position : index_size(index_key);
    }

    Result<base::Bytes> transaction_proof(const types::TransactionId& id) const override {
        PLACET_TRY_ASSIGN(const auto place, view_->transaction(id));
        PLACET_TRY_ASSIGN(auto leaf, view_->leaf(place.leaf_index));
        PLACET_TRY_ASSIGN(const auto point, linked_point_at(view_->height()));
        return proof::build_event_bundle({place.leaf_index, std::move(leaf)}, point, *view_);
    }
    Result<base::Bytes> consistency_proof(types::Height older, types::Height newer) const override {
        PLACET_TRY_ASSIGN(const auto first, point_at(older));
        PLACET_TRY_ASSIGN(const auto second, linked_point_at(newer));
        return proof::build_consistency_bundle(first, second, *view_);
    }
    Result<base::Bytes> state_proof(base::BytesView key) const override {
        PLACET_TRY_ASSIGN(const auto point, linked_point_at(view_->height()));
        return proof::build_state_bundle({base::to_bytes(key), view_->get(key), view_->prove_entry(key)}, point, *view_);
    }
    Result<base::Bytes> index_proof(base::BytesView index_key) const override {
        PLACET_TRY_ASSIGN(const auto point, linked_point_at(view_->height()));
        proof::SubLogAnswer answer;
        answer.index_key = base::to_bytes(index_key);
        index_rows(index_key, 0, [&](std::uint64_t, base::BytesView row) {
            answer.rows.push_back(base::to_bytes(row));
            return true;
        });
        answer.proof = view_->prove_entry(state::head_key(index_key));
        return proof::build_index_bundle(answer, point, *view_);
    }

private:
    Result<proof::SealedPoint> point_at(types::Height height) const {
        if (height == 0) return base::refuse(ErrorCode::unavailable, "nothing is sealed yet: genesis has no certificate", "height");
        PLACET_TRY_ASSIGN(auto certificate, view_->certificate(height));
        PLACET_TRY_ASSIGN(auto commit_leaf, view_->leaf(certificate.body.size - 1));
        return proof::SealedPoint{genesis_hash_, std::move(certificate), std::move(commit_leaf), {}};
    }
    /// As point_at, with a link for each epoch up to the height's: what a bundle rests on.
    Result<proof::SealedPoint> linked_point_at(types::Height height) const {
        PLACET_TRY_ASSIGN(auto point, point_at(height));
        for (types::Epoch epoch = 1; epoch <= point.certificate.body.epoch; ++epoch) {
            PLACET_TRY_ASSIGN(const types::Height end, view_->last_of_epoch(epoch - 1));
            PLACET_TRY_ASSIGN(const auto boundary, point_at(end));
            PLACET_TRY_ASSIGN(auto next, state::validator_set(*view_, genesis_, epoch));
            PLACET_TRY_ASSIGN(auto link, proof::build_epoch_link(boundary, std::move(next), *view_));
            point.links.push_back(std::move(link));
        }
        return point;
    }

    std::shared_ptr<const store::SealedView> view_;
    const types::Genesis& genesis_;
    types::Hash genesis_hash_;
};

class EmptySnapshot final : public api::Snapshot, private state::StateScanner {
public:
    explicit EmptySnapshot(const types::Genesis& genesis) : genesis_(genesis) {}
    types::Hash genesis_hash() const override { return types::genesis_hash(genesis_); }
    const state::StateScanner& state() const override { return *this; }
    std::optional<types::QuorumCertificate> certificate() const override { return std::nullopt; }
    types::ValidatorSet validators() const override { return genesis_.validators; }
    std::uint64_t log_size() const override { return 0; }
    std::optional<api::TransactionPlace> find(const types::TransactionId&) const override { return std::nullopt; }
    std::optional<base::Bytes> leaf(std::uint64_t) const override { return std::nullopt; }
    std::optional<base::Bytes> block(types::Height) const override { return std::nullopt; }
    std::optional<types::QuorumCertificate> seal(types::Height) const override { return std::nullopt; }
    std::uint64_t index_size(base::BytesView) const override { return 0; }
    void index_rows(base::BytesView, std::uint64_t, const std::function<bool(std::uint64_t, base::BytesView)>&) const override {}
    std::uint64_t index_first_at(base::BytesView, base::TimeMs) const override { return 0; }
    Result<base::Bytes> transaction_proof(const types::TransactionId&) const override { return starting(); }
    Result<base::Bytes> consistency_proof(types::Height, types::Height) const override { return starting(); }
    Result<base::Bytes> state_proof(base::BytesView) const override { return starting(); }
    Result<base::Bytes> index_proof(base::BytesView) const override { return starting(); }

private:
    static std::unexpected<base::Error> starting() { return base::refuse(ErrorCode::unavailable, "the node is starting: its store is being checked"); }
    std::optional<base::Bytes> get(base::BytesView) const override { return std::nullopt; }
    std::optional<base::Bytes> part(const crypto::Hash&) const override { return std::nullopt; }
    void scan(base::BytesView, const std::function<bool(base::BytesView, base::BytesView)>&) const override {}
    types::Height height() const override { return 0; }
    base::TimeMs block_time_ms() const override { return genesis_.created_at_ms; }

    const types::Genesis& genesis_;
};

}  // namespace

std::shared_ptr<const api::Snapshot> snapshot_of(std::shared_ptr<const store::SealedView> view, const types::Genesis& genesis) {
    return std::make_shared<SealedSnapshot>(std::move(view), genesis);
}

std::shared_ptr<const api::Snapshot> empty_snapshot(const types::Genesis& genesis) { return std::make_shared<EmptySnapshot>(genesis); }

}  // namespace placet::node
