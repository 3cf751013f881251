// What a node and an actor need before the chain exists: sealed keys, certificates, configuration and cards, made in one place
// so that `init`, `home init` and `localnet init` make the same.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/home/cards.hpp"
#include "cli/home/home.hpp"

namespace placet::cli::home {

/// A validator's seat (files as node/README.md lists them).
struct SeatPlan {
    std::filesystem::path folder;
    std::string name;
    std::string organisation;
    std::string peer_address;  ///< host:port
    std::string api_address;
    std::filesystem::path genesis;  ///< written into placetd.toml; relative to the folder, or absolute
    std::string sponsor = {};       ///< of make_follower_card; empty: the organisation itself
};
/// Makes keys/, the empty vote guard, placetd.toml and validator.json. `passphrase_file`: named in placetd.toml; must exist.
[[nodiscard]] base::Result<types::Validator> make_seat(const SeatPlan& plan, const Passphrase& passphrase, const std::string& passphrase_file);
/// New vote, checkpoint, service and note keys for a seat whose node goes on: keys.next/ beside keys/ (the TLS key and its certificate stay the
/// same and are copied), their empty guard data/vote.guard.next, and validator.next.json. conflict: keys.next is there already.
[[nodiscard]] base::Result<types::Validator> make_next_keys(const std::filesystem::path& folder, const Passphrase& passphrase);
/// The card by which a seat's node may follow before it votes: the operator of `sponsor`, an organisation with a seat or a regulator, enrols
/// "follower-<name>@<sponsor>", an observer under the seat's own certificate. In follower.json, its key in keys/follower.key.
[[nodiscard]] base::Result<ActorCard> make_follower_card(const SeatPlan& plan, const types::Validator& seat, const Passphrase& passphrase);
/// As make_seat for a node without a vote: a TLS key, placetd.toml, and the card by which its organisation's operator enrols it as
/// "observer@<organisation>", without which validators hand it no blocks.
[[nodiscard]] base::Result<ActorCard> make_observer(const SeatPlan& plan, const Passphrase& passphrase, const std::string& passphrase_file);

/// An actor's home. The folder may exist, but without a placet.toml.
struct HomePlan {
    std::filesystem::path folder;
    std::string actor;  ///< "gateway@hospital-a"; "patient" for a patient's agent
    std::vector<std::string> roles;
    std::string title;
    std::filesystem::path genesis;
    std::string node;
    std::filesystem::path custodian_folder;  ///< of registry.key and patients.registry; empty: none
    std::string listen;                      ///< of a gateway; its records and journal are then in the custodian's folder
    std::vector<KnownGateway> gateways;      ///< of a researcher
    std::vector<PinnedEndpoint> endpoints;
    crypto::Algorithm algorithm = crypto::Algorithm::es256k;
};
/// Makes the keys, the client certificate, placet.toml and card.json; returns the card.
[[nodiscard]] base::Result<ActorCard> make_home(const HomePlan& plan, const Passphrase& passphrase, const std::optional<std::string>& passphrase_file);

/// An organisation's offline recovery key in `folder`, and organisation.json from it and its operator's card.
struct OrganisationPlan {
    std::filesystem::path folder;
    std::string id;
    std::string title;
    std::string kind;
    std::string country;
};
[[nodiscard]] base::Result<types::Organisation> make_organisation(const OrganisationPlan& plan, const ActorCard& operator_card,
                                                                  const Passphrase& passphrase);

/// A new passphrase file of mode 0600 with a random passphrase.
[[nodiscard]] base::Result<Passphrase> make_passphrase_file(const std::filesystem::path& path);

}  // namespace placet::cli::home
