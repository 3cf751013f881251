// The genesis file's canonical form and its hash; its rules are in genesis_check.cpp.
#include "ledger/types/genesis.hpp"

#include "ledger/base/cbor.hpp"
#include "ledger/types/codec.hpp"
#include "ledger/types/validator_set.hpp"

namespace placet::types {
namespace {

using base::ErrorCode;
using base::cbor::Reader;
using base::cbor::Writer;

constexpr std::string_view kMagic = "placet-genesis";
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxText = 256;
constexpr std::size_t kMaxValidators = 64;
constexpr std::size_t kMaxOrganisations = 256;
constexpr std::size_t kMaxWitnesses = 64;

void write_set(Writer& out, const ValidatorSet& set) {
    out.array(2).uint(set.epoch).array(set.validators.size());
    for (const Validator& validator : set.validators) write(out, validator);
}

ValidatorSet read_set(Reader& in) {
    ValidatorSet set;
    in.array_of(2, "validators");
    set.epoch = in.uint("validators.epoch");
    const std::size_t count = in.array(kMaxValidators, "validators");
    for (std::size_t i = 0; i < count && in.ok(); ++i) set.validators.push_back(read_validator(in));
    return set;
}

void write_organisation(Writer& out, const Organisation& organisation) {
    out.array(7).text(organisation.id).text(organisation.title).text(organisation.kind).text(organisation.country);
    write(out, organisation.recovery_key);
    write(out, organisation.operator_key);
    out.bytes(organisation.operator_spki.view());
}

Organisation read_organisation(Reader& in) {
    Organisation organisation;
    in.array_of(7, "organisation");
    organisation.id = in.text(kMaxName, "organisation.id");
    organisation.title = in.text(kMaxText, "organisation.title");
    organisation.kind = in.text(kMaxName, "organisation.kind");
    organisation.country = in.text(kMaxName, "organisation.country");
    organisation.recovery_key = read_public_key(in, "organisation.recovery_key");
    organisation.operator_key = read_public_key(in, "organisation.operator_key");
    organisation.operator_spki = in.fixed<SpkiHash>("organisation.operator_spki");
    return organisation;
}

}  // namespace

void write(Writer& out, const Validator& validator) {
    out.array(9).text(validator.name).text(validator.organisation);
    write(out, validator.vote_key);
    write(out, validator.checkpoint_key);
    write(out, validator.service_key);
    out.bytes(validator.note_key.view()).bytes(validator.tls_spki.view());
    out.text(validator.peer_address).text(validator.api_address);
}

Validator read_validator(Reader& in) {
    Validator validator;
    in.array_of(9, "validator");
    validator.name = in.text(kMaxName, "validator.name");
    validator.organisation = in.text(kMaxName, "validator.organisation");
    validator.vote_key = read_public_key(in, "validator.vote_key");
    validator.checkpoint_key = read_public_key(in, "validator.checkpoint_key");
    validator.service_key = read_public_key(in, "validator.service_key");
    validator.note_key = in.fixed<crypto::ed25519::PublicKey>("validator.note_key");
    validator.tls_spki = in.fixed<SpkiHash>("validator.tls_spki");
    validator.peer_address = in.text(kMaxText, "validator.peer_address");
    validator.api_address = in.text(kMaxText, "validator.api_address");
    return validator;
}

std::size_t ValidatorSet::f() const noexcept { return max_faulty(n()); }
std::size_t ValidatorSet::q() const noexcept { return quorum(n()); }

Bytes encode(const Genesis& genesis) {
    Writer out;
    out.array(11).text(kMagic).uint(genesis.format_version).text(genesis.chain).uint(genesis.created_at_ms);
    write_set(out, genesis.validators);
    out.array(genesis.organisations.size());
    for (const Organisation& organisation : genesis.organisations) write_organisation(out, organisation);
    out.uint(genesis.checkpoint_interval).uint(genesis.window).uint(genesis.rule_version).uint(genesis.index_version);
    out.array(genesis.witnesses.size());
    for (const std::string& witness : genesis.witnesses) out.text(witness);
    return std::move(out).take();
}

Result<Genesis> decode_genesis(BytesView bytes) {
    Reader in(bytes);
    Genesis genesis;
    in.array_of(11, "genesis");
    if (in.text(kMaxName, "magic") != kMagic) in.fail(ErrorCode::malformed, "this is not a Placet genesis file", "magic");
    genesis.format_version = in.uint("format_version");
    if (in.ok() && genesis.format_version != 1) in.fail(ErrorCode::unsupported, "only format version 1 is known", "format_version");
    genesis.chain = in.text(kMaxName, "chain");
    genesis.created_at_ms = in.uint("created_at_ms");
    genesis.validators = read_set(in);
    const std::size_t organisations = in.array(kMaxOrganisations, "organisations");
    for (std::size_t i = 0; i < organisations && in.ok(); ++i) genesis.organisations.push_back(read_organisation(in));
    genesis.checkpoint_interval = in.uint("checkpoint_interval");
    genesis.window = in.uint("window");
    genesis.rule_version = in.uint("rule_version");
    genesis.index_version = in.uint("index_version");
    const std::size_t witnesses = in.array(kMaxWitnesses, "witnesses");
    for (std::size_t i = 0; i < witnesses && in.ok(); ++i) genesis.witnesses.emplace_back(in.text(kMaxText, "witnesses"));
    PLACET_TRY(in.finish());
    return genesis;
}

Hash genesis_hash(const Genesis& genesis) noexcept { return crypto::tagged_hash("placet/genesis/1", encode(genesis)); }

Bytes encode(const ValidatorSet& set) {
    Writer out;
    write_set(out, set);
    return std::move(out).take();
}

Result<ValidatorSet> decode_validator_set(BytesView bytes) {
    Reader in(bytes);
    ValidatorSet set = read_set(in);
    PLACET_TRY(in.finish());
    return set;
}

Hash validator_set_hash(const ValidatorSet& set) noexcept { return crypto::tagged_hash("placet/validator-set/1", encode(set)); }

}  // namespace placet::types
