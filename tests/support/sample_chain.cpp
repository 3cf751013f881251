// The sample chain: leaves, commit leaves and certificates by hand.
#include "tests/support/sample_chain.hpp"

#include "ledger/base/cbor.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::tests {
namespace {

constexpr base::TimeMs kStart = 1'790'000'000'000;  // 2026-09-21

crypto::Hash named(const std::string& name) { return crypto::sha256(base::as_bytes(name)); }

}  // namespace

crypto::SigningKey sample_key(const std::string& name, crypto::Algorithm algorithm) {
    return std::move(*crypto::SigningKey::from_secret(algorithm, named(name).view()));
}

types::Genesis sample_genesis(std::size_t n) {
    types::Genesis genesis;
    genesis.chain = "sample";
    genesis.created_at_ms = kStart;
    for (std::size_t i = 0; i < n; ++i) {
        const std::string id = "house-" + std::to_string(i);
        types::Organisation organisation;
        organisation.id = id;
        organisation.title = "House " + std::to_string(i);
        organisation.kind = i == 3 ? "university" : "hospital";
        organisation.country = "AT";
        organisation.recovery_key = sample_key(id + "/recovery").public_key();
        organisation.operator_key = sample_key(id + "/operator").public_key();
        genesis.organisations.push_back(organisation);
        genesis.validators.validators.push_back(sample_validator(i));
    }
    return genesis;
}

types::Validator sample_validator(std::size_t number, std::string name) {
    const std::string house = "house-" + std::to_string(number);
    if (name.empty()) name = house;
    types::Validator validator;
    validator.name = name;
    validator.organisation = house;
    validator.vote_key = sample_key(name + "/vote").public_key();
    validator.checkpoint_key = sample_key(name + "/checkpoint").public_key();
    validator.service_key = sample_key(name + "/service").public_key();
    validator.note_key = crypto::ed25519::public_key(crypto::ed25519::SecretKey::copy_of(named(name + "/note").view()));
    validator.tls_spki = types::SpkiHash::copy_of(named(name + "/tls").view());
    validator.peer_address = "127.0.0.1:" + std::to_string(7000 + number);
    validator.api_address = "127.0.0.1:" + std::to_string(8000 + number);
    return validator;
}

types::Payload sample_payload(std::uint64_t number) {
    types::Payload payload;
    payload.kind = 7;
    payload.nonce = types::Nonce::copy_of(named("nonce " + std::to_string(number)).view().first(16));
    payload.expires_at_ms = kStart + 600'000;
    payload.body = std::move(base::cbor::Writer{}.array(1).uint(number)).take();
    return payload;
}

SampleChain::SampleChain(std::size_t validators) : genesis_(sample_genesis(validators)), genesis_hash_(types::genesis_hash(genesis_)), sets_{genesis_.validators} {
    append({});
}

types::Transaction SampleChain::transaction(std::uint64_t number) const {
    return types::sign(sample_payload(number), sample_key("sender"), genesis_hash_);
}

types::Height SampleChain::append(const std::vector<types::Transaction>& transactions, const std::vector<types::StateWrite>& writes) {
    const types::Height height = bodies_.size();
    const base::TimeMs time = kStart + 1000 * height;
    for (const types::Transaction& transaction : transactions)
        leaves_.push_back(types::encode(types::EventLeaf{height, time, transaction.bytes, {true, "recorded", base::Bytes{0x80}}}));
    map_ = map_.apply(writes);
    types::CommitLeaf commit;
    commit.height = height;
    commit.block_time_ms = time;
    commit.leaves = transactions.size() + 1;
    commit.map_root = map_.root();
    const bool ends = ends_.size() == sets_.size();  // this block ends the epoch
    if (ends) ends_.pop_back();
    const types::ValidatorSet& set = ends ? sets_[sets_.size() - 2] : sets_.back();
    commit.validators = types::validator_set_hash(set);
    commit.next_validators = types::validator_set_hash(sets_.back());
    commit.previous = height == 0 ? genesis_hash_ : merkle::leaf_hash(commit_leaves_.back());
    commit_leaves_.push_back(types::encode(commit));
    leaves_.push_back(commit_leaves_.back());
    hashes_ = merkle::leaf_hashes(leaves_);
    bodies_.push_back({set.epoch, height, leaves_.size(), merkle::root_of(hashes_), time});
    return height;
}

types::Height SampleChain::end_epoch(std::vector<types::Validator> validators) {
    const types::Height height = bodies_.size();
    sets_.push_back({sets_.size(), std::move(validators)});
    ends_.push_back(height);
    recoveries_.emplace_back();
    ends_.push_back(0);  // a mark for append
    append({});
    return height;
}

void SampleChain::recover(const types::Recovery& recovery) {
    sets_.push_back(recovery.next);
    ends_.push_back(recovery.last.body.height);
    recoveries_.emplace_back(recovery);
}

types::QuorumCertificate SampleChain::certify(const types::CheckpointBody& body, std::uint64_t signers) const {
    const types::ValidatorSet& set = sets_.at(body.epoch < sets_.size() ? body.epoch : 0);
    types::QuorumCertificate certificate;
    certificate.body = body;
    certificate.signers = signers != 0 ? signers : (std::uint64_t{1} << set.q()) - 1;
    const crypto::Hash digest = types::checkpoint_digest(genesis_hash_, body);
    for (std::size_t id = 0; id < set.n(); ++id)
        if ((certificate.signers >> id & 1) != 0) certificate.signatures.push_back(sample_key(set.validators[id].name + "/checkpoint").sign(digest));
    return certificate;
}

proof::SealedPoint SampleChain::sealed(types::Height height, std::uint64_t signers) const {
    proof::SealedPoint point{genesis_hash_, certify(bodies_.at(height), signers), commit_leaves_.at(height), {}};
    for (types::Epoch epoch = 1; epoch <= point.certificate.body.epoch; ++epoch) {
        if (recoveries_[epoch - 1]) {
            point.links.push_back({{}, {}, recoveries_[epoch - 1]});
            continue;
        }
        const types::Height end = ends_[epoch - 1];
        const proof::SealedPoint boundary{genesis_hash_, certify(bodies_.at(end)), commit_leaves_.at(end), {}};
        point.links.push_back(*proof::build_epoch_link(boundary, sets_[epoch], log()));
    }
    return point;
}

}  // namespace placet::tests
