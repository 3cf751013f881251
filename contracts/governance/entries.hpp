// Map entries of governance, and how readers find them. Keys are canonical CBOR arrays [entry kind, id…]; values are the structs
// below. docs/formats/state-keys.md lists every key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/common/state_keys.hpp"
#include "contracts/governance/commands.hpp"
#include "ledger/state/reader.hpp"

namespace placet::contracts::governance {

struct Organisation {
    std::string id;
    std::string title;
    std::string kind;  ///< "hospital", "university", "regulator"
    std::string country;
    bool has_seat = false;  ///< runs a validator: votes on proposals
    bool operator==(const Organisation&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("title", self.title, kMaxTitle);
        archive("kind", self.kind, kMaxId);
        archive("country", self.country, 2);
        archive("has_seat", self.has_seat);
    }
};

enum class ActorStatus : std::uint8_t { active, revoked };
[[nodiscard]] constexpr ActorStatus last_of(ActorStatus) noexcept { return ActorStatus::revoked; }

struct Actor {
    std::string id;  ///< "name@organisation"; a patient's is "p-<first 32 hex digits of the pseudonym>@<custodian>"
    std::string organisation;
    std::vector<Role> roles;
    crypto::PublicKey key;
    std::optional<types::SpkiHash> client_spki;
    std::string title;
    ActorStatus status = ActorStatus::active;
    std::optional<Pseudonym> subject;  ///< of a patient's key: who she is at `organisation`
    TimeMs since_ms = 0;
    bool operator==(const Actor&) const = default;

    [[nodiscard]] bool has(Role role) const noexcept;
    [[nodiscard]] bool is_active() const noexcept { return status == ActorStatus::active; }

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("organisation", self.organisation, kMaxId);
        archive("roles", self.roles, 8);
        archive("key", self.key);
        archive("client_spki", self.client_spki);
        archive("title", self.title, kMaxTitle);
        archive("status", self.status);
        archive("subject", self.subject);
        archive("since_ms", self.since_ms);
    }
};

struct CustodianPolicy {
    std::string custodian;
    ImplicitPolicy policy = ImplicitPolicy::none;
    TimeMs since_ms = 0;
    bool operator==(const CustodianPolicy&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("policy", self.policy);
        archive("since_ms", self.since_ms);
    }
};

enum class ProposalState : std::uint8_t { open, adopted, rejected };
[[nodiscard]] constexpr ProposalState last_of(ProposalState) noexcept { return ProposalState::rejected; }

struct ProposalEntry {
    Propose proposal;
    std::string proposer;
    ProposalState state = ProposalState::open;
    std::vector<std::string> approvals;   ///< organisations, ascending
    std::vector<std::string> rejections;  ///< organisations, ascending
    bool operator==(const ProposalEntry&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("proposal", self.proposal);
        archive("proposer", self.proposer, kMaxId);
        archive("state", self.state);
        archive("approvals", self.approvals, 256, kMaxId);
        archive("rejections", self.rejections, 256, kMaxId);
    }
};

struct ValidatorProposalEntry {
    ProposeValidator proposal;
    std::string proposer;
    ProposalState state = ProposalState::open;
    std::vector<std::string> approvals;   ///< organisations, ascending
    std::vector<std::string> rejections;  ///< organisations, ascending
    bool operator==(const ValidatorProposalEntry&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("proposal", self.proposal);
        archive("proposer", self.proposer, kMaxId);
        archive("state", self.state);
        archive("approvals", self.approvals, 256, kMaxId);
        archive("rejections", self.rejections, 256, kMaxId);
    }
};

/// What rules know of genesis.
struct Chain {
    std::uint64_t seats = 0;  ///< organisations that run a validator, and so vote on proposals
    std::uint64_t rule_version = 1;
    std::uint64_t epoch_stride = 128;  ///< genesis' checkpoint_interval: epochs end at its multiples
    std::uint64_t window = 16;
    bool operator==(const Chain&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("seats", self.seats);
        archive("rule_version", self.rule_version);
        archive("epoch_stride", self.epoch_stride);
        archive("window", self.window);
    }
};

/// Adopted value of a parameter.
/// The table of diseases that was voted for last.
struct DiseasesInForce {
    std::string table;
    Hash digest;
    TimeMs since_ms = 0;
    bool operator==(const DiseasesInForce&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("table", self.table, kMaxId);
        archive("digest", self.digest);
        archive("since_ms", self.since_ms);
    }
};

struct ParameterValue {
    std::uint64_t value = 0;
    bool operator==(const ParameterValue&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("value", self.value);
    }
};

[[nodiscard]] Bytes chain_key();
[[nodiscard]] Bytes organisation_key(std::string_view id);
[[nodiscard]] Bytes actor_key(std::string_view id);
[[nodiscard]] Bytes actor_by_key_key(const crypto::PublicKey& key);
[[nodiscard]] Bytes actor_by_spki_key(const types::SpkiHash& spki);
[[nodiscard]] Bytes policy_key(std::string_view custodian);
[[nodiscard]] Bytes parameter_key(std::string_view name);
[[nodiscard]] Bytes proposal_key(std::string_view id);
[[nodiscard]] Bytes validator_proposal_key(std::string_view id);
[[nodiscard]] Bytes diseases_in_force_key();
/// What the entries actor_by_key and actor_by_spki hold: the actor's id.
[[nodiscard]] Bytes actor_reference_value(std::string_view actor);

/// Lookups: nothing if there is none, `corrupt` if an entry does not decode.
[[nodiscard]] Result<std::optional<Organisation>> find_organisation(const state::StateReader& reader, std::string_view id);
[[nodiscard]] Result<std::optional<Actor>> find_actor(const state::StateReader& reader, std::string_view id);
/// Who holds or held the key: look at `key` and `status`.
[[nodiscard]] Result<std::optional<Actor>> find_actor_by_key(const state::StateReader& reader, const crypto::PublicKey& key);
/// As above, but only while the key is the actor's own: after a rotation an old key finds nobody.
[[nodiscard]] Result<std::optional<Actor>> find_sender(const state::StateReader& reader, const crypto::PublicKey& key);
/// How REST maps a client certificate to an actor; revoked actors are found, too: look at `status`.
[[nodiscard]] Result<std::optional<Actor>> find_actor_by_spki(const state::StateReader& reader, const types::SpkiHash& spki);
/// `none` where the custodian set nothing.
[[nodiscard]] Result<ImplicitPolicy> implicit_policy(const state::StateReader& reader, std::string_view custodian);
[[nodiscard]] Result<std::optional<ProposalEntry>> find_proposal(const state::StateReader& reader, std::string_view id);
[[nodiscard]] Result<std::optional<ValidatorProposalEntry>> find_validator_proposal(const state::StateReader& reader, std::string_view id);
/// The adopted value of a parameter, or `otherwise`.
[[nodiscard]] Result<std::uint64_t> parameter(const state::StateReader& reader, std::string_view name, std::uint64_t otherwise);
/// The id a patient's key acts under at a custodian.
[[nodiscard]] std::string patient_actor_id(const Pseudonym& pseudonym, std::string_view custodian);
/// The id of a validator's own service key.
[[nodiscard]] std::string node_actor_id(std::string_view validator);

}  // namespace placet::contracts::governance
