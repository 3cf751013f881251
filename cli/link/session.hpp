// One actor talking to the ledger: its home, the genesis it trusts, its keys, and a connection to the validators.
//
// Nothing a node says is believed: a transaction counts as recorded only when the proof bundle of its own leaf verifies against
// the genesis file (quorum certificate, inclusion, the very octets we signed).
// One thread. Passphrase and keys are opened when first needed, so that what needs none asks for none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/client/client.hpp"
#include "cli/frame/command.hpp"
#include "cli/home/home.hpp"
#include "contracts/common/codec.hpp"
#include "contracts/common/command_kind.hpp"
#include "ledger/types/transaction.hpp"

namespace placet::cli::link {

/// A transaction that is sealed, with the proof that was verified.
struct Recorded {
    types::TransactionId id;
    types::Payload payload;
    types::EventLeaf event;
    std::uint64_t leaf_index = 0;
    base::Bytes bundle;  ///< for `proof`, and for a patient's receipt
};

/// A command ready to be signed.
struct Draft {
    contracts::CommandKind kind;
    base::Bytes body;
    std::vector<base::Bytes> parts;  ///< encoded types::Part, in the order the body names them
    std::optional<types::TransactionId> after;
};
template <class Command>
[[nodiscard]] Draft draft(const Command& command, std::vector<base::Bytes> parts = {}) {
    return {Command::kKind, contracts::encode(command), std::move(parts), std::nullopt};
}

class Session {
public:
    /// Opens the home and its genesis; connects to nobody yet.
    [[nodiscard]] static frame::Outcome<Session> open(frame::Context& context);

    [[nodiscard]] const home::Home& home() const noexcept { return home_; }
    [[nodiscard]] home::Home& home() noexcept { return home_; }
    [[nodiscard]] const types::Genesis& genesis() const noexcept { return genesis_; }
    [[nodiscard]] const crypto::Hash& genesis_hash() const noexcept { return genesis_hash_; }
    [[nodiscard]] frame::Context& context() noexcept { return *context_; }
    [[nodiscard]] const frame::Settings& settings() const noexcept { return context_->settings; }
    [[nodiscard]] frame::Outcome<home::Passphrase> passphrase() const { return home::passphrase_of(home_); }

    /// Signs with the home's transaction key, under a fresh nonce and the longest life a transaction may have.
    [[nodiscard]] frame::Outcome<types::Transaction> sign(const Draft& draft);
    /// Signs, submits, waits at most --timeout for the seal, fetches the proof and verifies it. A refusal by the ledger is
    /// recorded like a success: look at event.outcome.
    [[nodiscard]] frame::Outcome<Recorded> submit(const Draft& draft);
    /// The same for a transaction that is signed already (`tx submit`).
    [[nodiscard]] frame::Outcome<Recorded> submit(const types::Transaction& transaction, const std::vector<base::Bytes>& parts);

    /// Hands a signed transaction to a validator without waiting; retries while the validator is busy.
    [[nodiscard]] frame::Outcome<void> hand_over(const types::Transaction& transaction, const std::vector<base::Bytes>& parts);
    /// Waits for the seal of a transaction handed over before, then verifies as submit() does.
    [[nodiscard]] frame::Outcome<Recorded> await(const types::TransactionId& id, std::optional<crypto::Hash> transaction_octets = {});

    /// A connection to somebody who is no validator (a gateway), under the home's own certificate.
    [[nodiscard]] frame::Outcome<api::client::Client> connect(const api::client::Endpoint& endpoint, std::chrono::milliseconds patience) const;

    /// GET of JSON; `target` is path and query.
    [[nodiscard]] frame::Outcome<frame::Json> get(const std::string& target);
    /// GET of every page of a list (`items` and `next`), as one array.
    [[nodiscard]] frame::Outcome<frame::Json> get_all(const std::string& target);
    /// POST of a canonical CBOR item that asks and changes nothing (`request check`); the answer is JSON.
    [[nodiscard]] frame::Outcome<frame::Json> ask(const std::string& target, base::Bytes body);
    [[nodiscard]] frame::Outcome<base::Bytes> get_bytes(const std::string& target, std::string_view accept);

private:
    Session(frame::Context& context, home::Home opened, types::Genesis genesis);
    [[nodiscard]] frame::Outcome<api::client::Client*> client();
    /// Puts the home's certificate and key into `config`; nothing for a home without one.
    [[nodiscard]] frame::Outcome<void> identify(api::client::ClientConfig& config) const;
    [[nodiscard]] frame::Outcome<Recorded> proved(const types::TransactionId& id, std::optional<crypto::Hash> octets);
    [[nodiscard]] std::chrono::milliseconds patience() const;

    frame::Context* context_;
    home::Home home_;
    types::Genesis genesis_;
    crypto::Hash genesis_hash_;
    std::optional<api::client::Client> client_;
    std::optional<crypto::SigningKey> key_;
};

/// {"transaction", "height", "leaf_index", "block_time", "accepted", "code", "sentence", "verified": true}
[[nodiscard]] frame::Json recorded_json(const Recorded& recorded);

/// The end of a command that wrote: a report with `data` and `words` and the place on the ledger, or the failure "refused"
/// (exit 4) with the ledger's reasons and what would change them.
[[nodiscard]] frame::CommandResult conclude(const Recorded& recorded, frame::Json data, frame::Words words);

/// A node's or gateway's "no" to a read or question, with its exit code.
[[nodiscard]] frame::Failure read_failure(base::Error error);
/// The same of an answer with a status: a question that the node calls malformed (4xx) was wrong use.
[[nodiscard]] frame::Failure answer_failure(const api::http::Response& response);

/// JSON text into our value; the limits of api/dto.
[[nodiscard]] base::Result<frame::Json> json_from(std::string_view text);

/// An id as one segment of a REST path, percent-encoded.
[[nodiscard]] std::string segment(std::string_view id);

/// "?a=b&c=d" with what is not empty, percent-encoded.
[[nodiscard]] std::string query(std::initializer_list<std::pair<std::string_view, std::string>> fields);

}  // namespace placet::cli::link
