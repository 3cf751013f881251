// A home: the folder of one actor (an operator, a committee member, a researcher, a patient's agent, a gateway, a regulator)
// with its key files and placet.toml. Flags stand over environment, environment over placet.toml.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame/command.hpp"
#include "cli/home/passphrase.hpp"
#include "ledger/crypto/certificate.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::cli::home {

/// A node that stands in no genesis (an observer, a proxy's own address) with the key its certificate must have.
struct PinnedEndpoint {
    std::string address;
    crypto::SpkiHash spki;
    std::string name;  ///< asked only where --node or `node` says this name; without one, asked before all validators
};

/// Who a patient is at a custodian; in the home of her agent.
struct Subject {
    std::string custodian;
    types::Pseudonym pseudonym;
};

/// Where a custodian's gateway listens, and the key its certificate must have; in the home of a researcher.
struct KnownGateway {
    std::string custodian;
    std::string address;
    crypto::SpkiHash spki;
};

/// placet.toml and what flags and environment put over it. Paths are absolute or relative to the working folder.
struct Home {
    std::filesystem::path folder;
    std::string actor;         ///< "operator@hospital-a"; empty where the home only reads
    std::string organisation;  ///< what follows the '@'
    std::vector<std::string> roles;
    std::filesystem::path genesis;
    std::string node;  ///< the validator asked first; empty = the organisation's own, if it has one
    std::optional<std::string> passphrase_file;
    std::filesystem::path transaction_key;
    std::filesystem::path tls_key;
    std::filesystem::path certificate;
    std::filesystem::path registry_key;  ///< of the custodian's registry; empty where there is none
    std::filesystem::path registry;
    std::string listen;             ///< of a gateway: host:port
    std::filesystem::path records;  ///< of a gateway: folder of FHIR Bundles
    std::filesystem::path journal;  ///< of a gateway: the file of its journal
    std::vector<KnownGateway> gateways;
    std::vector<PinnedEndpoint> endpoints;  ///< asked before the validators of genesis
    std::vector<Subject> subjects;
};

/// Reads the home that `settings` name (or ~/.placet). An unknown key is refused with its line and the nearest name.
[[nodiscard]] frame::Outcome<Home> open_home(const frame::Settings& settings);

/// placet.toml of `home`, with paths below its folder written relative to it.
[[nodiscard]] std::string to_toml(const Home& home);
[[nodiscard]] base::Status save_home(const Home& home);

/// Reads and checks a genesis file: the one named by --genesis, or the home's.
[[nodiscard]] frame::Outcome<types::Genesis> read_genesis(const std::filesystem::path& path);
/// --genesis or PLACET_GENESIS, else what placet.toml of the home says.
[[nodiscard]] frame::Outcome<std::filesystem::path> genesis_path(const frame::Settings& settings);

/// The home's passphrase, once per process run.
[[nodiscard]] frame::Outcome<Passphrase> passphrase_of(const Home& home);

}  // namespace placet::cli::home
