// See session.hpp. The order in proved() matters: genesis, certificate and path first (proof::verify), then that the leaf is ours.
#include "cli/link/session.hpp"

#include <thread>

#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"
#include "cli/words/in_words.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/random.hpp"
#include "ledger/proof/verify.hpp"

namespace placet::cli::link {

using base::ErrorCode;
using frame::Exit;
using frame::fail;
using frame::Failure;
using frame::Json;
using frame::Outcome;

namespace {

base::Error nobody_answers(base::Error error) {
    if (error.code == ErrorCode::unavailable && error.field.empty())
        error.message = "no validator answers; the last one: " + error.message +
                        ". `placet status --all` says which run; a network on this machine is started by `placet "
                        "localnet start DIR`";
    return error;
}

/// A node's or the client's refusal, with the exit codes of writing. A field of the command that the rules of its form
/// do not let through was wrong use: nothing was recorded.
Failure write_failure(base::Error error, const types::TransactionId& id) {
    Exit exit = static_cast<Exit>(api::client::exit_code(error.code));
    const bool is_field = error.code == ErrorCode::invalid_value && error.field.starts_with("body.");
    if (is_field || error.code == ErrorCode::malformed || error.code == ErrorCode::too_large) exit = Exit::usage;
    if (exit == Exit::no_connection) error = nobody_answers(std::move(error));
    return {exit, std::move(error), Json::object({{"transaction", base::to_hex(id.view())}})};
}

}  // namespace

Failure read_failure(base::Error error) {
    const Exit exit = static_cast<Exit>(api::client::exit_code(error.code));
    return {exit == Exit::refused ? Exit::usage : exit, std::move(error)};
}

Failure answer_failure(const api::http::Response& response) {
    Failure failure = read_failure(api::client::error_of(response));
    if (response.status / 100 == 4 && failure.exit == Exit::failed) failure.exit = Exit::usage;
    return failure;
}

Session::Session(frame::Context& context, home::Home opened, types::Genesis genesis)
    : context_(&context), home_(std::move(opened)), genesis_(std::move(genesis)), genesis_hash_(types::genesis_hash(genesis_)) {}

Outcome<Session> Session::open(frame::Context& context) {
    auto opened = home::open_home(context.settings);
    if (!opened) return std::unexpected(std::move(opened).error());
    if (opened->genesis.empty())
        return fail(Exit::configuration, ErrorCode::invalid_value, "placet.toml names no genesis file; add genesis = \"…\" or give --genesis FILE",
                    "genesis");
    auto genesis = home::read_genesis(opened->genesis);
    if (!genesis) return std::unexpected(std::move(genesis).error());
    return Session(context, std::move(*opened), std::move(*genesis));
}

std::chrono::milliseconds Session::patience() const {
    return std::chrono::seconds(context_->settings.timeout_s);
}

Outcome<api::client::Client*> Session::client() {
    if (client_) return &*client_;
    api::client::ClientConfig config;
    const auto& seats = genesis_.validators.validators;
    std::string first = home_.node;
    const auto named = std::ranges::find(home_.endpoints, first, &home::PinnedEndpoint::name);
    const bool asks_endpoint = !first.empty() && named != home_.endpoints.end();
    if (!first.empty() && !asks_endpoint && std::ranges::find(seats, first, &types::Validator::name) == seats.end()) {
        std::vector<std::string> names;
        for (const auto& seat : seats) names.push_back(seat.name);
        return frame::usage("genesis has no validator \"" + first + "\"; there are " + words::joined(names), "--node");
    }
    if (asks_endpoint) config.endpoints.push_back({named->address, named->spki});
    for (const auto& pinned : home_.endpoints)
        if (pinned.name.empty()) config.endpoints.push_back({pinned.address, pinned.spki});
    if (first.empty()) {
        const auto own = std::ranges::find(seats, home_.organisation, &types::Validator::organisation);
        if (own != seats.end()) first = own->name;
    }
    auto validators = api::client::endpoints_of(genesis_, first);
    // A validator that was asked for by name comes before pinned endpoints.
    const auto place = context_->settings.node && !asks_endpoint ? config.endpoints.begin() : config.endpoints.end();
    config.endpoints.insert(place, validators.begin(), validators.end());
    if (auto identified = identify(config); !identified) return std::unexpected(identified.error());
    auto made = api::client::Client::make(std::move(config));
    if (!made) return std::unexpected(Failure(Exit::configuration, made.error()));
    client_.emplace(std::move(*made));
    return &*client_;
}

Outcome<void> Session::identify(api::client::ClientConfig& config) const {
    if (home_.certificate.empty() || home_.tls_key.empty()) return {};
    const auto passphrase = home::passphrase_of(home_);
    if (!passphrase) return std::unexpected(passphrase.error());
    auto certificate = home::read_text(home_.certificate, 64 * 1024);
    auto key = home::open_tls_key(home_.tls_key, *passphrase);
    if (!certificate) return std::unexpected(Failure(Exit::configuration, certificate.error()));
    if (!key) return std::unexpected(Failure(Exit::configuration, key.error()));
    config.certificate_pem = std::move(*certificate);
    config.key_pem = std::move(*key);
    return {};
}

Outcome<api::client::Client> Session::connect(const api::client::Endpoint& endpoint, std::chrono::milliseconds patience) const {
    api::client::ClientConfig config;
    config.endpoints = {endpoint};
    config.request_timeout = patience;
    if (auto identified = identify(config); !identified) return std::unexpected(identified.error());
    auto made = api::client::Client::make(std::move(config));
    if (!made) return std::unexpected(Failure(Exit::configuration, made.error()));
    return std::move(*made);
}

Outcome<types::Transaction> Session::sign(const Draft& draft) {
    if (!key_) {
        if (home_.transaction_key.empty())
            return fail(Exit::configuration, ErrorCode::invalid_value, "this home has no transaction key and can only read", "transaction_key");
        const auto passphrase = home::passphrase_of(home_);
        if (!passphrase) return std::unexpected(passphrase.error());
        auto key = home::open_signing_key(home_.transaction_key, *passphrase);
        if (!key) return std::unexpected(Failure(Exit::configuration, key.error()));
        key_.emplace(std::move(*key));
    }
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(draft.kind);
    payload.nonce = crypto::random_fixed<types::Nonce>();
    // A minute less than the longest life: the validators' clock decides, not ours.
    payload.expires_at_ms = home::now_ms() + types::kMaxLifeMs - 60 * 1000;
    payload.after = draft.after;
    payload.body = draft.body;
    for (const base::Bytes& part : draft.parts) payload.parts.push_back(types::part_commitment(part));
    return types::sign(payload, *key_, genesis_hash_);
}

Outcome<Recorded> Session::submit(const Draft& draft) {
    const auto transaction = sign(draft);
    if (!transaction) return std::unexpected(transaction.error());
    return submit(*transaction, draft.parts);
}

Outcome<Recorded> Session::submit(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) {
    auto connection = client();
    if (!connection) return std::unexpected(connection.error());
    const auto receipt = (*connection)->submit(transaction, parts, patience());
    if (!receipt) return std::unexpected(write_failure(receipt.error(), transaction.id));
    return proved(transaction.id, transaction.digest);
}

Outcome<void> Session::hand_over(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) {
    auto connection = client();
    if (!connection) return std::unexpected(connection.error());
    const auto deadline = std::chrono::steady_clock::now() + patience();
    for (auto pause = std::chrono::milliseconds(20);; pause = std::min(pause * 2, std::chrono::milliseconds(1000))) {
        const auto status = (*connection)->submit_only(transaction, parts);
        if (status) return {};
        const bool later = status.error().code == ErrorCode::busy || status.error().code == ErrorCode::unavailable;
        if (!later || std::chrono::steady_clock::now() + pause > deadline) return std::unexpected(write_failure(status.error(), transaction.id));
        std::this_thread::sleep_for(pause);
    }
}

Outcome<Recorded> Session::await(const types::TransactionId& id, std::optional<crypto::Hash> transaction_octets) {
    auto connection = client();
    if (!connection) return std::unexpected(connection.error());
    const auto receipt = (*connection)->receipt(id, patience());
    if (!receipt) return std::unexpected(write_failure(receipt.error(), id));
    return proved(id, transaction_octets);
}

Outcome<Recorded> Session::proved(const types::TransactionId& id, std::optional<crypto::Hash> octets) {
    auto connection = client();
    if (!connection) return std::unexpected(connection.error());
    const std::string target = "/v1/transactions/" + base::to_hex(id.view()) + "/proof";
    auto bundle = (*connection)->get(target, "application/cbor");
    if (!bundle) return std::unexpected(write_failure(bundle.error(), id));
    const auto disbelieved = [&](const std::string& why) {
        return std::unexpected(Failure(Exit::failed,
                                       base::Error{ErrorCode::invalid_proof, "the node's proof does not hold: " + why, (*connection)->last_address()},
                                       Json::object({{"transaction", base::to_hex(id.view())}, {"verified", false}})));
    };
    // Our own chain may be a small one; that it is the one of our genesis file is what counts here.
    const auto verdict =
        proof::verify(*bundle, genesis_, {.development_chains = proof::DevelopmentChains::allowed, .not_before_ms = {}, .pinned = {}});
    if (!verdict) return disbelieved(verdict.error().message);
    if (!verdict->proved) return disbelieved(verdict->reason);
    if (!verdict->event || !verdict->transaction || verdict->transaction->id != id) return disbelieved("it proves another transaction");
    if (octets && verdict->transaction->digest != *octets) return disbelieved("the ledger holds other octets than were signed");
    Recorded out{id, verdict->transaction->payload, *verdict->event, 0, std::move(*bundle)};
    for (const proof::Fact& fact : verdict->facts)
        if (fact.name == "leaf_index") out.leaf_index = std::strtoull(fact.value.c_str(), nullptr, 10);
    return out;
}

Outcome<Json> Session::get(const std::string& target) {
    const auto body = get_bytes(target, "application/json");
    if (!body) return std::unexpected(body.error());
    auto value = json_from(base::as_text(*body));
    if (!value) return fail(Exit::failed, ErrorCode::malformed, "the node's answer cannot be read: " + value.error().message, target);
    return std::move(*value);
}

Outcome<Json> Session::get_all(const std::string& target) {
    Json out(Json::Array{});
    std::string cursor;
    do {
        std::string page = target;
        if (!cursor.empty()) page += (target.find('?') == std::string::npos ? "?cursor=" : "&cursor=") + api::http::percent_encode(cursor);
        auto answer = get(page);
        if (!answer) return answer;
        for (const Json& item : answer->rows_at("items")) out.push(item);
        cursor = answer->text_at("next");
    } while (!cursor.empty());
    return out;
}

Outcome<Json> Session::ask(const std::string& target, base::Bytes body) {
    auto connection = client();
    if (!connection) return std::unexpected(connection.error());
    api::http::Request request;
    request.method = "POST";
    request.path = target;
    request.headers = {{"content-type", "application/cbor"}, {"accept", "application/json"}};
    request.body = std::move(body);
    const auto response = (*connection)->send(request);
    if (!response) return std::unexpected(read_failure(nobody_answers(response.error())));
    if (response->status != 200) return std::unexpected(answer_failure(*response));
    auto value = json_from(base::as_text(response->body));
    if (!value) return fail(Exit::failed, ErrorCode::malformed, "the node's answer cannot be read: " + value.error().message, target);
    return std::move(*value);
}

Outcome<base::Bytes> Session::get_bytes(const std::string& target, std::string_view accept) {
    auto connection = client();
    if (!connection) return std::unexpected(connection.error());
    api::http::Request request;
    request.method = "GET";
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
    request.headers = {{"accept", std::string(accept)}};
    auto response = (*connection)->send(request);
    if (!response) return std::unexpected(read_failure(nobody_answers(response.error())));
    if (response->status == 200) return std::move(response->body);
    Failure failure = answer_failure(*response);
    const std::size_t slash = request.path.rfind('/');
    const bool is_one = std::ranges::count(request.path, '/') == 3;  // /v1/datasets/ID
    if (const auto id = api::http::percent_decode(request.path.substr(slash + 1));
        is_one && id && failure.exit == Exit::not_found && failure.error.field.empty())
        failure.error.field = *id;
    return std::unexpected(std::move(failure));
}

Json recorded_json(const Recorded& recorded) {
    return Json::object({{"transaction", base::to_hex(recorded.id.view())},
                         {"height", recorded.event.height},
                         {"leaf_index", recorded.leaf_index},
                         {"block_time", base::to_rfc3339(recorded.event.block_time_ms)},
                         {"accepted", recorded.event.outcome.accepted},
                         {"code", recorded.event.outcome.code},
                         {"sentence", contracts::outcome_sentence(recorded.event.outcome.code)},
                         {"verified", true}});
}

frame::CommandResult conclude(const Recorded& recorded, Json data, frame::Words words) {
    data.merge(recorded_json(recorded));
    const types::Outcome& outcome = recorded.event.outcome;
    if (outcome.accepted) {
        words.line("recorded in block {} at {}; proved against the genesis file", recorded.event.height,
                   words::time_in_words(recorded.event.block_time_ms));
        words.line("transaction {}", base::to_hex(recorded.id.view()));
        return frame::Report{std::move(data), std::move(words)};
    }
    const auto reasons = words::reasons_of(recorded.payload, outcome);
    data.set("reasons", words::reasons_json(reasons));
    data.set("advice", contracts::outcome_advice(outcome.code));
    std::string message;
    for (const std::string& line : words::outcome_in_words(recorded.payload, outcome))
        message += (message.empty() ? "" : "\n  ") + frame::printable(line);
    if (constexpr std::string_view kRefused = "Refused: "; message.starts_with(kRefused)) message.erase(0, kRefused.size());
    message += "\n  the refusal itself is on the ledger: transaction " + base::to_hex(recorded.id.view());
    return std::unexpected(Failure(Exit::refused, base::Error{ErrorCode::invalid_value, message, {}}, std::move(data)));
}

std::string segment(std::string_view id) {
    return api::http::percent_encode(id);
}

std::string query(std::initializer_list<std::pair<std::string_view, std::string>> fields) {
    std::string out;
    for (const auto& [name, value] : fields)
        if (!value.empty()) out += (out.empty() ? "?" : "&") + std::string(name) + "=" + api::http::percent_encode(value);
    return out;
}

}  // namespace placet::cli::link
