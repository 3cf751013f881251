// The parts of judging a bundle, for verify.cpp alone. A Status that fails is the reason why a bundle is disproved.
#pragma once

#include "ledger/proof/verify.hpp"

namespace placet::proof {

/// What every check rests on.
struct Trust {
    const types::Genesis& genesis;
    Hash genesis_hash;
    const VerifyOptions& options;
    const KnownEpochs& epochs;  ///< what the bundle's links prove
};

/// The certificate's q signatures, its epoch, and freshness.
[[nodiscard]] Status check_certificate(const types::QuorumCertificate& certificate, const Trust& trust);
/// Certificate and pinned checkpoint; the commit leaf stands last in the certified log and agrees with the certificate.
[[nodiscard]] Result<types::CommitLeaf> check_head(const SealedHead& head, const Trust& trust);
/// The pinned checkpoint, if any, is that of `body`.
[[nodiscard]] Status check_pinned(const types::CheckpointBody& body, const Trust& trust);

/// Each fills `verdict` with sentences and facts, or says why the bundle does not hold.
[[nodiscard]] Status judge(const EventBundle& bundle, const Trust& trust, Verdict& verdict);
[[nodiscard]] Status judge(const ConsistencyBundle& bundle, const Trust& trust, Verdict& verdict);
[[nodiscard]] Status judge(const StateBundle& bundle, const Trust& trust, Verdict& verdict);
[[nodiscard]] Status judge(const IndexBundle& bundle, const Trust& trust, Verdict& verdict);

/// "as of" facts and the sentence about the seal.
void say_sealed(const types::QuorumCertificate& certificate, const Trust& trust, Verdict& verdict);
/// audit.md's list, in sentences.
void say_limits(const Trust& trust, Verdict& verdict);
void add_fact(Verdict& verdict, std::string name, std::string value);

}  // namespace placet::proof
