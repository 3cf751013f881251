// The synchronous HTTPS client of placet and the gateway: TLS 1.3, server pinned by SPKI hash, one connection kept open, the
// next endpoint tried when one does not answer. Not thread-safe: one client per thread. It never retries a POST whose outcome
// it does not know at another address except transactions, which are idempotent by their id.
//
// Errors are base::Error; the code says the kind, and `exit_code` maps it to placet's exit codes:
//   unavailable = no endpoint could be reached · timeout = not committed (or not answered) in time · not_found ·
//   unauthenticated, unauthorised · conflict, invalid_value, expired, … = refused, with the problem's words and field.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "api/dto/receipt.hpp"
#include "api/http/message.hpp"
#include "ledger/base/error.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::api::client {

struct Endpoint {
    std::string address;     ///< "host:port"
    crypto::SpkiHash spki;   ///< the certificate there must have this key; anything else is `unavailable`
};

struct ClientConfig {
    std::vector<Endpoint> endpoints;  ///< tried in order, beginning with the one that last answered; at least one
    std::string certificate_pem;      ///< the actor's client certificate; empty = anonymous
    std::string key_pem;
    std::chrono::milliseconds connect_timeout{3000};
    std::chrono::milliseconds request_timeout{15000};  ///< a whole request; lengthened by `wait`
    std::size_t max_response_bytes = 64 * 1024 * 1024;
};

/// Every validator of a genesis as endpoints, `first` (a validator's name; may be empty) before the others.
[[nodiscard]] std::vector<Endpoint> endpoints_of(const types::Genesis& genesis, std::string_view first);
/// The same of any epoch's set.
[[nodiscard]] std::vector<Endpoint> endpoints_of(const types::ValidatorSet& set, std::string_view first);

class Client {
public:
    /// Refuses a certificate without its key and an address without port (invalid_value). Does not connect yet.
    [[nodiscard]] static base::Result<Client> make(ClientConfig config);
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    /// One request with failover; any status of a server is a success here.
    [[nodiscard]] base::Result<http::Response> send(const http::Request& request);
    /// GET `target` ("/v1/blocks?from=7"): the body of a 200, else the problem as an Error.
    [[nodiscard]] base::Result<base::Bytes> get(std::string_view target, std::string_view accept = "application/json");
    /// POST of JSON text: the body of a 2xx, else the problem as an Error.
    [[nodiscard]] base::Result<base::Bytes> post_json(std::string_view target, std::string_view json);

    /// Submits and waits at most `wait` for the sealed receipt, at other endpoints too when one dies meanwhile. A receipt that
    /// says refused is a success of this function: look at outcome.accepted. The certificate is not verified here: see
    /// types::verify. timeout = accepted, but no receipt in time; the message carries the transaction id.
    [[nodiscard]] base::Result<dto::Receipt> submit(const types::Transaction& transaction, const std::vector<base::Bytes>& parts,
                                                    std::chrono::milliseconds wait);
    /// Submits without waiting (202): success = taken into memory at one validator, nothing more.
    [[nodiscard]] base::Status submit_only(const types::Transaction& transaction, const std::vector<base::Bytes>& parts);
    /// The receipt of a transaction submitted before; not_found after `wait` without one.
    [[nodiscard]] base::Result<dto::Receipt> receipt(const types::TransactionId& id, std::chrono::milliseconds wait);

    /// The address that answered last; empty before the first answer.
    [[nodiscard]] std::string last_address() const;

private:
    struct Impl;
    explicit Client(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

/// RFC 9457 problem body → Error (code from its type, field, detail); any other body → Error from the status alone.
[[nodiscard]] base::Error error_of(const http::Response& response);

/// ecosystem.md: 3 cannot connect, 4 refused by the ledger, 5 not committed in time, 6 not found, 7 not authorised, 1 else.
[[nodiscard]] int exit_code(base::ErrorCode code) noexcept;

}  // namespace placet::api::client
