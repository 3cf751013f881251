// How the node is: status for people, live, started and ready for supervisors.
#include "api/handlers/backlog.hpp"
#include "api/handlers/operations.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::handlers {
namespace {

http::Response plain(unsigned status, const std::string& text) {
    http::Response response = http::text_response(status, "text/plain; charset=utf-8", text);
    response.set("Cache-Control", "no-store");
    return response;
}

void write_peer(dto::JsonWriter& writer, const PeerStatus& peer) {
    writer.begin_object().key("name").text(peer.name).key("state").text(peer.state).key("height").uint(peer.height).key("last_heard");
    if (peer.last_heard_ms == 0) writer.null();
    else writer.instant(peer.last_heard_ms);
    writer.end_object();
}

void write_evidence(dto::JsonWriter& writer, const EvidenceStatus& evidence) {
    writer.begin_object().key("validator").text(evidence.validator).key("kind").text(evidence.kind).key("epoch").uint(evidence.epoch);
    writer.key("view").uint(evidence.view).key("sequence").uint(evidence.sequence).key("record").hex(evidence.record).end_object();
}

}  // namespace

Answer read_status(const Context& context) {
    const NodeStatus status = context.backend.status();
    dto::JsonWriter writer;
    writer.begin_object().key("chain").text(context.backend.genesis().chain).key("genesis").hex(context.backend.genesis_hash().view());
    writer.key("node").text(status.node).key("role").text(status.role).key("health").text(status.health).key("summary").text(status.summary);
    writer.key("since").instant(status.since_ms).key("version").text(status.version);
    writer.key("height").uint(status.height).key("block_time").instant(status.block_time_ms);
    writer.key("root").hex(status.root.view()).key("log_size").uint(status.log_size);
    writer.key("view").uint(status.view).key("primary").text(status.primary).key("view_active").boolean(status.view_active);
    writer.key("standing").text(status.standing).key("sequence").uint(status.sequence);
    writer.key("low_watermark").uint(status.low_watermark).key("high_watermark").uint(status.high_watermark);
    writer.key("stable_checkpoint").uint(status.stable_checkpoint).key("mempool").uint(status.mempool);
    writer.key("started").instant(status.started_ms).key("now").instant(status.now_ms);
    writer.key("peers").begin_array();
    for (const PeerStatus& peer : status.peers) write_peer(writer, peer);
    writer.end_array().key("evidence").begin_array();
    for (const EvidenceStatus& evidence : status.evidence) write_evidence(writer, evidence);
    writer.end_array();
    if (const auto backlog = own_backlog(context.backend, *context.snapshot)) {
        writer.key("backlog").begin_object().key("reviews_open").uint(backlog->reviews_open).key("reviews_overdue").uint(backlog->reviews_overdue);
        writer.key("withdrawals_waiting").uint(backlog->withdrawals_waiting).key("withdrawals_overdue").uint(backlog->withdrawals_overdue).end_object();
    }
    writer.end_object();
    return json_response(std::move(writer).finish());
}

Answer livez(const Context&) { return plain(200, "live\n"); }

Answer startupz(const Context& context) {
    const base::Status started = context.backend.startup();
    if (started) return plain(200, "started\n");
    return plain(503, "not started: " + started.error().message + "\n");
}

Answer readyz(const Context& context) {
    const auto reasons = context.backend.readiness();
    const bool ready = std::ranges::all_of(reasons, [](const ReadinessReason& reason) { return reason.ok; });
    std::string text = ready ? "ready\n" : "not ready\n";
    for (const ReadinessReason& reason : reasons)
        if (!reason.ok || context.query.contains("verbose")) text += (reason.ok ? "[+] " : "[-] ") + reason.name + ": " + reason.message + '\n';
    return plain(ready ? 200 : 503, text);
}

}  // namespace placet::api::handlers
