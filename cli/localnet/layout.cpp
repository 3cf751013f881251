// Made in a folder beside and renamed when complete: a broken-off `localnet init` leaves nothing that looks like a network.
#include "cli/localnet/layout.hpp"

#include <fmt/format.h>

#include "api/dto/genesis.hpp"
#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"

namespace placet::cli::localnet {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::refuse;

const std::vector<OrganisationSpec>& organisations() {
    static const std::vector<OrganisationSpec> kOrganisations = {
        {"hospital-a", "St. Anna Hospital", "hospital", true, {"gateway", "clinician", "dac1", "dac2", "dac3", "admin"}},
        {"hospital-b", "Bethany General Hospital", "hospital", true, {"gateway", "clinician", "dac1", "dac2", "dac3", "admin"}},
        {"hospital-c", "Charity Clinic", "hospital", true, {"gateway", "clinician", "dac1", "dac2", "dac3", "admin"}},
        {"university", "University of the North", "university", true, {"researcher"}},
        {"regulator", "Data Protection Authority", "regulator", false, {"regulator"}},
    };
    return kOrganisations;
}

unsigned peer_port(unsigned base_port, std::size_t seat) {
    return base_port + 2 * static_cast<unsigned>(seat);
}
unsigned api_port(unsigned base_port, std::size_t seat) {
    return peer_port(base_port, seat) + 1;
}
namespace {
std::size_t seats() {
    return static_cast<std::size_t>(std::ranges::count_if(organisations(), &OrganisationSpec::has_seat));
}
std::string role_of(const std::string& name) {
    return name == "admin" ? "node_admin" : name.substr(0, name.find_first_of("0123456789"));
}
}  // namespace
unsigned observer_port(unsigned base_port) {
    return base_port + 2 * static_cast<unsigned>(seats());
}
unsigned gateway_port(unsigned base_port, std::size_t seat) {
    return observer_port(base_port) + 1 + static_cast<unsigned>(seat);
}
unsigned ports_used() {
    return 3 * static_cast<unsigned>(seats()) + 1;
}

namespace {

class Maker {
public:
    Maker(fs::path folder, unsigned base_port, const std::function<void(std::uint64_t, std::uint64_t)>& step)
        : folder_(std::move(folder)), base_port_(base_port), step_(step) {
        for (const auto& organisation : organisations()) total_ += 1 + organisation.actors.size() + (organisation.has_seat ? 1 : 0);
        total_ += 2;  // the observer and a patient's agent
    }

    base::Status make(Network& out) {
        out.genesis.chain = "placet-local";
        out.genesis.created_at_ms = home::now_ms();
        PLACET_TRY(add_observer());
        for (const OrganisationSpec& organisation : organisations()) {
            if (organisation.has_seat) PLACET_TRY(add_validator(organisation, out));
            PLACET_TRY(add_actors(organisation, out));
        }
        PLACET_TRY(add_patient(out));
        PLACET_TRY(types::check(out.genesis));
        return home::replace_file(folder_ / "genesis.json", base::as_bytes(api::dto::genesis_to_json(out.genesis)));
    }

private:
    void count() { step_(++done_, total_); }

    base::Status add_validator(const OrganisationSpec& organisation, Network& out) {
        const std::size_t seat = out.genesis.validators.n();
        const fs::path folder = folder_ / "validators" / organisation.id;
        PLACET_TRY(home::make_folder(folder));
        PLACET_TRY_ASSIGN(const home::Passphrase passphrase, home::make_passphrase_file(folder / "passphrase"));
        const home::SeatPlan plan{folder,
                                  organisation.id,
                                  organisation.id,
                                  fmt::format("{}:{}", kHost, peer_port(base_port_, seat)),
                                  fmt::format("{}:{}", kHost, api_port(base_port_, seat)),
                                  folder_ / "genesis.json"};
        PLACET_TRY_ASSIGN(types::Validator made, home::make_seat(plan, passphrase, (folder / "passphrase").string()));
        out.genesis.validators.validators.push_back(std::move(made));
        count();
        return {};
    }

