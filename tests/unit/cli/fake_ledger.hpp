// A node of one's own making behind a real TLS server: a sample chain that takes whatever is submitted, and that can be told to
// lie about it. For what the command line believes and what not.
#pragma once

#include <memory>
#include <mutex>

#include "api/http/server.hpp"
#include "ledger/crypto/certificate.hpp"
#include "tests/support/sample_chain.hpp"

namespace placet::tests::cli {

enum class Behaviour : std::uint8_t {
    honest,
    damages_proof,      ///< one bit of the bundle flipped
    proves_another,     ///< an honest bundle of another transaction
    proves_other_chain, ///< a bundle of a chain with other keys
    never_seals,        ///< 202 for ever
    refuses_certificate, ///< 403 to everything
    refuses_field        ///< 422 to a transaction, for the field body.reason; 400 to a question; 404 to one about nobody
};

class FakeLedger {
public:
    explicit FakeLedger(Behaviour behaviour);

    [[nodiscard]] const types::Genesis& genesis() const { return chain_.genesis(); }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
    [[nodiscard]] const crypto::SpkiHash& spki() const { return spki_; }

private:
    [[nodiscard]] api::http::Response answer(const api::http::Request& request);
    [[nodiscard]] api::http::Response take(const api::http::Request& request);
    [[nodiscard]] base::Bytes proof() const;

    std::mutex mutex_;
    Behaviour behaviour_;
    SampleChain chain_;
    crypto::SpkiHash spki_;
    std::unique_ptr<api::http::Server> server_;
};

}  // namespace placet::tests::cli
