// Opens a home's keys and makes clients with them.
#include "cli/demo/identity.hpp"

#include "cli/home/files.hpp"
#include "cli/home/home.hpp"
#include "cli/home/keyring.hpp"

namespace placet::cli::demo {

base::Result<Identity> open_identity(const std::filesystem::path& folder) {
    frame::Settings settings;
    settings.home = folder.string();
    auto opened = home::open_home(settings);
    if (!opened) return std::unexpected(opened.error().error);
    auto genesis = home::read_genesis(opened->genesis);
    if (!genesis) return std::unexpected(genesis.error().error);
    auto passphrase = home::passphrase_of(*opened);
    if (!passphrase) return std::unexpected(passphrase.error().error);
    PLACET_TRY_ASSIGN(crypto::SigningKey key, home::open_signing_key(opened->transaction_key, *passphrase));
    PLACET_TRY_ASSIGN(std::string tls_key, home::open_tls_key(opened->tls_key, *passphrase));
    PLACET_TRY_ASSIGN(const base::Bytes certificate, home::read_file(opened->certificate));
    const crypto::Hash hash = types::genesis_hash(*genesis);
    return Identity{opened->organisation, std::move(*genesis), hash, std::move(key), std::string(base::as_text(certificate)), std::move(tls_key)};
}

base::Result<api::client::Client> connect(const Identity& identity, const std::string& validator, Failover failover) {
    api::client::ClientConfig config;
    config.endpoints = api::client::endpoints_of(identity.genesis, validator);
    if (failover == Failover::none) config.endpoints.resize(1);
    config.certificate_pem = identity.certificate_pem;
    config.key_pem = identity.tls_key_pem;
    return api::client::Client::make(std::move(config));
}

}  // namespace placet::cli::demo
