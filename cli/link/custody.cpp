// See custody.hpp.
#include "cli/link/custody.hpp"

#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::link {

using base::ErrorCode;
using frame::Exit;
using frame::fail;
using frame::Failure;
using frame::Outcome;

Outcome<crypto::AeadKey> open_custody_key(const home::Home& home) {
    if (home.registry_key.empty() || home.registry.empty())
        return fail(Exit::configuration, ErrorCode::invalid_value,
                    "this is no custodian's home: placet.toml names no registry and registry_key (hospitals' operators and gateways have them)", "registry");
    const auto file = home::read_file(home.registry_key, 64 * 1024);
    if (!file) return std::unexpected(Failure(Exit::configuration, file.error()));
    const auto passphrase = home::passphrase_of(home);
    if (!passphrase) return std::unexpected(passphrase.error());
    const auto key = api::gateway::open_registry_key(*file, passphrase->text());
    if (!key) return std::unexpected(Failure(Exit::configuration, key.error()));
    return *key;
}

namespace {

api::gateway::RegistryOwner owner_of(const Session& session) {
    return {session.home().organisation, session.genesis_hash()};
}

/// A genesis file of another network that was named on the command line is wrong use; one that placet.toml names is its
/// error.
Failure unusable(const Session& session, base::Error error) {
    const bool named = error.field == "genesis" && session.settings().genesis;
    if (named) error.field = "--genesis " + *session.settings().genesis;
    return {named ? Exit::usage : Exit::configuration, std::move(error)};
}

}  // namespace

Outcome<Custody> edit_custody(Session& session) {
    const auto key = open_custody_key(session.home());
    if (!key) return std::unexpected(key.error());
    auto registry = api::gateway::Registry::edit(session.home().registry, *key, owner_of(session));
    if (!registry) return std::unexpected(unusable(session, registry.error()));
    return Custody(*key, std::move(*registry));
}

Outcome<Custody> read_custody(const Session& session) {
    const home::Home& home = session.home();
    const auto key = open_custody_key(home);
    if (!key) return std::unexpected(key.error());
    auto registry = api::gateway::Registry::read(home.registry, *key);
    if (!registry && registry.error().code == ErrorCode::not_found)
        return fail(Exit::not_found, ErrorCode::not_found, "no patient was enrolled or imported here yet", home.registry.string());
    if (!registry) return std::unexpected(Failure(Exit::configuration, registry.error()));
    if (const auto status = registry->check_owner(owner_of(session)); !status)
        return std::unexpected(unusable(session, status.error()));
    return Custody(*key, std::move(*registry));
}

Outcome<api::gateway::RegisteredPatient> find_patient(const Custody& custody, const std::string& text) {
    const api::gateway::RegisteredPatient* found = custody.registry.find(text);
    if (!found) found = custody.registry.find("Patient/" + text);
    if (!found)
        if (const auto pseudonym = base::fixed_from_hex<types::Pseudonym>(text)) found = custody.registry.find(*pseudonym);
    if (!found) return fail(Exit::not_found, ErrorCode::not_found, "the registry knows no such patient", text);
    return *found;
}

Outcome<void> save(Custody& custody) {
    if (const auto status = custody.registry.save(); !status) return std::unexpected(Failure(Exit::failed, status.error()));
    return {};
}

}  // namespace placet::cli::link
