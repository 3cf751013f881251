// Commands of governance: actors, their keys, custodians' implicit policies, and proposals that organisations vote on.
// Each struct is the body of a transaction of its kKind; `encode` and `decode<T>` are in contracts/common/codec.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/common/command_kind.hpp"
#include "contracts/governance/roles.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::contracts::governance {

/// By the organisation's operator, for its own organisation. Outcome "enrolled".
struct EnrolActor {
    static constexpr CommandKind kKind = CommandKind::enrol_actor;
    std::string id;  ///< "name@organisation"; people of a hospital under ids scoped to it, not by their names
    std::vector<Role> roles;
    crypto::PublicKey key;
    std::optional<types::SpkiHash> client_spki;  ///< certificate for reads; none = no REST reads
    std::string title;                           ///< "Gateway of St. Anna"; public to members; may be empty
    bool operator==(const EnrolActor&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("roles", self.roles, 8);
        archive("key", self.key);
        archive("client_spki", self.client_spki);
        archive("title", self.title, kMaxTitle);
    }
};

/// By the operator of the actor's organisation, or by the actor itself. Nothing of a revoked actor executes any more, from the
/// same block on. Outcome "revoked".
struct RevokeActor {
    static constexpr CommandKind kKind = CommandKind::revoke_actor;
    std::string id;
    std::string reason;  ///< code: "left", "key_lost", "key_compromised", …
    bool operator==(const RevokeActor&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("reason", self.reason, kMaxId);
    }
};

/// A new key and client certificate for an actor, by itself (old key) or by the operator. The old key is free of rights from this
/// block on, and never usable again. Outcome "rotated".
struct RotateKey {
    static constexpr CommandKind kKind = CommandKind::rotate_key;
    std::string id;
    crypto::PublicKey key;
    std::optional<types::SpkiHash> client_spki;
    bool operator==(const RotateKey&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("key", self.key);
        archive("client_spki", self.client_spki);
    }
};

/// IHE PCF 53.2.1: what holds where no consent is on file, or the only ones are expired. By the custodian's operator.
enum class ImplicitPolicy : std::uint8_t {
    none,              ///< nothing given: not-applicable
    deny_all,          ///< Policy-deny
    break_glass_only,  ///< Policy-break-glass-only
    basic_normal,      ///< Policy-basic-normal: treatment by clinicians
    all_normal,        ///< Policy-all-normal: all authorised uses
};
[[nodiscard]] constexpr ImplicitPolicy last_of(ImplicitPolicy) noexcept { return ImplicitPolicy::all_normal; }
/// "deny_all" …; and the canonical URI of IHE PCF (empty for none).
[[nodiscard]] std::string_view to_string(ImplicitPolicy policy) noexcept;
[[nodiscard]] std::string_view policy_uri(ImplicitPolicy policy) noexcept;
[[nodiscard]] std::optional<ImplicitPolicy> implicit_policy_from(std::string_view text) noexcept;

/// Outcome "policy_set".
struct SetImplicitPolicy {
    static constexpr CommandKind kKind = CommandKind::set_implicit_policy;
    std::string custodian;
    ImplicitPolicy policy = ImplicitPolicy::none;
    bool operator==(const SetImplicitPolicy&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("custodian", self.custodian, kMaxId);
        archive("policy", self.policy);
    }
};

/// A change that organisations vote on: proposed by a node administrator or an operator. Outcome "proposed".
enum class ProposalSubject : std::uint8_t {
    organisation,  ///< admit a new organisation (key = its operator)
    parameter,     ///< change a numbered parameter (entries.hpp, Parameter)
    diseases,      ///< decide by a staged table of diseases (contracts/dataset/installed_diseases.hpp), named with its digest
};
[[nodiscard]] constexpr ProposalSubject last_of(ProposalSubject) noexcept { return ProposalSubject::diseases; }

struct Propose {
    static constexpr CommandKind kKind = CommandKind::propose;
    std::string id;
    ProposalSubject subject = ProposalSubject::parameter;
    std::string name;   ///< organisation id, the parameter's name, or the table's id
    std::string title;  ///< of the organisation; else empty
    std::string kind;   ///< "hospital", "university", "regulator"; else empty
    std::string country;
    std::optional<crypto::PublicKey> operator_key;
    std::optional<types::SpkiHash> operator_spki;
    std::uint64_t value = 0;  ///< of the parameter
    std::optional<Hash> digest;  ///< of the table
    bool operator==(const Propose&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("subject", self.subject);
        archive("name", self.name, kMaxId);
        archive("title", self.title, kMaxTitle);
        archive("kind", self.kind, kMaxId);
        archive("country", self.country, 2);
        archive("operator_key", self.operator_key);
        archive("operator_spki", self.operator_spki);
        archive("value", self.value);
        archive("digest", self.digest);
    }
};

/// "This node follows the chain and holds these keys": signatures with the validator's vote key and its checkpoint key over
/// attestation_digest. `height` is a multiple of kRootStride within the last kRootSlots × kRootStride blocks.
struct Attestation {
    std::uint64_t height = 0;
    Hash root;  ///< RFC 6962 root of the log at `height`
    crypto::Signature by_vote_key;
    crypto::Signature by_checkpoint_key;
    bool operator==(const Attestation&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("height", self.height);
        archive("root", self.root);
        archive("by_vote_key", self.by_vote_key);
        archive("by_checkpoint_key", self.by_checkpoint_key);
    }
};
/// tagged_hash("placet/attestation/1", [validator, height, root]). The root names the chain.
[[nodiscard]] Hash attestation_digest(std::string_view validator, std::uint64_t height, const Hash& root) noexcept;

enum class ValidatorChange : std::uint8_t {
    add,
    remove,
    rotate,  ///< other keys or addresses under the same name: also how a lost validator returns on a new machine
};
[[nodiscard]] constexpr ValidatorChange last_of(ValidatorChange) noexcept { return ValidatorChange::rotate; }

/// A change of the validator set that organisations vote on (vote_on_proposal). By a node administrator: of the organisation whose seat
/// it is, where keys come in; of any, where a validator is to go. Outcome "proposed". An adopted change takes effect behind the next
/// multiple of K at or above its height + window (consensus.md, Membership).
struct ProposeValidator {
    static constexpr CommandKind kKind = CommandKind::propose_validator;
    std::string id;  ///< shares its space with Propose
    ValidatorChange change = ValidatorChange::add;
    std::string name;                            ///< of the validator
    std::optional<types::Validator> validator;   ///< all of it, as it shall be; none to remove
    std::optional<Attestation> attestation;      ///< with the keys of `validator`; none to remove
    bool operator==(const ProposeValidator&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("change", self.change);
        archive("name", self.name, kMaxId);
        archive("validator", self.validator);
        archive("attestation", self.attestation);
    }
};

/// One vote an organisation, by its operator; more than half of the organisations with a seat decide. Outcomes "vote_recorded",
/// "proposal_adopted", "proposal_rejected".
struct VoteOnProposal {
    static constexpr CommandKind kKind = CommandKind::vote_on_proposal;
    std::string id;
    bool approve = false;
    bool operator==(const VoteOnProposal&) const = default;

    template <class Archive>
    static void fields(Archive& archive, auto& self) {
        archive("id", self.id, kMaxId);
        archive("approve", self.approve);
    }
};

}  // namespace placet::contracts::governance
