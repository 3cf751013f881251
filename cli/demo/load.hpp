// Load on the running network: many clients that sign, submit and wait for sealed receipts, each receipt's certificate verified
// against genesis before it counts as acknowledged. Here the work is a hospital enrolling a register of new patients.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/demo/identity.hpp"
#include "ledger/base/error.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::cli::demo {

/// One acknowledged transaction.
struct Acknowledgement {
    types::TransactionId id;
    types::Height height = 0;
    std::uint64_t leaf_index = 0;
    base::TimeMs at_ms = 0;  ///< wall clock at which the verified receipt was in hand
    std::string via;         ///< the validator that answered
};

class Load {
public:
    /// Starts `threads` clients with the keys of the home (an operator's). Errors: the home or its keys cannot be opened.
    [[nodiscard]] static base::Result<std::unique_ptr<Load>> start(const std::filesystem::path& home, std::size_t threads);
    ~Load();

    [[nodiscard]] std::size_t acknowledged() const noexcept { return count_.load(); }
    /// Lets every client finish what it has under way and returns all acknowledgements in order of time.
    [[nodiscard]] std::vector<Acknowledgement> finish();
    /// Submissions that ended without a verified receipt (not acknowledged; nobody was told they were recorded), by reason.
    [[nodiscard]] std::vector<std::string> unanswered() const;

private:
    explicit Load(Identity identity);
    void client(std::size_t number);

    Identity identity_;
    std::atomic<bool> stop_{false};
    std::atomic<std::size_t> count_{0};
    mutable std::mutex mutex_;
    std::vector<Acknowledgement> acknowledged_;
    std::vector<std::string> unanswered_;
    std::vector<std::thread> clients_;
};

}  // namespace placet::cli::demo
