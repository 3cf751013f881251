// The node in memory.
#include "tests/unit/api/support/fake_backend.hpp"

#include "contracts/runtime/admit.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::test {
namespace {

using base::Bytes;
using base::BytesView;

class FakeState final : public state::StateScanner {
public:
    explicit FakeState(const FakeData& data) : data_(data) {}
    std::optional<Bytes> get(BytesView key) const override {
        const auto found = data_.entries.find(base::to_bytes(key));
        return found == data_.entries.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<Bytes> part(const crypto::Hash& commitment) const override {
        const auto found = data_.parts.find(commitment);
        return found == data_.parts.end() ? std::nullopt : std::optional(found->second);
    }
    void scan(BytesView prefix, const std::function<bool(BytesView, BytesView)>& visit) const override {
        for (auto at = data_.entries.lower_bound(base::to_bytes(prefix)); at != data_.entries.end(); ++at) {
            if (at->first.size() < prefix.size() || !std::ranges::equal(prefix, BytesView(at->first).first(prefix.size()))) return;
            if (!visit(at->first, at->second)) return;
        }
    }
    types::Height height() const override { return data_.height; }
    base::TimeMs block_time_ms() const override { return data_.block_time_ms; }

private:
    const FakeData& data_;
};

/// Stands for a bundle: says what it would prove.
Bytes stand_in(std::string_view kind, BytesView about) {
    base::cbor::Writer writer;
    writer.array(2).text(kind).bytes(about);
    return std::move(writer).take();
}

class FakeSnapshot final : public api::Snapshot {
public:
    explicit FakeSnapshot(FakeData data) : data_(std::move(data)), state_(data_) {}

    const state::StateScanner& state() const override { return state_; }
    types::Hash genesis_hash() const override { return data_.genesis_hash; }
    std::optional<types::QuorumCertificate> certificate() const override { return seal(data_.height); }
    types::ValidatorSet validators() const override { return data_.validators; }
    std::uint64_t log_size() const override { return data_.leaves.size(); }
    std::optional<api::TransactionPlace> find(const types::TransactionId& id) const override { return look(data_.places, id); }
    std::optional<Bytes> leaf(std::uint64_t index) const override {
        return index < data_.leaves.size() ? std::optional(data_.leaves[index]) : std::nullopt;
    }
    std::optional<Bytes> block(types::Height height) const override { return look(data_.blocks, height); }
    std::optional<types::QuorumCertificate> seal(types::Height height) const override { return look(data_.seals, height); }
    std::uint64_t index_size(BytesView key) const override { return look(data_.index, base::to_bytes(key)).value_or(std::vector<Bytes>{}).size(); }
    void index_rows(BytesView key, std::uint64_t from, const std::function<bool(std::uint64_t, BytesView)>& visit) const override {
        const auto rows = look(data_.index, base::to_bytes(key)).value_or(std::vector<Bytes>{});
        for (std::uint64_t position = from; position < rows.size(); ++position)
            if (!visit(position, rows[position])) return;
    }
    std::uint64_t index_first_at(BytesView key, base::TimeMs time_ms) const override {
        const auto rows = look(data_.index, base::to_bytes(key)).value_or(std::vector<Bytes>{});
        std::uint64_t position = 0;
        while (position < rows.size() && state::decode_index_row(rows[position])->block_time_ms < time_ms) ++position;
        return position;
    }
    base::Result<Bytes> transaction_proof(const types::TransactionId& id) const override { return stand_in("event", id.view()); }
    base::Result<Bytes> consistency_proof(types::Height older, types::Height newer) const override {
        return stand_in("consistency", base::as_bytes(std::to_string(older) + '-' + std::to_string(newer)));
    }
    base::Result<Bytes> state_proof(BytesView key) const override { return stand_in("state", key); }
    base::Result<Bytes> index_proof(BytesView key) const override { return stand_in("index", key); }

private:
    template <class Map>
    static std::optional<typename Map::mapped_type> look(const Map& map, const typename Map::key_type& key) {
        const auto found = map.find(key);
        return found == map.end() ? std::nullopt : std::optional(found->second);
    }

