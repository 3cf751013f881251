// The core's signer over the validator's two keys, and the first octet of what validators say to each other. Private to this folder.
#pragma once

#include "node/daemon/validator.hpp"

namespace placet::node {

/// First octet of a message between validators: a message of consensus follows, or a forwarded submission.
inline constexpr std::uint8_t kConsensusMessage = 1;
inline constexpr std::uint8_t kForwardedSubmission = 2;

class Validator::KeySigner final : public consensus::Signer {
public:
    explicit KeySigner(const ValidatorKeys& keys) : keys_(keys) {}
    consensus::Signature sign_vote(const consensus::Hash& digest) override { return keys_.vote.sign(digest); }
    consensus::Signature sign_checkpoint(const consensus::Hash& digest) override { return keys_.checkpoint.sign(digest); }

private:
    const ValidatorKeys& keys_;
};

}  // namespace placet::node