    base::Result<home::ActorCard> add_home(const OrganisationSpec& organisation, const std::string& name, Network& out) {
        home::HomePlan plan;
        const std::string folder_name = name + "-" + organisation.id;
        plan.folder = folder_ / "homes" / folder_name;
        plan.actor = name + "@" + organisation.id;
        plan.roles = {role_of(name)};
        plan.title = name == "operator" ? organisation.title : std::string{};
        plan.genesis = folder_ / "genesis.json";
        plan.node = organisation.has_seat ? organisation.id : std::string{};
        if (name == "gateway") plan.listen = fmt::format("{}:{}", kHost, gateway_port(base_port_, out.genesis.validators.n() - 1));
        if (name == "researcher") plan.gateways = gateways_;
        if (organisation.id == kObserver) plan.endpoints = {observer_};
        const bool custodian = organisation.kind == "hospital" && (name == "operator" || name == "gateway");
        if (custodian) plan.custodian_folder = folder_ / "custodians" / organisation.id;
        PLACET_TRY(home::make_folder(plan.folder));
        // The custodian's operator and gateway open the same registry key: they share the hospital's passphrase.
        const std::string file = (custodian ? plan.custodian_folder : plan.folder) / "passphrase";
        std::error_code error;
        if (custodian) PLACET_TRY(home::make_folder(plan.custodian_folder));
        if (!fs::exists(file, error)) PLACET_TRY(home::make_passphrase_file(file));
        PLACET_TRY_ASSIGN(const home::Passphrase passphrase, home::passphrase_from_file(file));
        PLACET_TRY_ASSIGN(home::ActorCard card, home::make_home(plan, passphrase, file));
        if (name == "gateway") gateways_.push_back({organisation.id, plan.listen, card.client_spki});
        if (name == "operator") {
            const home::OrganisationPlan wanted{plan.folder, organisation.id, organisation.title, organisation.kind, "DE"};
            PLACET_TRY_ASSIGN(types::Organisation entry, home::make_organisation(wanted, card, passphrase));
            out.genesis.organisations.push_back(std::move(entry));
        }
        out.homes.push_back(folder_name);
        count();
        return card;
    }

    base::Status add_actors(const OrganisationSpec& organisation, Network& out) {
        PLACET_TRY(add_home(organisation, "operator", out));
        for (const std::string& name : organisation.actors) PLACET_TRY(add_home(organisation, name, out));
        return {};
    }

    base::Status add_observer() {
        const fs::path folder = folder_ / "observers" / kObserver;
        PLACET_TRY(home::make_folder(folder));
        PLACET_TRY_ASSIGN(const home::Passphrase passphrase, home::make_passphrase_file(folder / "passphrase"));
        const home::SeatPlan plan{folder, kObserver, kObserver, "", fmt::format("{}:{}", kHost, observer_port(base_port_)), folder_ / "genesis.json"};
        PLACET_TRY_ASSIGN(const home::ActorCard card, home::make_observer(plan, passphrase, (folder / "passphrase").string()));
        observer_ = {plan.api_address, card.client_spki, kObserver};
        count();
        return {};
    }

    /// A patient has an agent of her own; which hospital knows her under which pseudonym comes with enrolment.
    base::Status add_patient(Network& out) {
        home::HomePlan plan;
        plan.folder = folder_ / "homes" / "patient";
        plan.actor = "patient";
        plan.roles = {"patient"};
        plan.genesis = folder_ / "genesis.json";
        PLACET_TRY(home::make_folder(plan.folder));
        PLACET_TRY_ASSIGN(const home::Passphrase passphrase, home::make_passphrase_file(plan.folder / "passphrase"));
        PLACET_TRY(home::make_home(plan, passphrase, (plan.folder / "passphrase").string()));
        out.homes.emplace_back("patient");
        count();
        return {};
    }

    fs::path folder_;
    unsigned base_port_;
    const std::function<void(std::uint64_t, std::uint64_t)>& step_;
    home::PinnedEndpoint observer_;             ///< the regulator's people can ask it by name
    std::vector<home::KnownGateway> gateways_;  ///< of the hospitals so far; researchers come after them
    std::uint64_t done_ = 0;
    std::uint64_t total_ = 0;
};

}  // namespace

base::Result<Network> make_network(const fs::path& folder, unsigned base_port, const std::function<void(std::uint64_t, std::uint64_t)>& step) {
    std::error_code error;
    if (fs::exists(folder, error) && !fs::is_empty(folder, error))
        return refuse(ErrorCode::conflict,
                      fs::exists(folder / "genesis.json", error) ? "holds a network already; start it, or choose another folder"
                                                                 : "is not empty; choose another folder",
                      folder.string());
    fs::path beside = fs::absolute(folder, error).lexically_normal();
    if (!beside.has_filename()) beside = beside.parent_path();  // "net/"
    beside += ".new";
    fs::remove_all(beside, error);
    PLACET_TRY(home::make_folder(beside));
    Network out;
    out.folder = folder;
    PLACET_TRY(Maker(beside, base_port, step).make(out));
    fs::remove(folder, error);  // an empty one
    fs::rename(beside, folder, error);
    if (error) return refuse(ErrorCode::io, "cannot be put in place: " + error.message(), folder.string());
    return out;
}

base::Result<std::vector<NodeFolder>> nodes_of(const fs::path& folder, const types::Genesis& genesis) {
    std::vector<NodeFolder> out;
    std::error_code error;
    for (const auto& seat : genesis.validators.validators) {
        NodeFolder node{seat.name, folder / "validators" / seat.name, false};
        if (!fs::exists(node.folder / "placetd.toml", error))
            return refuse(ErrorCode::io, "is missing: this folder holds no network of `placet localnet init`",
                          (node.folder / "placetd.toml").string());
        out.push_back(std::move(node));
    }
    const fs::path observer = folder / "observers" / kObserver;
    if (fs::exists(observer / "placetd.toml", error)) out.push_back({"observer", observer, true});
    return out;
}

}  // namespace placet::cli::localnet
