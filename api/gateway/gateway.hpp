// The custodian's gateway as a process: an HTTPS server of its own between the hospital's records and whoever asks for them.
//
//   POST /v1/releases       researcher, by her client certificate: {"grant", "dataset", "categories"?} → FHIR searchset Bundle
//   POST /v1/care-accesses  systems of the hospital: one access as JSON, or many as NDJSON; 202 once they are journalled
//   POST /v1/flush          the same: batches what waits and answers when it is sealed
//   GET  /status            counts and faults; nothing of any patient
//
// Care waits for nobody: an access is taken while the journal's disk works, whatever the ledger does. A release waits for the
// ledger, always. Threads: the server's, one worker (releases), one batcher; each with its own link to the ledger.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "api/client/client.hpp"
#include "api/gateway/ledger_link.hpp"
#include "ledger/crypto/aead.hpp"
#include "ledger/crypto/keys.hpp"

namespace placet::api::gateway {

struct GatewayConfig {
    std::string custodian;                          ///< organisation id
    types::Genesis genesis;
    std::shared_ptr<const crypto::SigningKey> key;  ///< of an enrolled actor of the custodian with the role gateway
    std::string certificate_pem;                    ///< its certificate: towards validators, and as a server
    std::string key_pem;
    std::string listen = "127.0.0.1:0";
    std::vector<client::Endpoint> validators;       ///< empty: those of genesis, the custodian's own first
    std::filesystem::path registry;
    crypto::AeadKey registry_key;
    std::filesystem::path records;                  ///< folder of FHIR Bundles
    std::filesystem::path journal;                  ///< file
    std::vector<crypto::SpkiHash> care_clients;     ///< systems of the hospital that need not be enrolled on the ledger
    std::chrono::milliseconds max_seal_age{5000};
    std::chrono::milliseconds batch_lag{1000};      ///< a batch is made when it is full, or its oldest access this old
    std::chrono::milliseconds ledger_wait{15000};   ///< for a seal
    RestLedgerConfig::DevelopmentChains development_chains = RestLedgerConfig::DevelopmentChains::refused;
    std::function<void(std::string_view line)> log;         ///< from any thread; no patient data; may be empty
    std::function<void(std::uint16_t port)> on_ready;       ///< once, when it listens; may be empty
};

/// A second way to the ledger, for tests.
using LinkFactory = std::function<base::Result<std::unique_ptr<LedgerLink>>()>;

class Gateway {
public:
    /// Opens journal (refused if it was tampered with, naming the line), registry and records, and listens. Does not wait for the
    /// ledger. Errors as those of Journal::open, Registry::read, http::Server::start.
    [[nodiscard]] static base::Result<std::unique_ptr<Gateway>> start(GatewayConfig config, LinkFactory links = {});
    virtual ~Gateway() = default;  ///< stops
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    virtual void stop() = 0;  ///< finishes what runs; idempotent
};

/// Runs until `stop` is asked for: what `placet gateway run` calls.
[[nodiscard]] base::Status run_gateway(GatewayConfig config, std::stop_token stop);

}  // namespace placet::api::gateway
