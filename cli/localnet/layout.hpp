// A whole network on one machine, for trying, demonstrating and testing: three hospitals and a university with a validator each, a
// regulator with a node that follows without a vote, and a home for everybody who acts.
//
//   DIR/genesis.json
//   DIR/validators/<name>/       placetd.toml, passphrase, keys/, data/, placetd.log, placetd.pid
//   DIR/observers/regulator/     the same, without a vote; card.json to be enrolled by
//   DIR/homes/<role>-<organisation>/   placet.toml, keys, card.json, passphrase
//   DIR/custodians/<hospital>/   registry.key, patients.registry records/, care.journal: the hospital's operator's and gateway's
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/home/seat.hpp"

namespace placet::cli::localnet {

inline constexpr std::string_view kHost = "127.0.0.1";
inline constexpr const char* kObserver = "regulator";

struct OrganisationSpec {
    std::string id;
    std::string title;
    std::string kind;
    bool has_seat = false;
    std::vector<std::string> actors;  ///< names before the '@', besides the operator; the role is the name without digits
};
[[nodiscard]] const std::vector<OrganisationSpec>& organisations();

/// Two ports a validator, in the order of seats, then one of the observer, then one of each gateway.
[[nodiscard]] unsigned peer_port(unsigned base_port, std::size_t seat);
[[nodiscard]] unsigned api_port(unsigned base_port, std::size_t seat);
[[nodiscard]] unsigned observer_port(unsigned base_port);
/// Of the gateway of the hospital at this seat.
[[nodiscard]] unsigned gateway_port(unsigned base_port, std::size_t seat);
[[nodiscard]] unsigned ports_used();

struct Network {
    std::filesystem::path folder;
    types::Genesis genesis;
    std::vector<std::string> homes;  ///< names of folders below homes/
};

/// Makes everything. `step(done, total)` is called as keys are made. Refuses (conflict) a folder that already holds a network.
[[nodiscard]] base::Result<Network> make_network(const std::filesystem::path& folder, unsigned base_port,
                                                 const std::function<void(std::uint64_t, std::uint64_t)>& step);

struct NodeFolder {
    std::string name;
    std::filesystem::path folder;
    bool is_observer = false;
};
/// The nodes of a network, validators in the order of seats, then the observer; an error if DIR holds no network.
[[nodiscard]] base::Result<std::vector<NodeFolder>> nodes_of(const std::filesystem::path& folder, const types::Genesis& genesis);

}  // namespace placet::cli::localnet
