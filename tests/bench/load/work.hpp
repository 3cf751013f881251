// What a client of the load submits: enrolment of a patient, an emergency access with a document beside it, or a batch
// of accesses.
#pragma once

#include "ledger/types/transaction.hpp"
#include "tests/bench/load/load.hpp"

namespace placet::bench {

struct Work {
    types::Transaction transaction;
    std::vector<base::Bytes> parts;
};

class WorkMaker {
public:
    WorkMaker(const types::Genesis& genesis, std::size_t part_bytes, std::size_t rows);
    /// The next for this client, signed. `done`: how many of it were accepted so far (a batch's sequence; the patient
    /// comes first).
    [[nodiscard]] Work next(const LoadClient& client, std::uint64_t done) const;

private:
    [[nodiscard]] Work enrolment(const LoadClient& client, const types::Pseudonym& pseudonym) const;
    [[nodiscard]] Work emergency_policy(const LoadClient& client) const;
    [[nodiscard]] Work emergency(const LoadClient& client) const;
    [[nodiscard]] Work batch(const LoadClient& client, std::uint64_t sequence) const;
    [[nodiscard]] Work sign(const LoadClient& client, std::uint64_t kind, base::Bytes body,
                            std::vector<base::Bytes> parts) const;

    crypto::Hash genesis_;
    std::size_t part_bytes_;
    std::size_t rows_;
};

/// The POST of it, to be answered with the receipt.
[[nodiscard]] std::string request_of(const Work& work, std::string_view host);

}  // namespace placet::bench
