// Failover, pinning and the submit-and-wait loop over Transport.
#include "api/client/client.hpp"

#include <nlohmann/json.hpp>
#include <thread>

#include "api/client/transport.hpp"
#include "api/dto/json.hpp"
#include "api/http/address.hpp"
#include "api/http/problem.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::client {
namespace {

using base::Error;
using base::ErrorCode;
using base::refuse;
using base::Result;
using Clock = Transport::Clock;
using Milliseconds = std::chrono::milliseconds;

constexpr std::string_view kTransactions = "/v1/transactions";
constexpr Milliseconds kMostWait{30000};       // what a server takes in Prefer: wait
constexpr Milliseconds kBetweenRounds{200};    // all endpoints failed: breathe
constexpr Milliseconds kAnswerAllowance{5000}; // beyond the wait itself

constexpr ErrorCode kCodes[] = {ErrorCode::malformed,       ErrorCode::not_canonical, ErrorCode::too_large,     ErrorCode::unsupported,
                                ErrorCode::invalid_signature, ErrorCode::invalid_proof, ErrorCode::unauthenticated, ErrorCode::unauthorised,
                                ErrorCode::not_found,       ErrorCode::conflict,      ErrorCode::expired,       ErrorCode::invalid_value,
                                ErrorCode::busy,            ErrorCode::unavailable,   ErrorCode::corrupt,       ErrorCode::io,
                                ErrorCode::timeout,         ErrorCode::internal};

ErrorCode code_of_status(unsigned status) {
    switch (status) {
        case 400: return ErrorCode::malformed;
        case 401: return ErrorCode::unauthenticated;
        case 403: return ErrorCode::unauthorised;
        case 404: return ErrorCode::not_found;
        case 408: return ErrorCode::timeout;
        case 409: return ErrorCode::conflict;
        case 413: return ErrorCode::too_large;
        case 415: return ErrorCode::unsupported;
        case 422: return ErrorCode::invalid_value;
        case 429: return ErrorCode::busy;
        case 503: return ErrorCode::unavailable;
        default: return status >= 500 ? ErrorCode::internal : ErrorCode::malformed;
    }
}

void split_target(std::string_view target, http::Request& request) {
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
}

http::Request transaction_post(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) {
    http::Request request;
    request.method = "POST";
    request.path = kTransactions;
    request.headers = {{"content-type", "application/cbor"}, {"accept", "application/json"}};
    request.body = types::encode(types::Submission{transaction.bytes, parts});
    return request;
}

bool may_repeat(const http::Request& request) { return request.method == "GET" || request.path == kTransactions; }

Milliseconds left_until(Clock::time_point deadline) { return std::chrono::duration_cast<Milliseconds>(deadline - Clock::now()); }

}  // namespace

struct Client::Impl {
    ClientConfig config;
    http::TlsContext context;
    std::optional<Transport> transport;
    std::size_t current = 0;  ///< endpoint of `transport`, or the one to try first
    std::string last_address;

    Result<http::Response> send(const http::Request& request, Milliseconds timeout);
    Result<http::Response> send_to_current(const http::Request& request, Clock::time_point deadline, bool& sent);
    Result<dto::Receipt> wait_for(http::Request request, const types::TransactionId& id, Milliseconds wait);
    void next() {
        transport.reset();
        current = (current + 1) % config.endpoints.size();
    }
};

Result<http::Response> Client::Impl::send_to_current(const http::Request& request, Clock::time_point deadline, bool& sent) {
    const Endpoint& endpoint = config.endpoints[current];
    if (transport && (!transport->is_open() || !may_repeat(request))) transport.reset();
    while (true) {
        const bool kept = transport.has_value();
        if (!kept) {
            const Milliseconds timeout = std::min(config.connect_timeout, std::max(left_until(deadline), Milliseconds(1)));
            auto connected = Transport::connect(endpoint.address, endpoint.spki, context.get(), timeout);
            if (!connected) return std::unexpected(std::move(connected).error());
            transport = std::move(*connected);
        }
        sent = true;
        auto response = transport->exchange(request, deadline, config.max_response_bytes);
        if (response) {
            last_address = endpoint.address;
            return response;
        }
        // A kept connection may have been closed while idle: that says nothing about the server, so once more afresh.
        const bool stale = kept && transport->answered_nothing() && response.error().code == ErrorCode::unavailable;
        transport.reset();
        if (!stale) return response;
    }
}

Result<http::Response> Client::Impl::send(const http::Request& request, Milliseconds timeout) {
    Error last;
    for (std::size_t tried = 0; tried < config.endpoints.size(); ++tried) {
        bool sent = false;
        auto response = send_to_current(request, Clock::now() + timeout, sent);
        if (response) return response;
        last = std::move(response).error();
        const bool elsewhere = last.code == ErrorCode::unavailable || last.code == ErrorCode::timeout;
        next();
        if (!elsewhere || (sent && !may_repeat(request))) break;
    }
    return std::unexpected(std::move(last));
}

