// See fake_crypto.hpp.
#include "tests/sim/fake_crypto.hpp"

#include "tests/sim/prng.hpp"

namespace placet::sim {

namespace {

std::uint64_t word(base::BytesView bytes, std::size_t at) noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

template <class Fixed>
Fixed fill(std::uint64_t seed) noexcept {
    Fixed out;
    for (std::size_t i = 0; i + 8 <= Fixed::kSize; i += 8) {
        seed = Prng::mix(seed + i + 1);
        std::memcpy(out.data() + i, &seed, 8);
    }
    return out;
}

crypto::PublicKey key_of(std::uint8_t purpose, std::size_t id) {
    crypto::PublicKey key;
    key.point.octets[0] = 2;
    key.point.octets[1] = purpose;
    key.point.octets[2] = static_cast<std::uint8_t>(id);
    return key;
}

}  // namespace

types::ValidatorSet make_validators(std::size_t n) {
    types::ValidatorSet set;
    for (std::size_t id = 0; id < n; ++id) {
        types::Validator validator;
        validator.name = "validator-" + std::to_string(id);
        validator.organisation = "organisation-" + std::to_string(id);
        validator.vote_key = key_of(1, id);
        validator.checkpoint_key = key_of(2, id);
        set.validators.push_back(std::move(validator));
    }
    return set;
}

Signature fake_sign(const crypto::PublicKey& key, const Hash& digest) noexcept {
    const std::uint64_t who = std::uint64_t{key.point.octets[1]} << 8 | key.point.octets[2];
    return fill<Signature>(Prng::mix(who + 1) ^ word(digest.view(), 0) ^ Prng::mix(word(digest.view(), 24)));
}

types::Submission fake_transaction(std::uint64_t id, base::TimeMs expiry_ms) {
    types::Submission submission;
    submission.transaction.resize(kFakeTransactionBytes);
    const std::uint64_t expiry = expiry_ms;
    const std::uint64_t check = Prng::mix(id ^ Prng::mix(expiry));
    std::memcpy(submission.transaction.data(), &id, 8);
    std::memcpy(submission.transaction.data() + 8, &expiry, 8);
    std::memcpy(submission.transaction.data() + 16, &check, 8);
    return submission;
}

std::optional<std::uint64_t> fake_transaction_id(const types::Submission& submission) noexcept {
    if (submission.transaction.size() != kFakeTransactionBytes) return std::nullopt;
    const std::uint64_t id = word(submission.transaction, 0);
    if (word(submission.transaction, 16) != Prng::mix(id ^ Prng::mix(word(submission.transaction, 8))))
        return std::nullopt;
    return id;
}

base::TimeMs fake_expiry_ms(const types::Submission& submission) noexcept {
    return word(submission.transaction, 8);
}

base::Status FakeProposals::check(const types::Proposal& proposal) const {
    for (const types::Submission& submission : proposal.submissions)
        if (!fake_transaction_id(submission))
            return base::refuse(base::ErrorCode::invalid_signature, "not a well-formed fake transaction", "proposal");
    return {};
}

Hash spread(std::uint64_t value) noexcept {
    return fill<Hash>(value);
}

}  // namespace placet::sim
