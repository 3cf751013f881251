// The naive model and the random blocks.
#include "tests/unit/ledger/state/model_chain.hpp"

#include <bit>

#include "ledger/base/cbor.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::test {
namespace {

struct PathLeaf {
    Hash path;
    Hash leaf;
};

bool bit_of(const Hash& path, unsigned depth) {
    return ((path.octets[depth / 8] >> (7 - depth % 8)) & 1) != 0;
}

Hash map_subtree(std::span<const PathLeaf> leaves, unsigned depth) {
    if (leaves.empty()) return Hash{};
    if (leaves.size() == 1) return leaves[0].leaf;
    std::size_t middle = 0;
    while (middle < leaves.size() && !bit_of(leaves[middle].path, depth)) ++middle;
    Bytes joined{0x01};
    base::append(joined, map_subtree(leaves.first(middle), depth + 1).view());
    base::append(joined, map_subtree(leaves.subspan(middle), depth + 1).view());
    return crypto::sha256(joined);
}

Bytes cbor_key(std::string_view name, std::uint64_t number) {
    base::cbor::Writer writer;
    writer.array(3).uint(1).text(name).uint(number);
    return std::move(writer).take();
}

Bytes cbor_value(std::uint64_t number) {
    base::cbor::Writer writer;
    writer.array(2).uint(number).text("value");
    return std::move(writer).take();
}

types::Validator validator(std::size_t i, const crypto::SigningKey& checkpoint_key) {
    types::Validator out;
    out.name = "v" + std::to_string(i);
    out.organisation = "org-" + std::to_string(i);
    out.vote_key = crypto::SigningKey::generate().public_key();
    out.checkpoint_key = checkpoint_key.public_key();
    out.service_key = crypto::SigningKey::generate().public_key();
    crypto::fill_random(out.note_key.octets);
    crypto::fill_random(out.tls_spki.octets);
    out.peer_address = "127.0.0.1:" + std::to_string(7000 + i);
    out.api_address = "127.0.0.1:" + std::to_string(8000 + i);
    return out;
}

}  // namespace

Hash naive_log_root(const std::vector<Hash>& leaves, std::size_t first, std::size_t count) {
    if (count == 0) return crypto::sha256(BytesView{});
    if (count == 1) return leaves[first];
    const std::size_t left = std::bit_floor(count - 1);
    Bytes joined{0x01};
    base::append(joined, naive_log_root(leaves, first, left).view());
    base::append(joined, naive_log_root(leaves, first + left, count - left).view());
    return crypto::sha256(joined);
}

Hash naive_map_root(const std::map<Bytes, Bytes>& entries) {
    std::map<Hash, Hash> sorted;
    for (const auto& [key, value] : entries) {
        Bytes leaf{0x00};
        base::append(leaf, crypto::sha256(key).view());
        base::append(leaf, crypto::sha256(value).view());
        sorted[crypto::sha256(key)] = crypto::sha256(leaf);
    }
    std::vector<PathLeaf> leaves;
    for (const auto& [path, leaf] : sorted) leaves.push_back({path, leaf});
    return map_subtree(leaves, 0);
}

TestNetwork::TestNetwork() {
    genesis.chain = "test";
    genesis.created_at_ms = 1'700'000'000'000;
    for (std::size_t i = 0; i < 4; ++i) {
        checkpoint_keys.push_back(crypto::SigningKey::generate());
        genesis.validators.validators.push_back(validator(i, checkpoint_keys.back()));
        types::Organisation organisation;
        organisation.id = "org-" + std::to_string(i);
        organisation.title = "Organisation";
        organisation.kind = "hospital";
        organisation.country = "DE";
        organisation.recovery_key = crypto::SigningKey::generate().public_key();
        organisation.operator_key = crypto::SigningKey::generate().public_key();
        genesis.organisations.push_back(organisation);
    }
    genesis_hash = types::genesis_hash(genesis);
}

types::QuorumCertificate TestNetwork::seal(const types::CheckpointBody& body) const {
    types::QuorumCertificate certificate;
    certificate.body = body;
    const Hash digest = types::checkpoint_digest(genesis_hash, body);
    for (std::size_t i = 0; i < genesis.validators.q(); ++i) {
        certificate.signers |= 1ULL << i;
        certificate.signatures.push_back(checkpoint_keys[i].sign(digest));
    }
    return certificate;
}

