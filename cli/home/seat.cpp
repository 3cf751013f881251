// Nothing here overwrites a key: a folder that already holds one refuses.
#include "cli/home/seat.hpp"

#include <fmt/format.h>

#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"

namespace placet::cli::home {

namespace fs = std::filesystem;

namespace {

std::string host_of(const std::string& address) { return address.substr(0, address.rfind(':')); }

crypto::CertificateRequest certificate_request(const std::string& name, const std::vector<std::string>& hosts) {
    crypto::CertificateRequest request;
    request.common_name = name.substr(0, 64);
    request.alt_names = {"localhost", "127.0.0.1"};
    for (const std::string& host : hosts)
        if (!host.empty() && std::ranges::find(request.alt_names, host) == request.alt_names.end()) request.alt_names.push_back(host);
    request.not_before_ms = now_ms();
    return request;
}

std::string relative_to(const fs::path& folder, const fs::path& path) {
    std::error_code error;
    const auto out = fs::absolute(path, error).lexically_normal().lexically_relative(fs::absolute(folder, error).lexically_normal());
    return out.empty() ? path.string() : out.string();
}

std::string node_toml(const SeatPlan& plan, const std::string& passphrase_file, std::string_view role) {
    std::string out = "# placetd --print-config explains every key.\n";
    out += fmt::format("name = \"{}\"\nrole = \"{}\"\n", plan.name, role);
    out += fmt::format("genesis = \"{}\"\ndata = \"data\"\nkeys = \"keys\"\n", relative_to(plan.folder, plan.genesis));
    if (!passphrase_file.empty()) out += fmt::format("passphrase_file = \"{}\"\n", relative_to(plan.folder, passphrase_file));
    if (!plan.peer_address.empty()) out += fmt::format("\n[network]\nlisten = \"{}\"\n", plan.peer_address);
    return out + fmt::format("\n[api]\nlisten = \"{}\"\n", plan.api_address);
}

/// Everything but TLS; the seat's keys as public keys in `seat`.
base::Status generate_seat_keys(const fs::path& keys, const Passphrase& passphrase, types::Validator& seat) {
    constexpr auto kCurve = crypto::Algorithm::es256k;
    PLACET_TRY_ASSIGN(seat.vote_key, generate_key(keys / "vote.key", "vote", kCurve, passphrase));
    PLACET_TRY_ASSIGN(seat.checkpoint_key, generate_key(keys / "checkpoint.key", "checkpoint", kCurve, passphrase));
    PLACET_TRY_ASSIGN(seat.service_key, generate_key(keys / "service.key", "transaction", kCurve, passphrase));
    PLACET_TRY_ASSIGN(seat.note_key, generate_note_key(keys / "note.key", passphrase));
    return {};
}

/// Made together with the vote key and once: a vote key without its guard never votes (node/README.md).
base::Status create_guard(const fs::path& path, const crypto::PublicKey& vote_key) {
    return create_private(path, base::as_bytes(crypto::to_text(vote_key) + "\n"));
}

}  // namespace

base::Result<Passphrase> make_passphrase_file(const fs::path& path) {
    Passphrase passphrase(random_passphrase());
    PLACET_TRY(create_private(path, base::as_bytes(std::string(passphrase.text()) + "\n")));
    return passphrase;
}

base::Result<types::Validator> make_seat(const SeatPlan& plan, const Passphrase& passphrase, const std::string& passphrase_file) {
    const fs::path keys = plan.folder / "keys";
    PLACET_TRY(make_folder(keys));
    PLACET_TRY(make_folder(plan.folder / "data"));
    types::Validator seat;
    seat.name = plan.name;
    seat.organisation = plan.organisation;
    seat.peer_address = plan.peer_address;
    seat.api_address = plan.api_address;
    PLACET_TRY(generate_seat_keys(keys, passphrase, seat));
    PLACET_TRY(generate_symmetric_key(keys / "parts-root.key", "parts-root", passphrase));
    const auto request = certificate_request(plan.name, {host_of(plan.peer_address), host_of(plan.api_address)});
    PLACET_TRY_ASSIGN(seat.tls_spki, generate_tls({keys / "tls.key", keys / "tls.crt"}, request, passphrase));
    PLACET_TRY(create_guard(plan.folder / "data" / "vote.guard", seat.vote_key));
    PLACET_TRY(replace_file(plan.folder / "placetd.toml", base::as_bytes(node_toml(plan, passphrase_file, "validator"))));
    PLACET_TRY(replace_file(plan.folder / "validator.json", base::as_bytes(to_json(seat))));
    return seat;
}

base::Result<ActorCard> make_follower_card(const SeatPlan& plan, const types::Validator& seat, const Passphrase& passphrase) {
    ActorCard card;
    card.id = fmt::format("follower-{}@{}", seat.name, plan.sponsor.empty() ? seat.organisation : plan.sponsor);
    card.roles = {"observer"};
    card.title = "Node of " + seat.name + " until it votes";
    card.client_spki = seat.tls_spki;
    PLACET_TRY_ASSIGN(card.key, generate_key(plan.folder / "keys" / "follower.key", "transaction", crypto::Algorithm::es256k, passphrase));
    PLACET_TRY(replace_file(plan.folder / "follower.json", base::as_bytes(to_json(card))));
    return card;
}

base::Result<types::Validator> make_next_keys(const fs::path& folder, const Passphrase& passphrase) {
    const fs::path keys = folder / "keys.next";
    PLACET_TRY_ASSIGN(types::Validator seat, read_validator_card(folder / "validator.json"));
    std::error_code error;
    if (fs::exists(keys, error)) return base::refuse(base::ErrorCode::conflict, "holds keys already; those of a rotation that is over go into keys/ first", keys.string());
    PLACET_TRY_ASSIGN(const base::Bytes tls_key, read_file(folder / "keys" / "tls.key"));
    PLACET_TRY_ASSIGN(const base::Bytes certificate, read_file(folder / "keys" / "tls.crt"));
    PLACET_TRY(make_folder(keys));
    PLACET_TRY(make_folder(folder / "data"));
    PLACET_TRY(generate_seat_keys(keys, passphrase, seat));
    PLACET_TRY(create_private(keys / "tls.key", tls_key));
    PLACET_TRY(replace_file(keys / "tls.crt", certificate));
    PLACET_TRY(create_guard(folder / "data" / "vote.guard.next", seat.vote_key));
    PLACET_TRY(replace_file(folder / "validator.next.json", base::as_bytes(to_json(seat))));
    return seat;
}

base::Result<ActorCard> make_observer(const SeatPlan& plan, const Passphrase& passphrase, const std::string& passphrase_file) {
    const fs::path keys = plan.folder / "keys";
    PLACET_TRY(make_folder(keys));
    PLACET_TRY(make_folder(plan.folder / "data"));
    const auto request = certificate_request(plan.name, {host_of(plan.api_address)});
    ActorCard card;
    card.id = "observer@" + plan.organisation;
    card.roles = {"observer"};
    PLACET_TRY_ASSIGN(card.key, generate_key(keys / "service.key", "transaction", crypto::Algorithm::es256k, passphrase));
    PLACET_TRY_ASSIGN(card.client_spki, generate_tls({keys / "tls.key", keys / "tls.crt"}, request, passphrase));
    PLACET_TRY(replace_file(plan.folder / "placetd.toml", base::as_bytes(node_toml(plan, passphrase_file, "observer"))));
    PLACET_TRY(replace_file(plan.folder / "card.json", base::as_bytes(to_json(card))));
    return card;
}

base::Result<ActorCard> make_home(const HomePlan& plan, const Passphrase& passphrase, const std::optional<std::string>& passphrase_file) {
    PLACET_TRY(make_folder(plan.folder));
    std::error_code error;
    if (fs::exists(plan.folder / "placet.toml", error))
        return base::refuse(base::ErrorCode::conflict, "is somebody's home already; choose another folder", plan.folder.string());
    Home home;
    home.folder = plan.folder;
    home.actor = plan.actor;
    home.roles = plan.roles;
    home.genesis = plan.genesis;
    home.node = plan.node;
    home.passphrase_file = passphrase_file;
    home.transaction_key = plan.folder / "transaction.key";
    home.tls_key = plan.folder / "tls.key";
    home.certificate = plan.folder / "tls.crt";
    if (!plan.custodian_folder.empty()) {
        home.registry_key = plan.custodian_folder / "registry.key";
        home.registry = plan.custodian_folder / "patients.registry";
        PLACET_TRY(make_folder(plan.custodian_folder));
        if (!fs::exists(home.registry_key, error)) PLACET_TRY(generate_symmetric_key(home.registry_key, "documents", passphrase));
    }
    home.gateways = plan.gateways;
    home.endpoints = plan.endpoints;
    home.listen = plan.listen;
    if (!plan.listen.empty()) {
        home.records = plan.custodian_folder / "records";
        home.journal = plan.custodian_folder / "care.journal";
        PLACET_TRY(make_folder(home.records));
    }
    ActorCard card;
    card.id = plan.actor;
    card.roles = plan.roles;
    card.title = plan.title;
    PLACET_TRY_ASSIGN(card.key, generate_key(home.transaction_key, "transaction", plan.algorithm, passphrase));
    // A certificate is seen by whoever is called: it carries the actor's id at most, and a patient's not even that.
    const auto request = certificate_request(plan.actor.empty() ? "placet" : plan.actor, {});
    PLACET_TRY_ASSIGN(card.client_spki, generate_tls({home.tls_key, home.certificate}, request, passphrase));
    PLACET_TRY(replace_file(plan.folder / "card.json", base::as_bytes(to_json(card))));
    PLACET_TRY(save_home(home));
    return card;
}

base::Result<types::Organisation> make_organisation(const OrganisationPlan& plan, const ActorCard& operator_card, const Passphrase& passphrase) {
    types::Organisation out;
    out.id = plan.id;
    out.title = plan.title;
    out.kind = plan.kind;
    out.country = plan.country;
    out.operator_key = operator_card.key;
    out.operator_spki = operator_card.client_spki;
    PLACET_TRY_ASSIGN(out.recovery_key, generate_key(plan.folder / "recovery.key", "recovery", crypto::Algorithm::es256k, passphrase));
    PLACET_TRY(replace_file(plan.folder / "organisation.json", base::as_bytes(to_json(out))));
    return out;
}

}  // namespace placet::cli::home
