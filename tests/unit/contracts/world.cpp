// The world of rules' tests.
#include "tests/unit/contracts/world.hpp"

#include <catch2/catch.hpp>

#include "contracts/consent/purpose.hpp"
#include "contracts/runtime/genesis_state.hpp"

namespace placet::tests {
namespace {

constexpr base::TimeMs kStart = 1'767'225'600'000;  // 2026-01-01

types::SpkiHash spki_of(const std::string& name) { return types::SpkiHash::copy_of(crypto::sha256(base::as_bytes("spki " + name)).view()); }

types::Validator validator_of(const std::string& name) {
    types::Validator out;
    out.name = name;
    out.organisation = name;
    out.vote_key = World::key_named("vote " + name).public_key();
    out.checkpoint_key = World::key_named("checkpoint " + name).public_key();
    out.service_key = World::key_named("node@" + name).public_key();
    out.note_key = crypto::ed25519::PublicKey::copy_of(crypto::sha256(base::as_bytes("note " + name)).view());
    out.tls_spki = spki_of(name);
    out.peer_address = "127.0.0.1:1";
    out.api_address = "127.0.0.1:2";
    return out;
}

}  // namespace

std::optional<base::Bytes> MemoryState::get(base::BytesView key) const {
    const auto found = entries.find(base::to_bytes(key));
    return found == entries.end() ? std::nullopt : std::optional(found->second);
}

std::optional<base::Bytes> MemoryState::part(const crypto::Hash& commitment) const {
    const auto found = parts.find(commitment);
    return found == parts.end() ? std::nullopt : std::optional(found->second);
}

void MemoryState::scan(base::BytesView prefix, const std::function<bool(base::BytesView, base::BytesView)>& visit) const {
    for (auto at = entries.lower_bound(base::to_bytes(prefix)); at != entries.end(); ++at) {
        const bool below = at->first.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), at->first.begin());
        if (!below || !visit(at->first, at->second)) return;
    }
}

void MemoryState::apply(const std::vector<types::StateWrite>& writes) {
    for (const auto& write : writes) {
        if (write.value) entries[write.key] = *write.value;
        else entries.erase(write.key);
    }
}

void MemoryState::apply(const state::ExecutedBlock& block) {
    for (const auto& event : block.events) apply(event.writes);
    apply(block.closing_writes);
    height_ = block.height;
    time_ms_ = block.block_time_ms;
}

World::World() {
    genesis.chain = "test";
    genesis.created_at_ms = kStart;
    for (const std::string name : {"hospital-a", "hospital-b", "hospital-c", "university"}) genesis.validators.validators.push_back(validator_of(name));
    for (const std::string name : {"hospital-a", "hospital-b", "hospital-c", "university", "regulator"}) {
        const std::string kind = name.starts_with("hospital") ? "hospital" : name;
        genesis.organisations.push_back({name, "The " + name, kind, "DE", key_named("recovery " + name).public_key(),
                                         key_named("operator@" + name).public_key(), spki_of("operator@" + name)});
        people_.emplace("operator@" + name, Person{"operator@" + name, key_named("operator@" + name)});
        people_.emplace("node@" + name, Person{"node@" + name, key_named("node@" + name)});
    }
    genesis_hash = types::genesis_hash(genesis);
    state.apply(runtime::genesis_writes(genesis));
    state.time_ms_ = kStart;
}

crypto::SigningKey World::key_named(const std::string& name) {
    return std::move(*crypto::SigningKey::from_secret(crypto::Algorithm::es256k, crypto::sha256(base::as_bytes(name)).view()));
}

Pseudonym World::pseudonym(std::uint64_t number) {
    Pseudonym out;
    for (std::size_t i = 0; i < 8; ++i) out.octets[i] = static_cast<std::uint8_t>(number >> (8 * (7 - i)));
    out.octets[31] = 1;
    return out;
}

