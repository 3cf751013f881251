// Releasing records for research: recorded first, released second ("no receipt, no key"). The ledger decides for each patient by
// the consents in force when the release is recorded; only against its proved answer are resources read, filtered by what the
// consents leave to be filtered (residual rules), freed of what points to the person, and handed over. Whatever fails,
// nothing is released, and the journal says so. Not thread-safe: the worker's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/gateway/care_journal.hpp"
#include "api/gateway/ledger_link.hpp"
#include "api/gateway/records.hpp"
#include "api/gateway/registry.hpp"
#include "contracts/access/details.hpp"
#include "ledger/crypto/keys.hpp"

namespace placet::api::gateway {

struct ReleaseRequest {
    std::string researcher;               ///< actor id, proved by her client certificate
    std::string grant;
    std::string dataset;
    std::vector<std::string> categories;  ///< resource types asked for; empty = all
};

struct Released {
    std::string bundle;                                ///< FHIR R4 searchset Bundle, JSON
    std::vector<types::TransactionId> transactions;    ///< the sealed records that it rests on
    std::size_t permitted = 0;                         ///< patients
    std::size_t refused = 0;                           ///< patients the ledger refused
    std::size_t withheld = 0;                          ///< resources that residual rules hide
};

struct ReleaserConfig {
    std::string custodian;
    crypto::Hash genesis;
    std::shared_ptr<const crypto::SigningKey> key;  ///< the gateway's
    std::filesystem::path registry;
    crypto::AeadKey registry_key;
    std::filesystem::path records;
    base::TimeMs max_seal_age_ms = 5000;  ///< an older last seal: the ledger is taken to be stopped
    base::TimeMs (*now_ms)() = nullptr;   ///< the clock
};

class Releaser {
public:
    Releaser(ReleaserConfig config, LedgerLink& link, CareJournal& journal)
        : config_(std::move(config)), link_(link), journal_(journal), records_(config_.records) {}

    /// Errors: unavailable (ledger stopped or stale, no proof in time), not_found (no such dataset here, or nobody in it),
    /// unauthorised (the ledger refuses the whole: grant expired, not hers, …), invalid_proof, io.
    [[nodiscard]] base::Result<Released> release(const ReleaseRequest& request);

private:
    struct Permit {
        types::Pseudonym pseudonym;
        base::TimeMs at_ms = 0;
        std::vector<contracts::Coding> purposes;
    };
    [[nodiscard]] base::Result<Released> release_journalled(const ReleaseRequest& request);
    [[nodiscard]] base::Status check_dataset(const ReleaseRequest& request);
    [[nodiscard]] base::Status check_grant(const ReleaseRequest& request);
    [[nodiscard]] base::Result<std::vector<types::Pseudonym>> members(const Registry& registry, const std::string& dataset);
    [[nodiscard]] base::Result<std::vector<Permit>> record_chunk(const ReleaseRequest& request, std::vector<types::Pseudonym> chunk, Released& out);
    [[nodiscard]] base::Result<std::vector<fhir::JsonValue>> resources_of(const ReleaseRequest& request, const RegisteredPatient& patient, const Permit& permit,
                                                                          Released& out);

    ReleaserConfig config_;
    LedgerLink& link_;
    CareJournal& journal_;
    Records records_;
};

/// A transaction of the gateway: fresh nonce, two minutes of life.
[[nodiscard]] types::Transaction sign_command(std::uint64_t kind, base::Bytes body, std::vector<crypto::Hash> parts, const crypto::SigningKey& key,
                                              const crypto::Hash& genesis, base::TimeMs now_ms);

}  // namespace placet::api::gateway
