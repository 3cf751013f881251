// The port behind the REST handlers: what a validator (or observer) must offer so that the API can answer. `node`
// implements it; tests have one in memory. Every function may be called from any thread of the HTTP server, at the same time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/dto/receipt.hpp"
#include "contracts/access/commands.hpp"
#include "ledger/state/reader.hpp"

namespace placet::api {

/// Where a sealed transaction stands.
struct TransactionPlace {
    types::Height height = 0;
    std::uint64_t leaf_index = 0;
};

/// One sealed height, seen whole: everything read through it is true at that height. Cheap to make, held for one request.
class Snapshot {
public:
    virtual ~Snapshot() = default;
    /// Map entries and erasable parts. `part` gives none for what this node may not read any more.
    [[nodiscard]] virtual const state::StateScanner& state() const = 0;
    [[nodiscard]] virtual types::Hash genesis_hash() const = 0;
    /// Of this height; none only at height 0 (genesis has no certificate).
    [[nodiscard]] virtual std::optional<types::QuorumCertificate> certificate() const = 0;
    [[nodiscard]] virtual types::ValidatorSet validators() const = 0;  ///< of the epoch in force at this height
    [[nodiscard]] virtual std::uint64_t log_size() const = 0;          ///< leaves, all blocks up to this height

    [[nodiscard]] virtual std::optional<TransactionPlace> find(const types::TransactionId& id) const = 0;
    /// The encoded leaf; none beyond log_size().
    [[nodiscard]] virtual std::optional<base::Bytes> leaf(std::uint64_t index) const = 0;
    /// The encoded types::BlockRecord; none above this height, for height 0, or once pruned.
    [[nodiscard]] virtual std::optional<base::Bytes> block(types::Height height) const = 0;
    /// The seal of a block at or below this height.
    [[nodiscard]] virtual std::optional<types::QuorumCertificate> seal(types::Height height) const = 0;

    /// Rows (state::IndexRow) of a sub-log (encoded state::IndexKey): how many, and those from position `from` on, until `visit`
    /// returns false.
    [[nodiscard]] virtual std::uint64_t index_size(base::BytesView index_key) const = 0;
    virtual void index_rows(base::BytesView index_key, std::uint64_t from,
                            const std::function<bool(std::uint64_t position, base::BytesView row)>& visit) const = 0;
    /// Position of the first row whose block time is at or after `time_ms`; index_size() if there is none.
    [[nodiscard]] virtual std::uint64_t index_first_at(base::BytesView index_key, base::TimeMs time_ms) const = 0;

    /// A whole proof bundle (ledger/proof), canonical CBOR. not_found for an id that is not sealed at this height.
    [[nodiscard]] virtual base::Result<base::Bytes> transaction_proof(const types::TransactionId& id) const = 0;
    /// The bundle that the log only grew between two sealed heights, older < newer ≤ height().
    [[nodiscard]] virtual base::Result<base::Bytes> consistency_proof(types::Height older, types::Height newer) const = 0;
    /// The bundle that the map holds, or does not hold, this entry under this height's root.
    [[nodiscard]] virtual base::Result<base::Bytes> state_proof(base::BytesView key) const = 0;
    /// The bundle that these are all rows of a sub-log at this height.
    [[nodiscard]] virtual base::Result<base::Bytes> index_proof(base::BytesView index_key) const = 0;
};

enum class Admission : std::uint8_t {
    accepted,  ///< in memory here and forwarded; nothing more is promised until the receipt
    pending,   ///< the same transaction was already taken
    sealed,    ///< the same transaction already has its receipt
};

struct PeerStatus {
    std::string name;
    std::string state;            ///< "connected", "connecting", "down"
    types::Height height = 0;     ///< last heard
    base::TimeMs last_heard_ms = 0;  ///< 0 = never
};

/// Two contradictory statements that a validator signed.
struct EvidenceStatus {
    std::string validator;
    std::string kind;         ///< "pre_prepare", "prepare", "commit", "view_change", "new_view", "checkpoint"
    types::Epoch epoch = 0;
    types::View view = 0;
    types::Height sequence = 0;
    base::Bytes record;       ///< both, as docs/protocol.md writes them: anybody can check the signatures
};

struct NodeStatus {
    std::string node;              ///< validator's name; empty for an observer
    std::string role;              ///< "validator", "observer"
    std::string health;            ///< "healthy", "degraded", "stopped"
    std::string summary;           ///< one sentence for a person: what is wrong, since when, what to do
    base::TimeMs since_ms = 0;     ///< of this health
    std::string version;
    types::Height height = 0;      ///< sealed
    base::TimeMs block_time_ms = 0;
    types::Hash root;              ///< of the log at `height`
    std::uint64_t log_size = 0;
    types::View view = 0;
    std::string primary;           ///< of that view; empty for an observer
    bool view_active = false;      ///< false during a view change
    std::string standing;          ///< "checking", "voting", "diverged", "lost"; empty for an observer
    types::Height sequence = 0;    ///< the last that was executed, sealed or not
    types::Height low_watermark = 0;   ///< sequence numbers above it, up to the high one, may be ordered now
    types::Height high_watermark = 0;
    types::Height stable_checkpoint = 0;  ///< the last multiple of K at which consensus records were forgotten
    std::vector<EvidenceStatus> evidence;
    std::uint64_t mempool = 0;     ///< transactions waiting
    base::TimeMs started_ms = 0;
    base::TimeMs now_ms = 0;
    std::vector<PeerStatus> peers;
};

struct ReadinessReason {
    std::string name;     ///< "caught_up", "quorum", "store"; also a gauge
    bool ok = false;
    std::string message;
};

class Backend {
public:
    virtual ~Backend() = default;

    [[nodiscard]] virtual const types::Genesis& genesis() const = 0;
    [[nodiscard]] virtual types::Hash genesis_hash() const = 0;

    /// Takes a submission whose shape, size and parts the handler has checked. The backend runs contracts' admission
    /// (signature, sender, expiry, replay), puts it into the mempool and forwards it. Refusals: invalid_signature and
    /// unauthenticated (401), unauthorised (403), conflict (409), expired and invalid_value (422), busy (429), unavailable (503).
    [[nodiscard]] virtual base::Result<Admission> submit(const types::Transaction& transaction, types::Submission submission) = 0;

    /// Calls `done` once, from any thread: with the sealed receipt as soon as there is one, or with nothing at the deadline or
    /// when the node stops. May call it before returning.
    virtual void wait_receipt(const types::TransactionId& id, std::chrono::milliseconds within,
                              std::function<void(std::optional<dto::Receipt>)> done) = 0;

    /// The last sealed height. Never null.
    [[nodiscard]] virtual std::shared_ptr<const Snapshot> snapshot() const = 0;

    /// Journals an audited read, durable when it returns; the node puts it on the ledger with its next record_reads. On an error
    /// the read is not answered (audit.md, Reports).
    [[nodiscard]] virtual base::Status record_read(const contracts::access::TrailRead& read) = 0;

    [[nodiscard]] virtual NodeStatus status() const = 0;
    [[nodiscard]] virtual std::vector<ReadinessReason> readiness() const = 0;  ///< ready = all ok
    [[nodiscard]] virtual base::Status startup() const = 0;                    ///< an error until the start-up checks are done
    [[nodiscard]] virtual std::string metrics_text() const = 0;                ///< Prometheus text format, complete lines
    [[nodiscard]] virtual base::TimeMs now_ms() const = 0;                     ///< the node's clock, for ages and quotas
};

}  // namespace placet::api