    FakeData data_;
    FakeState state_;
};

constexpr base::TimeMs kNow = 1795478400000ULL;  // 2026-11-24T00:00:00Z

}  // namespace

FakeBackend::FakeBackend() : now_ms_(kNow) {
    genesis_.chain = "test-chain";
    data_.genesis_hash = crypto::sha256(base::as_bytes("genesis of a test"));
    data_.block_time_ms = kNow - 60000;
}

void FakeBackend::use_validators(types::ValidatorSet set) {
    data_.validators = set;
    genesis_.validators = std::move(set);
}

void FakeBackend::put_part(const types::Part& part) {
    const Bytes encoded = types::encode(part);
    data_.parts[types::part_commitment(encoded)] = encoded;
}

types::Transaction FakeBackend::sign(contracts::CommandKind kind, const Bytes& body, const crypto::SigningKey& key) const {
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(kind);
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = now_ms_ + 9 * 60 * 1000;
    payload.body = body;
    return types::sign(payload, key, data_.genesis_hash);
}

void FakeBackend::seal(const types::Transaction& transaction, const types::Outcome& outcome, const std::vector<std::pair<state::IndexKey, std::uint64_t>>& rows) {
    const std::lock_guard lock(mutex_);
    ++data_.height;
    data_.block_time_ms += 1000;
    const std::uint64_t at = data_.leaves.size();
    const Bytes leaf = types::encode(types::EventLeaf{data_.height, data_.block_time_ms, transaction.bytes, outcome});
    const Bytes commit = types::encode(types::CommitLeaf{data_.height, data_.block_time_ms, 2, {}, {}, {}, {}});
    data_.leaves.push_back(leaf);
    data_.leaves.push_back(commit);
    data_.places[transaction.id] = {data_.height, at};
    types::QuorumCertificate seal;
    seal.body = {0, data_.height, data_.leaves.size(), crypto::sha256(leaf), data_.block_time_ms};
    seal.signers = 7;
    seal.signatures.resize(3);
    data_.seals[data_.height] = seal;
    data_.blocks[data_.height] = types::encode(types::BlockRecord{data_.height, {leaf, commit}, {}, {}, seal});
    for (const auto& [key, row] : rows)
        data_.index[state::encode(key)].push_back(state::encode(state::IndexRow{at, row, data_.block_time_ms, crypto::sha256(leaf), std::nullopt}));
}

std::optional<api::dto::Receipt> FakeBackend::receipt_of(const types::TransactionId& id) const {
    const auto place = data_.places.find(id);
    if (place == data_.places.end()) return std::nullopt;
    const auto leaf = std::get<types::EventLeaf>(*types::decode_leaf(data_.leaves[place->second.leaf_index]));
    return api::dto::Receipt{id, place->second.height, place->second.leaf_index, leaf.block_time_ms, leaf.outcome, data_.seals.at(place->second.height)};
}

void FakeBackend::seal_submitted() {
    std::vector<std::pair<std::function<void(std::optional<api::dto::Receipt>)>, std::optional<api::dto::Receipt>>> answers;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, transaction] : std::exchange(mempool_, {})) seal(transaction, {true, "recorded", {}});
        for (auto at = waiting_.begin(); at != waiting_.end();) {
            auto receipt = receipt_of(at->first);
            if (!receipt) {
                ++at;
                continue;
            }
            answers.emplace_back(std::move(at->second), std::move(receipt));
            at = waiting_.erase(at);
        }
    }
    for (auto& [done, receipt] : answers) done(std::move(receipt));
}

base::Result<api::Admission> FakeBackend::submit(const types::Transaction& transaction, types::Submission submission) {
    {
        const std::lock_guard lock(mutex_);
        if (busy_) return base::refuse(base::ErrorCode::busy, "the mempool is full: try again in a second");
        const FakeState state(data_);
        PLACET_TRY(contracts::runtime::admit(submission, {data_.genesis_hash, state, now_ms_}));
        if (mempool_.contains(transaction.id)) return api::Admission::pending;
        mempool_.emplace(transaction.id, transaction);
    }
    if (at_once_) seal_submitted();
    return api::Admission::accepted;
}

void FakeBackend::wait_receipt(const types::TransactionId& id, std::chrono::milliseconds, std::function<void(std::optional<api::dto::Receipt>)> done) {
    std::optional<api::dto::Receipt> receipt;
    {
        const std::lock_guard lock(mutex_);
        receipt = receipt_of(id);
        if (!receipt && !at_once_) {
            waiting_.emplace(id, std::move(done));
            return;
        }
    }
    done(std::move(receipt));
}

std::shared_ptr<const api::Snapshot> FakeBackend::snapshot() const {
    const std::lock_guard lock(mutex_);
    return std::make_shared<FakeSnapshot>(data_);
}

base::Status FakeBackend::record_read(const contracts::access::TrailRead& read) {
    const std::lock_guard lock(mutex_);
    if (reads_fail_) return base::refuse(base::ErrorCode::io, "the disk is full");
    reads_.push_back(read);
    return {};
}

std::vector<contracts::access::TrailRead> FakeBackend::reads() const {
    const std::lock_guard lock(mutex_);
    return reads_;
}

std::size_t FakeBackend::submissions() const {
    const std::lock_guard lock(mutex_);
    return mempool_.size();
}

types::Hash FakeBackend::fingerprint() const {
    const std::lock_guard lock(mutex_);
    base::cbor::Writer writer;
    for (const auto& [key, value] : data_.entries) writer.bytes(key).bytes(value);
    for (const Bytes& leaf : data_.leaves) writer.bytes(leaf);
    for (const auto& [id, transaction] : mempool_) writer.bytes(transaction.bytes);
    writer.uint(reads_.size());
    return crypto::sha256(writer.view());
}

api::NodeStatus FakeBackend::status() const {
    api::NodeStatus status;
    status.node = "val-a";
    status.role = "validator";
    status.health = "healthy";
    status.summary = "all validators are connected";
    status.height = data_.height;
    status.now_ms = now_ms_;
    status.peers.push_back({"val-b", "connected", data_.height, now_ms_});
    status.view_active = true;
    status.standing = "voting";
    status.sequence = 12;
    status.low_watermark = 10;
    status.high_watermark = 26;
    status.stable_checkpoint = 0;
    status.evidence.push_back({"val-c", "prepare", 0, 3, 7, {0xab, 0xcd}});
    return status;
}

std::vector<api::ReadinessReason> FakeBackend::readiness() const {
    return {{"store", true, "open"}, {"caught_up", !unready_, unready_ ? "12 blocks behind" : "at the sealed height"}};
}

}  // namespace placet::test
