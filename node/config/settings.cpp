// The table of placetd's settings: see config.hpp. To add one: a field, and a row here; everything else follows.
#include "node/config/config.hpp"

namespace placet::node {

namespace {

using Number = Setting::Number;
using Text = Setting::Text;
using Path = Setting::Path;
using List = Setting::List;

std::vector<Setting> node_settings() {
    return {
        {"name", "", "The validator's name in genesis. Of an observer: a name for logs.", Text{[](Config& c) -> auto& { return c.name; }, {}}},
        {"role", "validator", "A validator votes, if its seat stands in genesis. An observer follows, checks every seal and serves reads.",
         Text{[](Config& c) -> auto& { return c.role_text; }, {"validator", "observer"}}},
        {"genesis", "genesis.json", "The genesis file. Compare its fingerprint (placet genesis fingerprint) with the other members' before the first start.",
         Path{[](Config& c) -> auto& { return c.genesis; }}},
        {"data", "data", "Folder of the store and the lock. On a local disk with honest fsync; one placetd at a time.",
         Path{[](Config& c) -> auto& { return c.data; }}},
        {"keys", "keys", "Folder of the sealed keys: vote.key, checkpoint.key, service.key, note.key, parts-root.key (a validator's), tls.key and tls.crt (every node's).",
         Path{[](Config& c) -> auto& { return c.keys; }}},
        {"passphrase_file", "", "File, mode 0600, whose first line opens the keys. Empty: the systemd credential placet-passphrase. A passphrase is never a setting.",
         Path{[](Config& c) -> auto& { return c.passphrase_file; }}},
    };
}

std::vector<Setting> edge_settings() {
    return {
        {"network.listen", "", "host:port for the other validators. Empty: the peer_address that genesis has for this validator.",
         Text{[](Config& c) -> auto& { return c.network.listen; }, {}}},
        {"api.listen", "", "host:port of the REST API. Empty: the api_address that genesis has for this validator; an observer must set it.",
         Text{[](Config& c) -> auto& { return c.api.listen; }, {}}},
        {"api.threads", "2", "Threads that serve REST.", Number{[](Config& c) -> auto& { return c.api.threads; }, 1, 64}},
        {"api.connections", "640", "REST connections open at once, a quarter of them from one address; each takes 85 KiB.",
         Number{[](Config& c) -> auto& { return c.api.connections; }, 8, 65536}},
        {"api.requests_per_second", "500", "Quota of one client certificate; beyond it and the burst: 429 with Retry-After.",
         Number{[](Config& c) -> auto& { return c.api.requests_per_second; }, 1, 1000000}},
        {"api.burst", "2000", "What one client certificate may use at once.", Number{[](Config& c) -> auto& { return c.api.burst; }, 1, 1000000}},
        {"api.anonymous_requests_per_second", "50", "The same for an address without a certificate that the ledger knows.",
         Number{[](Config& c) -> auto& { return c.api.anonymous_requests_per_second; }, 1, 1000000}},
        {"api.anonymous_burst", "200", "The same at once.", Number{[](Config& c) -> auto& { return c.api.anonymous_burst; }, 1, 1000000}},
    };
}

std::vector<Setting> consensus_settings() {
    return {
        {"consensus.view_timeout_ms", "1000", "Nothing sealed for so long while work waits: accuse the primary. Doubled per failed view.",
         Number{[](Config& c) -> auto& { return c.consensus.view_timeout_ms; }, 100, 60000}},
        {"consensus.view_timeout_cap_ms", "8000", "The doubling's cap.", Number{[](Config& c) -> auto& { return c.consensus.view_timeout_cap_ms; }, 100, 60000}},
        {"consensus.heartbeat_ms", "2000", "Nothing proposed for so long: the primary proposes an empty block, so that block time moves.",
         Number{[](Config& c) -> auto& { return c.consensus.heartbeat_ms; }, 100, 60000}},
        {"consensus.busy_status_ms", "250", "How often a validator says where it is while unsealed work exists.",
         Number{[](Config& c) -> auto& { return c.consensus.busy_status_ms; }, 10, 60000}},
        {"consensus.idle_status_ms", "1000", "The same when idle.", Number{[](Config& c) -> auto& { return c.consensus.idle_status_ms; }, 10, 60000}},
        {"consensus.batch_ms", "10", "The primary cuts batches no more often than this while one is under way.",
         Number{[](Config& c) -> auto& { return c.consensus.batch_ms; }, 1, 1000}},
        {"consensus.clock_skew_ms", "5000", "How far a fresh proposal's time may be from this machine's clock.",
         Number{[](Config& c) -> auto& { return c.consensus.clock_skew_ms; }, 100, 60000}},
        {"consensus.round_trip_ms", "200", "The slowest round trip between validators that the network promises; with bandwidth it must fit into the cap.",
         Number{[](Config& c) -> auto& { return c.consensus.round_trip_ms; }, 1, 10000}},
        {"consensus.bandwidth_kib_per_s", "16384", "The least bandwidth between two validators that the network promises.",
         Number{[](Config& c) -> auto& { return c.consensus.bandwidth_kib_per_s; }, 64, 1 << 30}},
    };
}

std::vector<Setting> other_settings() {
    return {
        {"limits.mempool_transactions", "20000", "Transactions that may wait; beyond it 429 before acceptance.",
         Number{[](Config& c) -> auto& { return c.limits.mempool_transactions; }, 16, 10000000}},
        {"limits.mempool_mib", "64", "Their bytes, parts included.", Number{[](Config& c) -> auto& { return c.limits.mempool_mib; }, 4, 65536}},
        {"limits.verify_threads", "2", "Threads that check signatures of messages from other validators.",
         Number{[](Config& c) -> auto& { return c.limits.verify_threads; }, 1, 256}},
        {"limits.waiting_receipts", "20000", "Clients that may wait for a receipt at once (Prefer: wait).",
         Number{[](Config& c) -> auto& { return c.limits.waiting_receipts; }, 16, 1000000}},
        {"limits.min_free_mib", "64", "With less free on the data disk the node stops with a message instead of filling it.",
         Number{[](Config& c) -> auto& { return c.limits.min_free_mib; }, 0, 1 << 30}},
        {"limits.full_check_below_mib", "2048", "A store up to this size has every block of every file read and checked at start.",
         Number{[](Config& c) -> auto& { return c.limits.full_check_below_mib; }, 0, 1 << 30}},
        {"observer.follow", "", "host:port of the validators to follow, tried in order. Empty: all of genesis.",
         List{[](Config& c) -> auto& { return c.observer.follow; }}},
        {"observer.poll_ms", "500", "How often an observer that is up to date asks for the next block.",
         Number{[](Config& c) -> auto& { return c.observer.poll_ms; }, 10, 60000}},
        {"log.level", "info", "trace, debug, info, warn or error. One JSON object a line.",
         Text{[](Config& c) -> auto& { return c.log.level; }, {"trace", "debug", "info", "warn", "error"}}},
        {"log.file", "", "Where the log goes. Empty: standard error.", Text{[](Config& c) -> auto& { return c.log.file; }, {}}},
    };
}

}  // namespace

const std::vector<Setting>& settings() {
    static const std::vector<Setting> all = [] {
        std::vector<Setting> out;
        for (auto&& group : {node_settings(), edge_settings(), consensus_settings(), other_settings()})
            out.insert(out.end(), group.begin(), group.end());
        return out;
    }();
    return all;
}

std::string environment_name(const Setting& setting) {
    std::string out = "PLACET_";
    for (const char c : setting.name) out += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return out;
}

}  // namespace placet::node