ModelChain::ModelChain(const TestNetwork& network, std::uint64_t seed) : random(seed), network_(network) {}

std::vector<types::StateWrite> ModelChain::genesis_writes() {
    std::vector<types::StateWrite> out;
    for (std::uint64_t i = 0; i < 5; ++i) out.push_back({cbor_key("genesis", i), cbor_value(i)});
    return out;
}

state::ExecutedBlock ModelChain::draw(const state::ChainHead& head) {
    state::ExecutedBlock block;
    block.height = head.height + 1;
    block.block_time_ms = head.block_time_ms + 1 + random() % 1000;
    block.validators = head.next_validators;
    block.next_validators = head.next_validators;
    const auto some_write = [this] {
        types::StateWrite write{cbor_key("entry", random() % 40), cbor_value(random())};
        if (random() % 4 == 0) write.value.reset();
        return write;
    };
    const std::size_t events = random() % 13;
    for (std::size_t i = 0; i < events; ++i) {
        types::Payload payload;
        payload.kind = 1;
        for (auto& octet : payload.nonce.octets) octet = static_cast<std::uint8_t>(random());
        payload.expires_at_ms = block.block_time_ms + 1000;
        payload.body = {0x01};
        const types::Transaction transaction = types::sign(payload, network_.client, network_.genesis_hash);
        state::EventEffects& event = block.events.emplace_back();
        event.id = transaction.id;
        event.transaction = transaction.bytes;
        event.outcome = {random() % 5 != 0, "recorded", {0x80}};
        for (std::size_t w = random() % 4; w-- > 0;) event.writes.push_back(some_write());
        types::Pseudonym pseudonym;
        pseudonym.octets.fill(static_cast<std::uint8_t>(random() % 3));
        event.appends.push_back({state::index_key(state::IndexKind::access_of_patient, pseudonym), 0, {}});
        if (random() % 2 == 0) event.appends.push_back({event.appends[0].key, 7, {}});
        if (random() % 3 == 0)
            event.appends.push_back(
                {state::index_key(state::IndexKind::consent_of_patient, pseudonym), 0, state::ActiveSet{1, event.id}});
        event.appends.push_back({state::index_key(state::IndexKind::access_at_custodian, "hospital-a"), 0, {}});
    }
    if (random() % 2 == 0) block.closing_writes.push_back(some_write());
    return block;
}

void ModelChain::take(const state::UnsealedBlock& block) {
    for (const Bytes& leaf : block.record.leaves) {
        leaves.push_back(leaf);
        leaf_hashes.push_back(merkle::leaf_hash(leaf));
    }
    for (const types::StateWrite& write : block.record.writes) {
        if (write.value)
            entries[write.key] = *write.value;
        else
            entries.erase(write.key);
    }
    for (const types::IndexAppend& append : block.record.appends) sub_logs[append.key].push_back(append.row);
    for (const auto& [key, rows] : sub_logs) {
        const std::vector<Hash> hashes = merkle::leaf_hashes(rows);
        entries[state::head_key(key)] =
            state::encode(state::SubLogHead{rows.size(), naive_log_root(hashes, 0, hashes.size())});
    }
}

MemoryState::MemoryState(state::ChainHead head, std::map<Bytes, Bytes> entries,
                         std::map<Bytes, std::vector<Bytes>> sub_logs)
    : head_(std::move(head)), entries_(std::move(entries)), sub_logs_(std::move(sub_logs)) {}

std::optional<Bytes> MemoryState::get(BytesView key) const {
    const auto place = entries_.find(base::to_bytes(key));
    if (place == entries_.end()) return std::nullopt;
    return place->second;
}

void MemoryState::scan(BytesView prefix, const std::function<bool(BytesView, BytesView)>& visit) const {
    for (auto place = entries_.lower_bound(base::to_bytes(prefix)); place != entries_.end(); ++place) {
        if (place->first.size() < prefix.size() || !base::equal(BytesView(place->first).first(prefix.size()), prefix))
            return;
        if (!visit(place->first, place->second)) return;
    }
}

base::Result<merkle::Frontier> MemoryState::sub_log(BytesView key) const {
    merkle::Frontier frontier;
    if (const auto place = sub_logs_.find(base::to_bytes(key)); place != sub_logs_.end())
        for (const Bytes& row : place->second) frontier.append(merkle::leaf_hash(row));
    return frontier;
}

}  // namespace placet::test
