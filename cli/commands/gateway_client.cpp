// See gateway_client.hpp.
#include "cli/commands/gateway_client.hpp"

#include "cli/commands/typed_values.hpp"
#include "cli/home/keyring.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

std::vector<Argument> gateway_arguments() {
    return {{"--custodian", Kind::value, "whose gateway: the hospital's id", Presence::optional, "ID"},
            {"--gateway", Kind::value, "its address, if placet.toml does not know it", Presence::optional, "HOST:PORT"},
            {"--gateway-spki", Kind::value, "the SPKI hash of its certificate (client_spki of the gateway's actor)", Presence::optional, "HEX"}};
}

Outcome<api::client::Endpoint> gateway_endpoint(const link::Session& session, const Arguments& arguments) {
    const home::Home& home = session.home();
    if (const auto address = arguments.value("--gateway")) {
        if (auto checked = check_address(arguments, "--gateway"); !checked) return std::unexpected(checked.error());
        const auto spki = base::fixed_from_hex<crypto::SpkiHash>(arguments.text("--gateway-spki"));
        if (!spki) return usage("name the key of its certificate, too: " + spki.error().message, "--gateway-spki");
        return api::client::Endpoint{*address, *spki};
    }
    const std::string custodian =
        arguments.text("--custodian", home.listen.empty() && home.gateways.size() == 1 ? home.gateways[0].custodian : home.organisation);
    for (const auto& known : home.gateways)
        if (known.custodian == custodian) return api::client::Endpoint{known.address, known.spki};
    if (!home.listen.empty() && custodian == home.organisation) {
        const auto info = home::read_info(home.tls_key);
        if (!info) return std::unexpected(Failure(Exit::configuration, info.error()));
        const auto spki = base::fixed_from_hex<crypto::SpkiHash>(info->public_text);
        if (spki) return api::client::Endpoint{home.listen, *spki};
    }
    return fail(
        Exit::configuration, base::ErrorCode::invalid_value,
        "placet.toml knows no gateway of " + custodian + "; add [[gateway]] with custodian, address and spki, or give --gateway and --gateway-spki",
        "gateway");
}

Failure gateway_failure(base::Error error) {
    if (error.code == base::ErrorCode::unavailable && error.field.empty())
        error.message += "; does the gateway run? `placet gateway run` starts it";
    return link::read_failure(std::move(error));
}

Outcome<api::http::Response> post_to_gateway(api::client::Client& client, const std::string& path, std::string_view content_type, base::Bytes body) {
    api::http::Request request;
    request.method = "POST";
    request.path = path;
    request.headers = {{"content-type", std::string(content_type)}, {"accept", "*/*"}};
    request.body = std::move(body);
    auto response = client.send(request);
    if (!response) return std::unexpected(gateway_failure(response.error()));
    if (response->status / 100 == 2) return std::move(*response);
    const base::Error error = api::client::error_of(*response);
    // The gateway passes on what the ledger says about a grant as "not authorised": that is a refusal by the ledger, unless the
    // caller's own certificate is the matter.
    const bool refused = error.code == base::ErrorCode::unauthorised && error.field != "certificate";
    Failure failure = link::answer_failure(*response);
    if (refused) failure.exit = Exit::refused;
    return std::unexpected(std::move(failure));
}

}  // namespace placet::cli::commands
