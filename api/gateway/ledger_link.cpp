// REST in, proofs checked, values out.
#include "api/gateway/ledger_link.hpp"

#include <thread>

#include "api/client/client.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/proof/verify.hpp"

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;

namespace {

class RestLedger final : public LedgerLink {
public:
    RestLedger(RestLedgerConfig config, client::Client client) : config_(std::move(config)), client_(std::move(client)) {}

    Result<ProvedEntry> entry(base::BytesView key) override {
        PLACET_TRY_ASSIGN(const proof::Verdict verdict, proved("/v1/proofs/state?key=" + base::to_hex(key)));
        if (!verdict.state || !base::equal(verdict.state->key, key)) return refuse(ErrorCode::invalid_proof, "the validator proved another entry than was asked for", "proof");
        const types::CheckpointBody& seal = verdict.state->head.certificate.body;
        return ProvedEntry{verdict.state->value, seal.height, seal.block_time_ms};
    }

    Result<ProvedOutcome> record(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) override {
        PLACET_TRY(client_.submit(transaction, parts, config_.wait));
        // Another validator than the one that gave the receipt may answer, and be a block behind.
        constexpr int kAttempts = 20;
        constexpr std::chrono::milliseconds kBetween{100};
        auto proved_outcome = outcome(transaction);
        for (int i = 0; i < kAttempts && !proved_outcome && proved_outcome.error().code == ErrorCode::not_found; ++i) {
            std::this_thread::sleep_for(kBetween);
            proved_outcome = outcome(transaction);
        }
        return proved_outcome;
    }

    Result<ProvedOutcome> outcome(const types::Transaction& transaction) override {
        PLACET_TRY_ASSIGN(const proof::Verdict verdict, proved("/v1/transactions/" + base::to_hex(transaction.id.view()) + "/proof"));
        if (!verdict.event || !verdict.transaction || verdict.transaction->id != transaction.id || !base::equal(verdict.event->transaction, transaction.bytes))
            return refuse(ErrorCode::invalid_proof, "the validator proved another transaction than was asked for", "proof");
        ProvedOutcome out{transaction.id, verdict.event->outcome, verdict.event->height, 0, verdict.event->block_time_ms};
        for (const proof::Fact& fact : verdict.facts)
            if (fact.name == "leaf_index") out.leaf_index = std::strtoull(fact.value.c_str(), nullptr, 10);
        return out;
    }

private:
    /// The bundle at `target`, verified from genesis alone.
    Result<proof::Verdict> proved(const std::string& target) {
        PLACET_TRY_ASSIGN(const base::Bytes bundle, client_.get(target, "application/cbor"));
        proof::VerifyOptions options;
        if (config_.development_chains == RestLedgerConfig::DevelopmentChains::allowed) options.development_chains = proof::DevelopmentChains::allowed;
        auto verdict = proof::verify(bundle, config_.genesis, options);
        if (!verdict) return refuse(ErrorCode::invalid_proof, "what " + client_.last_address() + " sent is no proof: " + verdict.error().message, "proof");
        if (!verdict->proved) return refuse(ErrorCode::invalid_proof, "the proof of " + client_.last_address() + " does not hold: " + verdict->reason, "proof");
        return std::move(*verdict);
    }

    RestLedgerConfig config_;
    client::Client client_;
};

}  // namespace

Result<std::unique_ptr<LedgerLink>> make_rest_ledger(RestLedgerConfig config, client::ClientConfig client) {
    PLACET_TRY_ASSIGN(client::Client made, client::Client::make(std::move(client)));
    return std::unique_ptr<LedgerLink>(std::make_unique<RestLedger>(std::move(config), std::move(made)));
}

std::optional<base::Bytes> ProvedState::get(base::BytesView key) const {
    if (!status_) return std::nullopt;
    auto found = link_.entry(key);
    if (!found) {
        status_ = std::unexpected(found.error());
        return std::nullopt;
    }
    oldest_seal_ms_ = std::min(oldest_seal_ms_, found->sealed_at_ms);
    return std::move(found->value);
}

}  // namespace placet::api::gateway
