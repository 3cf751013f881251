// See fake_ledger.hpp.
#include "tests/unit/cli/fake_ledger.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "api/dto/receipt.hpp"
#include "cli/home/keyring.hpp"
#include "ledger/proof/build.hpp"
#include "ledger/types/leaf.hpp"

namespace placet::tests::cli {

using api::http::Response;
using api::http::text_response;

FakeLedger::FakeLedger(Behaviour behaviour) : behaviour_(behaviour), chain_(4) {
    const auto certificate = crypto::make_certificate({"fake", {"localhost", "127.0.0.1"}, placet::cli::home::now_ms(), 30});
    REQUIRE(certificate.has_value());
    spki_ = certificate->spki;
    auto server = api::http::Server::start({"127.0.0.1:0", certificate->certificate_pem, certificate->key_pem, 1, {}},
                                           [this](api::http::Request request, const api::http::Responder& respond) { respond(answer(request)); });
    REQUIRE(server.has_value());
    server_ = std::move(*server);
}

Response FakeLedger::answer(const api::http::Request& request) {
    const std::lock_guard lock(mutex_);
    if (behaviour_ == Behaviour::refuses_certificate) return text_response(403, "text/plain", "no");
    if (behaviour_ == Behaviour::refuses_field) {
        const auto problem = [](unsigned status, const std::string& kind, const std::string& field) {
            const nlohmann::json body = {{"type", "urn:placet:problem:" + kind}, {"detail", "no"}, {"field", field}};
            return text_response(status, "application/problem+json", body.dump());
        };
        if (request.method == "POST") return problem(422, "invalid_value", "body.reason");
        if (request.path.ends_with("/nobody")) return problem(404, "not_found", "");
        return problem(400, "invalid_parameter", "limit");
    }
    if (request.method == "POST") return take(request);
    if (request.path.ends_with("/proof")) return text_response(200, "application/cbor", base::as_text(proof()));
    return text_response(202, "application/json", "{}");
}

Response FakeLedger::take(const api::http::Request& request) {
    const auto submission = types::decode_submission(request.body);
    const auto transaction = submission ? types::decode_transaction(submission->transaction, chain_.genesis_hash())
                                        : base::Result<types::Transaction>(std::unexpected(submission.error()));
    if (!transaction || !types::verify_signature(*transaction, chain_.genesis_hash())) return text_response(400, "text/plain", "unreadable");
    if (behaviour_ == Behaviour::never_seals) return text_response(202, "application/json", "{}");
    const auto height = chain_.append({chain_.transaction(99), *transaction});
    api::dto::Receipt receipt;
    receipt.transaction = transaction->id;
    receipt.height = height;
    receipt.leaf_index = chain_.leaves().size() - 2;
    receipt.outcome = {true, "recorded", base::Bytes{0x80}};
    receipt.certificate = chain_.sealed(height).certificate;
    receipt.block_time_ms = receipt.certificate.body.block_time_ms;
    return text_response(201, "application/json", api::dto::to_json(receipt).dump());
}

/// Of the newest transaction, or whatever the lie wants.
base::Bytes FakeLedger::proof() const {
    const std::uint64_t leaf = chain_.leaves().size() - (behaviour_ == Behaviour::proves_another ? 3 : 2);
    if (behaviour_ == Behaviour::proves_other_chain) {
        SampleChain other(7);
        const auto height = other.append({other.transaction(1)});
        return *proof::build_event_bundle({1, other.leaves().at(1)}, other.sealed(height), other.log());
    }
    const auto decoded = types::decode_leaf(chain_.leaves().at(leaf));
    const types::Height height = std::get<types::EventLeaf>(*decoded).height;
    base::Bytes bundle = *proof::build_event_bundle({leaf, chain_.leaves().at(leaf)}, chain_.sealed(height), chain_.log());
    if (behaviour_ == Behaviour::damages_proof) bundle[bundle.size() / 2] ^= 1;
    return bundle;
}

}  // namespace placet::tests::cli
