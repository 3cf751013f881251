// The load: clients with keys and certificates of their own, each over one or more connections, that submit a signed
// transaction, wait for its receipt and submit the next. A receipt counts if its certificate verifies against the
// genesis file (each certificate is verified once). One thread; a process of its own, so that its time can be told from
// the validators'.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "ledger/types/genesis.hpp"
#include "tests/bench/load/connection.hpp"

namespace placet::bench {

struct LoadClient {
    std::string id;  ///< "name@organisation"
    crypto::SigningKey key;
    std::string certificate_pem;
    std::string key_pem;
};

struct LoadPlan {
    types::Genesis genesis;
    std::vector<LoadClient> clients;
    std::size_t connections = 1;  ///< connection i is of client i mod clients, to validator i mod n
    std::size_t part_bytes = 0;   ///< a document beside each transaction; 0: none, and the transaction enrols a patient
    std::size_t rows = 0;  ///< each transaction is a batch of so many rows of access, and one is under way per hospital
    std::chrono::milliseconds warm_up{3000};
    std::chrono::milliseconds measured{10000};
};

struct LoadResult {
    std::vector<std::uint32_t> latencies_us;  ///< of what was acknowledged while measured
    std::uint64_t refused = 0;                ///< receipts that say no
    std::uint64_t unproved = 0;               ///< certificates that do not verify
    std::uint64_t turned_away = 0;            ///< 429, 503 and the like; tried again
    std::uint64_t broken = 0;                 ///< connections that ended
    std::uint64_t blocks = 0;                 ///< distinct certificates
    double seconds = 0;
    double longest_pause_ms = 0;  ///< without any acknowledgement while measured
    std::string first_problem;
};

/// `on_phase` is called when measuring begins and when it ends.
[[nodiscard]] LoadResult run_load(const LoadPlan& plan, const std::function<void(const char* phase)>& on_phase);

}  // namespace placet::bench
