// Cards: the public halves that organisations exchange before there is a chain. A validator's card and an organisation's card
// go into genesis; an actor's card goes to its operator, who enrols it. JSON files without secrets.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::cli::home {

struct ActorCard {
    std::string id;  ///< "gateway@hospital-a"; of a patient's agent "patient", until enrolment names it
    std::vector<std::string> roles;
    std::string title;
    crypto::PublicKey key;
    crypto::SpkiHash client_spki;
    bool operator==(const ActorCard&) const = default;
};

[[nodiscard]] std::string to_json(const ActorCard& card);
[[nodiscard]] std::string to_json(const types::Validator& validator);
[[nodiscard]] std::string to_json(const types::Organisation& organisation);

/// Each refuses other files by the "placet" member, and names the field that is wrong.
[[nodiscard]] base::Result<ActorCard> read_actor_card(const std::filesystem::path& path);
[[nodiscard]] base::Result<types::Validator> read_validator_card(const std::filesystem::path& path);
[[nodiscard]] base::Result<types::Organisation> read_organisation_card(const std::filesystem::path& path);

}  // namespace placet::cli::home
