// placet gateway: the custodian's gateway as a process, and a researcher's way to what it releases.
#include "api/gateway/gateway.hpp"

#include <signal.h>

#include <mutex>
#include <thread>

#include "cli/commands/commands.hpp"
#include "cli/commands/gateway_client.hpp"
#include "cli/commands/typed_values.hpp"
#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"
#include "cli/link/custody.hpp"
#include "cli/words/in_words.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

CommandResult init(Context& context, const Arguments& arguments) {
    auto opened = home::open_home(context.settings);
    if (!opened) return std::unexpected(opened.error());
    home::Home& home = *opened;
    if (std::ranges::find(home.roles, "gateway") == home.roles.end())
        return usage("this is the home of " + home.actor + ", who is no gateway", "--home");
    if (home.registry.empty()) return usage("this home names no registry; make it with `placet home init … --custodian-folder DIR`", "registry");
    home.listen = arguments.text("--listen");
    if (auto checked = check_address(arguments, "--listen"); !checked) return std::unexpected(checked.error());
    if (auto readable = check_readable(arguments.text("--records")); !readable)
        return std::unexpected(readable.error());
    home.records = arguments.text("--records");
    home.journal = arguments.text("--journal", (home.registry.parent_path() / "care.journal").string());
    home.passphrase_file = context.settings.passphrase_file ? context.settings.passphrase_file : home.passphrase_file;
    if (const auto saved = home::save_home(home); !saved) return std::unexpected(Failure(saved.error()));
    const auto info = home::read_info(home.tls_key);
    if (!info) return std::unexpected(Failure(Exit::configuration, info.error()));
    Report report{Json::object({{"home", home.folder.string()},
                                {"custodian", home.organisation},
                                {"address", home.listen},
                                {"spki", info->public_text},
                                {"records", home.records.string()},
                                {"journal", home.journal.string()}}),
                  {}};
    report.words.line("the gateway of {} will listen on {}", home.organisation, home.listen);
    report.words.add("researchers put this into their placet.toml:");
    report.words.add("  [[gateway]]")
        .line("  custodian = \"{}\"", home.organisation)
        .line("  address = \"{}\"", home.listen)
        .line("  spki = \"{}\"", info->public_text);
    return report;
}

