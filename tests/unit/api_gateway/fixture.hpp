// What the gateway's tests share: a folder that goes away, and a ledger in memory that answers as the rules would.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>

#include "api/gateway/ledger_link.hpp"
#include "api/gateway/registry.hpp"
#include "contracts/access/details.hpp"
#include "contracts/access/entries.hpp"
#include "contracts/access/rows.hpp"
#include "contracts/consent/entries.hpp"
#include "contracts/dataset/entries.hpp"
#include "contracts/governance/entries.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::tests {

namespace gw = placet::api::gateway;
namespace access = placet::contracts::access;
using base::ErrorCode;

inline base::TimeMs now_ms() {
    return static_cast<base::TimeMs>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

class Folder {
public:
    explicit Folder(std::string_view name) : path_(std::filesystem::temp_directory_path() / ("placet-gateway-test-" + std::string(name))) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

inline std::string slurp(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}
inline void spill(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

/// A ledger of one thread's imagination, shared by all links to it. It keeps what was recorded, refuses a batch out of
/// sequence, and can be stopped, made deaf (recorded, but the answer is lost) or stale.
struct FakeLedger {
    std::mutex mutex;
    std::map<base::Bytes, base::Bytes> entries;
    std::map<crypto::Hash, gw::ProvedOutcome> outcomes;
    std::vector<access::AccessRow> rows;  ///< of accepted batches, in order
    std::function<access::ReleaseDetail(const access::RecordRelease&)> decide_release;
    bool stopped = false;
    bool loses_answers = false;
    base::TimeMs seal_age_ms = 0;
    types::Height height = 10;

    template <class T>
    void set(const base::Bytes& key, const T& value) { entries[key] = contracts::encode(value); }
    types::Outcome execute(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) {
        const auto kind = static_cast<contracts::CommandKind>(transaction.payload.kind);
        if (kind == contracts::CommandKind::access_batch) return take_batch(transaction, parts);
        const auto command = contracts::decode<access::RecordRelease>(transaction.payload.body);
        if (!command || !decide_release) return {false, "grant_unknown", contracts::encode(contracts::RefusalDetail{})};
        const access::ReleaseDetail detail = decide_release(*command);
        const bool any = std::ranges::any_of(detail.answers, &access::ReleaseAnswer::permits);
        return {any, any ? "released" : "release_refused", contracts::encode(detail)};
    }
    types::Outcome take_batch(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) {
        const auto command = contracts::decode<access::AccessBatch>(transaction.payload.body);
        access::SequenceHead head;
        const base::Bytes key = access::batch_head_key(command->custodian);
        if (entries.contains(key)) head = *contracts::decode<access::SequenceHead>(entries[key]);
        if (head.next != command->sequence) return {false, "sequence_gap", contracts::encode(contracts::RefusalDetail{})};
        const auto part = types::decode_part(parts.at(0));
        const auto fresh = access::decode_rows(part->payload);
        if (!fresh || access::rows_root(*fresh) != command->rows_root || types::part_commitment(parts[0]) != transaction.payload.parts.at(0))
            return {false, "rows_mismatch", contracts::encode(contracts::RefusalDetail{})};
        rows.insert(rows.end(), fresh->begin(), fresh->end());
        head.next += 1;
        head.rows += fresh->size();
        set(key, head);
        access::Batch batch;
        batch.header = *command;
        batch.transaction = transaction.id;
        set(access::batch_key(command->custodian, command->sequence), batch);
        return {true, "batch_recorded", contracts::encode(access::BatchDetail{command->custodian, command->sequence, fresh->size(), false})};
    }
};

class FakeLink final : public gw::LedgerLink {
public:
    explicit FakeLink(FakeLedger& ledger) : ledger_(ledger) {}
    base::Result<gw::ProvedEntry> entry(base::BytesView key) override {
        const std::lock_guard lock(ledger_.mutex);
        if (ledger_.stopped) return base::refuse(ErrorCode::unavailable, "no validator answers", "ledger");
        const auto found = ledger_.entries.find(base::to_bytes(key));
        gw::ProvedEntry out{std::nullopt, ledger_.height, now_ms() - ledger_.seal_age_ms};
        if (found != ledger_.entries.end()) out.value = found->second;
        return out;
    }
    base::Result<gw::ProvedOutcome> record(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) override {
        const std::lock_guard lock(ledger_.mutex);
        if (ledger_.stopped) return base::refuse(ErrorCode::unavailable, "no validator answers", "ledger");
        if (!ledger_.outcomes.contains(transaction.id))
            ledger_.outcomes[transaction.id] = {transaction.id, ledger_.execute(transaction, parts), ++ledger_.height, 1, now_ms()};
        if (ledger_.loses_answers) return base::refuse(ErrorCode::timeout, "no answer in time", "ledger");
        return ledger_.outcomes[transaction.id];
    }
    base::Result<gw::ProvedOutcome> outcome(const types::Transaction& transaction) override {
        const std::lock_guard lock(ledger_.mutex);
        if (ledger_.stopped) return base::refuse(ErrorCode::unavailable, "no validator answers", "ledger");
        const auto found = ledger_.outcomes.find(transaction.id);
        if (found == ledger_.outcomes.end()) return base::refuse(ErrorCode::not_found, "not sealed", "id");
        return found->second;
    }

private:
    FakeLedger& ledger_;
};

}  // namespace placet::tests
