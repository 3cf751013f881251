// Evaluates cohorts for requests whose dataset's custodian is this validator's organisation: off the block, at a sealed height, and
// submits the result with the service key. What was submitted is durable before it leaves (with the salt and the eligible members, which
// stay here), so a restart submits the same transaction again instead of another one. The housekeeping thread's alone, but note().
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "contracts/access/cohort.hpp"
#include "node/disk/disk_writer.hpp"
#include "node/duties/own_transactions.hpp"
#include "node/telemetry/log.hpp"

namespace placet::node {

class CohortEvaluator {
public:
    struct Parts {
        const store::Store& store;
        DiskWriter& disk;
        const OwnTransactions& own;
        std::string organisation;
        Log& log;
    };
    explicit CohortEvaluator(Parts parts) : parts_(std::move(parts)) {}

    /// Every open request of the sealed state. Once, at start.
    [[nodiscard]] base::Status load();
    /// Any thread: transactions that were sealed; new requests among them are looked at in the next tick.
    void note(const std::vector<types::Transaction>& sealed);
    void tick(const store::SealedView& view, base::TimeMs now_ms);

private:
    using Task = std::pair<std::string, std::string>;  // request, dataset
    /// False once nothing of the request is left to do here.
    [[nodiscard]] bool attend(const std::string& request, const store::SealedView& view, base::TimeMs now_ms);
    void evaluate(const contracts::access::Request& request, const std::string& dataset, const store::SealedView& view, base::TimeMs now_ms);
    [[nodiscard]] std::optional<types::Transaction> stored(const Task& task) const;
    void submit(const Task& task, const types::Transaction& transaction);

    Parts parts_;
    std::mutex mutex_;
    std::set<std::string> noted_;
    std::set<std::string> open_;
    std::map<Task, types::Transaction> under_way_;
};

}  // namespace placet::node