/// Waits for SIGINT or SIGTERM on a thread of its own; the caller blocked both before any thread began.
class SignalWatch {
public:
    SignalWatch() {
        sigset_t wanted;
        sigemptyset(&wanted);
        sigaddset(&wanted, SIGINT);
        sigaddset(&wanted, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
        thread_ = std::jthread([this, wanted](const std::stop_token& done) {
            const timespec tick{0, 200'000'000};
            while (!done.stop_requested())
                if (::sigtimedwait(&wanted, nullptr, &tick) > 0) stop_.request_stop();
        });
    }
    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

private:
    std::stop_source stop_;
    std::jthread thread_;
};

Outcome<api::gateway::GatewayConfig> config_of(link::Session& session, const Arguments& arguments) {
    const home::Home& home = session.home();
    api::gateway::GatewayConfig config;
    config.custodian = home.organisation;
    config.genesis = session.genesis();
    if (auto checked = check_address(arguments, "--listen"); !checked) return std::unexpected(checked.error());
    config.listen = arguments.text("--listen", home.listen);
    config.records = arguments.text("--records", home.records.string());
    config.journal = home.journal.empty() ? home.registry.parent_path() / "care.journal" : home.journal;
    config.registry = home.registry;
    if (config.listen.empty() || config.records.empty())
        return fail(Exit::configuration, base::ErrorCode::invalid_value,
                    "this home is no gateway's yet; run `placet gateway init` with --listen and --records", "listen");
    if (arguments.flag("--records"))
        if (auto readable = check_readable(config.records); !readable) return std::unexpected(readable.error());
    if (const auto status = home::make_folder(config.records); !status) return std::unexpected(Failure(Exit::configuration, status.error()));
    auto passphrase = session.passphrase();
    if (!passphrase) return std::unexpected(passphrase.error());
    auto key = home::open_signing_key(home.transaction_key, *passphrase);
    auto certificate = home::read_text(home.certificate, 64 * 1024);
    auto tls_key = home::open_tls_key(home.tls_key, *passphrase);
    auto registry_key = link::open_custody_key(home);
    if (!key) return std::unexpected(Failure(Exit::configuration, key.error()));
    if (!certificate) return std::unexpected(Failure(Exit::configuration, certificate.error()));
    if (!tls_key) return std::unexpected(Failure(Exit::configuration, tls_key.error()));
    if (!registry_key) return std::unexpected(registry_key.error());
    config.key = std::make_shared<const crypto::SigningKey>(std::move(*key));
    config.certificate_pem = std::move(*certificate);
    config.key_pem = std::move(*tls_key);
    config.registry_key = *registry_key;
    if (arguments.flag("--allow-development")) config.development_chains = api::gateway::RestLedgerConfig::DevelopmentChains::allowed;
    return config;
}

CommandResult run_until_stopped(Context& context, const Arguments& arguments) {
    const SignalWatch signals;
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    auto config = config_of(*session, arguments);
    if (!config) return std::unexpected(config.error());
    std::mutex mutex;  // the gateway's threads share our standard error
    const auto say = [&](std::string_view line) {
        const std::lock_guard lock(mutex);
        context.terminal.note(base::to_rfc3339(home::now_ms()) + " " + std::string(line));
    };
    config->log = say;
    const std::string custodian = config->custodian;
    const std::string address = config->listen;
    config->on_ready = [&](std::uint16_t port) { say(fmt::format("the gateway of {} listens on {} (port {})", custodian, address, port)); };
    if (const auto status = api::gateway::run_gateway(std::move(*config), signals.token()); !status)
        return std::unexpected(Failure(status.error().code == base::ErrorCode::io ? Exit::failed : exit_of(status.error().code), status.error()));
    Report report{Json::object({{"custodian", custodian}, {"address", address}, {"stopped", true}}), {}};
    report.words.line("the gateway of {} has stopped cleanly", custodian);
    return report;
}

Json split_ids(std::string_view text) {
    Json out(Json::Array{});
    while (!text.empty()) {
        const auto comma = text.find(',');
        out.push(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return out;
}

CommandResult release(Context& context, const Arguments& arguments) {
    if (auto writable = check_writable(arguments.text("--out")); !writable) return std::unexpected(writable.error());
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto endpoint = gateway_endpoint(*session, arguments);
    if (!endpoint) return std::unexpected(endpoint.error());
    const std::string grant = arguments.text("--grant");
    std::string dataset = arguments.text("--dataset");
    if (dataset.empty()) {
        const auto entry = session->get("/v1/grants/" + link::segment(grant));
        if (!entry) return std::unexpected(entry.error());
        dataset = entry->text_at("dataset");
    }
    Json body = Json::object({{"grant", grant}, {"dataset", dataset}});
    if (const auto categories = arguments.values("--category"); !categories.empty()) body.set("categories", Json::array(categories));
    auto client = session->connect(*endpoint, std::chrono::minutes(5));
    if (!client) return std::unexpected(client.error());
    const auto response = post_to_gateway(*client, "/v1/releases", "application/json", base::to_bytes(body.dump()));
    if (!response) return std::unexpected(response.error());
    const auto bundle = link::json_from(base::as_text(response->body));
    if (!bundle) return fail(Exit::failed, base::ErrorCode::malformed, "the gateway's Bundle cannot be read: " + bundle.error().message);
    const std::string out = arguments.text("--out");
    if (const auto written = home::replace_file(out, response->body, home::Privacy::secret); !written)
        return std::unexpected(Failure(written.error()));
    Json permitted(Json::Array{});
    for (const Json& entry : bundle->rows_at("entry"))
        if (const Json& resource = entry.at("resource"); resource.text_at("resourceType") == "Patient") permitted.push(resource.text_at("id"));
    const auto number = [&](std::string_view name) { return std::strtoull(std::string(response->header(name)).c_str(), nullptr, 10); };
    const std::uint64_t people = number("placet-patients-permitted");
    Report report{Json::object({{"grant", grant},
                                {"dataset", dataset},
                                {"file", out},
                                {"resources", bundle->rows_at("entry").size()},
                                {"people", people},
                                {"permitted", permitted},
                                {"refused", static_cast<std::uint64_t>(number("placet-patients-refused"))},
                                {"withheld", static_cast<std::uint64_t>(number("placet-resources-withheld"))},
                                {"transactions", split_ids(response->header("placet-transactions"))}}),
                  {}};
    report.words.line("{}: {} resources about {} people", out, bundle->rows_at("entry").size(), people);
    report.words.line("the ledger refused {} people; {} resources were withheld by what consents exclude", report.data.number_at("refused"),
                      report.data.number_at("withheld"));
    report.words.line("recorded before a byte left: transaction {}", response->header("placet-transactions"));
    return report;
}

CommandResult status(Context& context, const Arguments& arguments) {
    auto session = link::Session::open(context);
    if (!session) return std::unexpected(session.error());
    const auto endpoint = gateway_endpoint(*session, arguments);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto client = session->connect(*endpoint, std::chrono::seconds(5));
    if (!client) return std::unexpected(client.error());
    const auto body = client->get("/status");
    if (!body) return std::unexpected(gateway_failure(body.error()));
    const auto answer = link::json_from(base::as_text(*body));
    if (!answer) return std::unexpected(Failure(Exit::failed, answer.error()));
    Report report{*answer, {}};
    report.words.line("{}: gateway of {}, {} patients known; {} accesses journalled, {} wait for a batch, {} batches sealed",
                      answer->text_at("health"), answer->text_at("custodian"), answer->number_at("patients"), answer->number_at("accesses"),
                      answer->number_at("accesses_waiting"), answer->number_at("batches_sealed"));
    if (const std::string fault = answer->text_at("fault"); !fault.empty()) report.words.line("what is wrong: {}", fault);
    report.exit = answer->text_at("health") == "healthy" ? Exit::ok : Exit::failed;
    return report;
}

}  // namespace

void add_gateway(CommandTable& table) {
    std::vector<Argument> release_arguments = gateway_arguments();
    const std::vector<Argument> more = {
        {"--grant", Kind::value, "the grant", Presence::required, "ID"},
        {"--dataset", Kind::value, "the grant's dataset; looked up if left out", Presence::optional, "ID"},
        {"--category", Kind::values, "only this type of resource: Observation", Presence::optional, "TYPE"},
        {"--out", Kind::value, "where to put the Bundle; made only if something is released", Presence::required, "FILE"}};
    release_arguments.insert(release_arguments.end(), more.begin(), more.end());
    table.groups.push_back({"gateway", "the custodian's gateway: no receipt, no data"});
    table.commands.push_back({{"gateway", "init"},
                              "make a gateway's home ready: where it listens, where the records are",
                              "placet gateway init --listen 127.0.0.1:17109 --records ./records --home ./homes/gateway-hospital-a",
                              {{"--listen", Kind::value, "host:port", Presence::required, "ADDRESS"},
                               {"--records", Kind::value, "folder of FHIR Bundles", Presence::required, "DIR"},
                               {"--journal", Kind::value, "file of the journal; without it beside the registry", Presence::optional, "FILE"}},
                              init});
    table.commands.push_back({{"gateway", "run"},
                              "run the gateway until SIGTERM or Ctrl-C",
                              "placet gateway run --home ./homes/gateway-hospital-a",
                              {{"--listen", Kind::value, "instead of placet.toml's", Presence::optional, "ADDRESS"},
                               {"--records", Kind::value, "instead of placet.toml's", Presence::optional, "DIR"},
                               {"--allow-development", Kind::flag, "trust a chain of fewer than four validators", Presence::optional, ""}},
                              run_until_stopped});
    table.commands.push_back({{"gateway", "release"},
                              "get the data of a grant, as a researcher",
                              "placet gateway release --custodian hospital-a --grant r-1.g0 --out data.json --home ./homes/researcher-university",
                              release_arguments,
                              release});
    table.commands.push_back(
        {{"gateway", "status"}, "ask a gateway how it is", "placet gateway status --home ./homes/gateway-hospital-a", gateway_arguments(), status});
}

}  // namespace placet::cli::commands