/// Asks with Prefer: wait until there is a receipt; `request` is the POST first, then GETs of the transaction.
Result<dto::Receipt> Client::Impl::wait_for(http::Request request, const types::TransactionId& id, Milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    const std::string id_text = base::to_hex(id.view());
    Error last{ErrorCode::timeout, "no receipt within the time", {}};
    bool taken = request.method == "GET";
    bool answered = false;  // by anybody, whatever it was
    while (true) {
        const Milliseconds left = std::max(left_until(deadline), Milliseconds(0));
        const Milliseconds ask = std::min(left, kMostWait);
        http::Request asked = request;
        asked.headers.push_back({"prefer", "wait=" + std::to_string(std::chrono::ceil<std::chrono::seconds>(ask).count())});
        bool sent = false;
        auto response = send_to_current(asked, Clock::now() + ask + kAnswerAllowance, sent);
        Milliseconds pause = kBetweenRounds;
        answered = answered || response;
        if (!response) {
            last = std::move(response).error();
            if (last.code != ErrorCode::unavailable && last.code != ErrorCode::timeout) return std::unexpected(last);
            next();
        } else if (response->status == 200 || response->status == 201) {
            return dto::receipt_from_json(base::as_text(response->body));
        } else if (response->status == 202) {
            taken = true;
            last = {ErrorCode::timeout, "transaction " + id_text + " was accepted but is not committed yet: ask for it again later", {}};
            pause = Milliseconds(0);
        } else {
            last = error_of(*response);
            const bool later = last.code == ErrorCode::busy || last.code == ErrorCode::unavailable || (request.method == "GET" && last.code == ErrorCode::not_found);
            if (!later) return std::unexpected(last);
            if (last.code != ErrorCode::busy) next();
        }
        if (left_until(deadline) <= pause) break;
        std::this_thread::sleep_for(pause);
    }
    if (taken && answered && last.code != ErrorCode::not_found && last.code != ErrorCode::timeout)
        return refuse(ErrorCode::timeout, "transaction " + id_text + " is not committed in time; last: " + last.message);
    return std::unexpected(last);
}

Client::Client(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::make(ClientConfig config) {
    if (config.endpoints.empty()) return refuse(ErrorCode::invalid_value, "no address to connect to", "endpoints");
    for (const Endpoint& endpoint : config.endpoints) PLACET_TRY(http::parse_address(endpoint.address));
    if (config.certificate_pem.empty() != config.key_pem.empty())
        return refuse(ErrorCode::invalid_value, "a client certificate and its key go together", "certificate");
    auto impl = std::make_unique<Impl>();
    PLACET_TRY_ASSIGN(impl->context, http::make_client_context(config.certificate_pem, config.key_pem));
    impl->config = std::move(config);
    return Client(std::move(impl));
}

Result<http::Response> Client::send(const http::Request& request) { return impl_->send(request, impl_->config.request_timeout); }

Result<base::Bytes> Client::get(std::string_view target, std::string_view accept) {
    http::Request request;
    request.method = "GET";
    split_target(target, request);
    request.headers = {{"accept", std::string(accept)}};
    PLACET_TRY_ASSIGN(http::Response response, send(request));
    if (response.status != 200) return std::unexpected(error_of(response));
    return std::move(response.body);
}

Result<base::Bytes> Client::post_json(std::string_view target, std::string_view json) {
    http::Request request;
    request.method = "POST";
    split_target(target, request);
    request.headers = {{"content-type", "application/json"}, {"accept", "application/json"}};
    request.body = base::to_bytes(json);
    PLACET_TRY_ASSIGN(http::Response response, send(request));
    if (response.status / 100 != 2) return std::unexpected(error_of(response));
    return std::move(response.body);
}

Result<dto::Receipt> Client::submit(const types::Transaction& transaction, const std::vector<base::Bytes>& parts, Milliseconds wait) {
    return impl_->wait_for(transaction_post(transaction, parts), transaction.id, wait);
}

base::Status Client::submit_only(const types::Transaction& transaction, const std::vector<base::Bytes>& parts) {
    PLACET_TRY_ASSIGN(const http::Response response, send(transaction_post(transaction, parts)));
    if (response.status / 100 != 2) return std::unexpected(error_of(response));
    return {};
}

Result<dto::Receipt> Client::receipt(const types::TransactionId& id, Milliseconds wait) {
    http::Request request;
    request.method = "GET";
    request.path = std::string(kTransactions) + '/' + base::to_hex(id.view());
    request.headers = {{"accept", "application/json"}};
    return impl_->wait_for(std::move(request), id, wait);
}

std::string Client::last_address() const { return impl_->last_address; }

std::vector<Endpoint> endpoints_of(const types::Genesis& genesis, std::string_view first) { return endpoints_of(genesis.validators, first); }

std::vector<Endpoint> endpoints_of(const types::ValidatorSet& set, std::string_view first) {
    std::vector<Endpoint> endpoints;
    for (const auto& validator : set.validators) {
        const auto place = validator.name == first ? endpoints.begin() : endpoints.end();
        endpoints.insert(place, {validator.api_address, validator.tls_spki});
    }
    return endpoints;
}

Error error_of(const http::Response& response) {
    Error error{code_of_status(response.status), "the server answered " + std::to_string(response.status), {}};
    if (response.header("content-type").find("problem+json") == std::string_view::npos) return error;
    const auto problem = dto::parse_json(base::as_text(response.body));
    if (!problem || !problem->is_object()) return error;
    const auto text = [&](const char* name) {
        const auto found = problem->find(name);
        return found != problem->end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    error.message = text("detail");
    error.field = text("field");
    const std::string type = text("type");
    for (const ErrorCode code : kCodes)
        if (type == std::string(http::kProblemPrefix) + std::string(base::to_string(code))) error.code = code;
    return error;
}

int exit_code(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::unavailable:
        case ErrorCode::busy: return 3;
        case ErrorCode::conflict:
        case ErrorCode::expired:
        case ErrorCode::invalid_value:
        case ErrorCode::invalid_signature: return 4;
        case ErrorCode::timeout: return 5;
        case ErrorCode::not_found: return 6;
        case ErrorCode::unauthenticated:
        case ErrorCode::unauthorised: return 7;
        default: return 1;
    }
}

}  // namespace placet::api::client
