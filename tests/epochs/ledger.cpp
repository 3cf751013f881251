// The toy ledger.
#include "tests/epochs/ledger.hpp"

#include <algorithm>
#include <cstring>

namespace placet::epochs {
namespace {

constexpr std::size_t kFewest = 4;
constexpr std::size_t kMost = 7;

crypto::PublicKey key_of(std::uint8_t purpose, std::size_t machine, unsigned generation) {
    crypto::PublicKey key;
    key.point.octets[0] = 2;
    key.point.octets[1] = purpose;
    key.point.octets[2] = static_cast<std::uint8_t>(machine);
    key.point.octets[3] = static_cast<std::uint8_t>(generation);
    return key;
}

Hash root_of(const Block& before, const Block& block) {
    base::cbor::Writer out;
    out.array(2 + block.transactions.size()).bytes(before.body.root.view()).uint(block.height);
    for (const Transaction one : block.transactions) out.uint(one);
    return crypto::sha256(out.view());
}

}  // namespace

Transaction change_transaction(Change change, std::size_t machine, unsigned generation, std::uint64_t salt) {
    return static_cast<std::uint64_t>(change) << 56 | static_cast<std::uint64_t>(machine) << 48 | static_cast<std::uint64_t>(generation) << 40 | salt;
}

types::Submission submission_of(Transaction transaction) {
    types::Submission submission;
    submission.transaction.resize(8);
    std::memcpy(submission.transaction.data(), &transaction, 8);
    return submission;
}

std::optional<Transaction> transaction_of(const types::Submission& submission) {
    if (submission.transaction.size() != 8) return std::nullopt;
    Transaction transaction = 0;
    std::memcpy(&transaction, submission.transaction.data(), 8);
    return transaction;
}

types::Validator validator(std::size_t machine, unsigned generation) {
    types::Validator out;
    out.name = "machine-" + std::to_string(machine);
    out.organisation = out.name;
    out.vote_key = key_of(1, machine, generation);
    out.checkpoint_key = key_of(2, machine, generation);
    return out;
}

std::size_t machine_of(const types::Validator& validator) { return validator.vote_key.point.octets[2]; }
unsigned generation_of(const types::Validator& validator) { return validator.vote_key.point.octets[3]; }

consensus::Signature fake_sign(const crypto::PublicKey& key, const Hash& digest) {
    consensus::Signature out;
    std::memcpy(out.data(), key.point.data(), 8);
    std::memcpy(out.data() + 8, digest.data(), 32);
    return out;
}

Ledger::Ledger(Membership genesis, SeqNum stride, SeqNum window) : genesis_(std::move(genesis)), stride_(stride), window_(window) {}

// A change of the set is adopted at once; it takes effect behind the next multiple of K at or above height + window.
void Ledger::apply(Transaction transaction, Block& block) const {
    Membership& now = block.after;
    const auto change = static_cast<Change>(transaction >> 56);
    const std::size_t machine = transaction >> 48 & 0xff;
    const unsigned generation = transaction >> 40 & 0xff;
    const SeqNum end = (block.height + window_ + stride_ - 1) / stride_ * stride_;
    if (change == Change::none || (now.last && now.last != end)) return;
    std::vector<types::Validator> next = now.last ? now.next : now.set.validators;
    const auto held = std::ranges::find(next, validator(machine, 0).name, &types::Validator::name);
    if (change == Change::add && held == next.end() && next.size() < kMost) next.push_back(validator(machine, generation));
    else if (change == Change::remove && held != next.end() && next.size() > kFewest) next.erase(held);
    else if (change == Change::rotate && held != next.end() && generation_of(*held) < generation) *held = validator(machine, generation);
    else return;
    now.last = end;
    now.next = std::move(next);
}

const Block& Ledger::execute(const consensus::Deliver& delivery) {
    static const Block kNothing;
    const Block& before = !overlays_.empty() ? overlays_.back() : !sealed_.empty() ? *sealed_.back() : kNothing;
    Block block;
    block.height = delivery.seq;
    block.after = !overlays_.empty() ? overlays_.back().after : membership();
    if (delivery.proposal)
        for (const types::Submission& submission : delivery.proposal->submissions) {
            const auto transaction = transaction_of(submission);
            if (!transaction || !done_.insert(*transaction).second) continue;
            block.transactions.push_back(*transaction);
            apply(*transaction, block);
        }
    const base::TimeMs least = before.body.block_time_ms + 1;
    const base::TimeMs time = delivery.proposal ? std::max(least, delivery.proposal->time_ms) : least;
    block.body = {block.after.set.epoch, block.height, before.body.size + block.transactions.size() + 1, root_of(before, block), time};
    if (block.after.last == block.height) block.after = {{block.after.set.epoch + 1, block.after.next}, block.height, std::nullopt, {}};
    overlays_.push_back(std::move(block));
    return overlays_.back();
}

BlockPtr Ledger::seal(const types::QuorumCertificate& certificate) {
    auto block = std::make_shared<Block>(std::move(overlays_.front()));
    overlays_.erase(overlays_.begin());
    block->seal = certificate;
    sealed_.push_back(block);
    return block;
}

void Ledger::install(const BlockPtr& block) {
    done_.insert(block->transactions.begin(), block->transactions.end());
    sealed_.push_back(block);
}

void Ledger::drop_overlays() {
    for (const Block& block : overlays_)
        for (const Transaction one : block.transactions) done_.erase(one);
    overlays_.clear();
}

void Ledger::truncate(SeqNum height) {
    drop_overlays();
    while (sealed_.size() > height) {
        for (const Transaction one : sealed_.back()->transactions) done_.erase(one);
        sealed_.pop_back();
    }
}

std::optional<types::QuorumCertificate> Ledger::last_seal() const {
    if (sealed_.empty()) return std::nullopt;
    return sealed_.back()->seal;
}

}  // namespace placet::epochs