crypto::Hash World::root_at(types::Height height) { return crypto::sha256(base::as_bytes("root " + std::to_string(height))); }

types::Submission World::sign(const Person& sender, const Draft& what) {
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(what.kind);
    payload.nonce = types::Nonce::copy_of(crypto::sha256(base::as_bytes("nonce " + std::to_string(++nonce_))).view().first(16));
    payload.expires_at_ms = what.expires_at_ms.value_or(now() + 5 * 60 * 1000);
    payload.after = what.after;
    for (const auto& part : what.parts) payload.parts.push_back(types::part_commitment(part));
    payload.body = what.body;
    return {types::sign(payload, sender.key, genesis_hash).bytes, what.parts};
}

state::ExecutedBlock World::block(const std::vector<types::Submission>& submissions) {
    runtime::OrderedBlock ordered;
    ordered.height = state.height() + 1;
    ordered.previous_block_time_ms = now();
    ordered.proposal = types::Proposal{now() + 1000, submissions};
    ordered.validators = last.height == 0 ? types::validator_set_hash(genesis.validators) : last.next_validators;
    ordered.previous_root = root_at(state.height());
    auto executed = runtime::execute(ordered, {genesis_hash, state, {}});
    INFO((executed ? std::string() : base::describe(executed.error())));
    REQUIRE(executed);
    for (const auto& submission : submissions)
        for (const auto& part : submission.parts) state.parts[types::part_commitment(part)] = part;
    state.apply(*executed);
    last = *executed;
    return last;
}

std::optional<types::Outcome> World::send(const Person& sender, const Draft& what) {
    const auto executed = block({sign(sender, what)});
    if (executed.events.empty()) return std::nullopt;
    return executed.events.front().outcome;
}

const Person& World::enrol(const std::string& id, const std::vector<governance::Role>& roles) {
    governance::EnrolActor command{id, roles, key_named(id).public_key(), spki_of(id), ""};
    REQUIRE(code(operator_of(id.substr(id.find('@') + 1)), command) == "enrolled");
    return people_.emplace(id, Person{id, key_named(id)}).first->second;
}

const Person& World::enrol_patient(const std::string& custodian, const Pseudonym& pseudonym) {
    const std::string id = governance::patient_actor_id(pseudonym, custodian);
    consent::EnrolPatient command{custodian, pseudonym, crypto::sha256(pseudonym.view()), key_named(id).public_key(), spki_of(id)};
    REQUIRE(code(operator_of(custodian), command) == "enrolled");
    return people_.emplace(id, Person{id, key_named(id)}).first->second;
}

Draft World::record_draft(const std::string& custodian, const Pseudonym& pseudonym, const std::string& id, const consent::Consent& consent) {
    types::Part part;
    part.pseudonym = pseudonym;
    part.salt = types::Salt{};
    part.salt.octets[0] = 7;
    part.payload = consent::encode_consent(consent);
    consent::RecordConsent command;
    command.custodian = custodian;
    command.pseudonym = pseudonym;
    command.consent_id = id;
    command.not_before_ms = consent.date_time_ms.value_or(0);
    return draft(command, {types::encode(part)});
}

std::optional<types::Outcome> World::record(const std::string& custodian, const Pseudonym& pseudonym, const std::string& id,
                                            const consent::Consent& consent) {
    return send(operator_of(custodian), record_draft(custodian, pseudonym, id, consent));
}

consent::Consent permit_for(const std::vector<std::string>& purposes) {
    consent::Consent consent;
    consent.profile = consent::Profile::pcf_basic;
    consent.root.type = consent::ProvisionType::permit;
    for (const auto& purpose : purposes) consent.root.purposes.push_back(consent::act_reason(purpose));
    return consent;
}

consent::Consent deny_for(const std::vector<std::string>& purposes) {
    consent::Consent consent = permit_for(purposes);
    consent.root.type = consent::ProvisionType::deny;
    return consent;
}

}  // namespace placet::tests
