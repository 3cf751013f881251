// genesis.json, field by field; the same names as types::Genesis.
#include "api/dto/genesis.hpp"

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::dto {
namespace {

using base::Result;
using Json = nlohmann::ordered_json;
using nlohmann::json;

constexpr std::string_view kFormat = "placet-genesis/1";
constexpr std::size_t kMaxOrganisations = 256;
constexpr std::size_t kMaxWitnesses = 64;

Json validator_json(const types::Validator& validator) {
    return {{"name", validator.name},
            {"organisation", validator.organisation},
            {"vote_key", crypto::to_text(validator.vote_key)},
            {"checkpoint_key", crypto::to_text(validator.checkpoint_key)},
            {"service_key", crypto::to_text(validator.service_key)},
            {"note_key", "ed25519:" + base::to_hex(validator.note_key.view())},
            {"tls_spki", base::to_hex(validator.tls_spki.view())},
            {"peer_address", validator.peer_address},
            {"api_address", validator.api_address}};
}

Json organisation_json(const types::Organisation& organisation) {
    Json out = {{"id", organisation.id},
                {"title", organisation.title},
                {"kind", organisation.kind},
                {"country", organisation.country},
                {"recovery_key", crypto::to_text(organisation.recovery_key)},
                {"operator_key", crypto::to_text(organisation.operator_key)}};
    if (!organisation.operator_spki.is_zero()) out["operator_spki"] = base::to_hex(organisation.operator_spki.view());
    return out;
}

crypto::PublicKey read_key(ObjectReader& reader, std::string_view name) {
    const std::string text = reader.text(name, 128);
    if (!reader.ok()) return {};
    const auto key = crypto::public_key_from_text(text);
    if (key) return *key;
    reader.fail(key.error().code, key.error().message, name);
    return {};
}

crypto::ed25519::PublicKey read_note_key(ObjectReader& reader) {
    const std::string text = reader.text("note_key", 128);
    if (!reader.ok()) return {};
    constexpr std::string_view kPrefix = "ed25519:";
    const auto key = base::fixed_from_hex<crypto::ed25519::PublicKey>(text.starts_with(kPrefix) ? std::string_view(text).substr(kPrefix.size()) : "");
    if (key) return *key;
    reader.fail(base::ErrorCode::malformed, "expected ed25519: and 64 hexadecimal digits", "note_key");
    return {};
}

Result<types::Validator> read_validator(const json& value, std::string path) {
    ObjectReader reader(value, std::move(path));
    types::Validator validator;
    validator.name = reader.text("name", 32);
    validator.organisation = reader.text("organisation", 32);
    validator.vote_key = read_key(reader, "vote_key");
    validator.checkpoint_key = read_key(reader, "checkpoint_key");
    validator.service_key = read_key(reader, "service_key");
    validator.note_key = read_note_key(reader);
    validator.tls_spki = reader.fixed<types::SpkiHash>("tls_spki");
    validator.peer_address = reader.text("peer_address", 300);
    validator.api_address = reader.text("api_address", 300);
    PLACET_TRY(reader.finish());
    return validator;
}

Result<types::Organisation> read_organisation(const json& value, std::string path) {
    ObjectReader reader(value, std::move(path));
    types::Organisation organisation;
    organisation.id = reader.text("id", 32);
    organisation.title = reader.text("title", 256);
    organisation.kind = reader.text("kind", 32);
    organisation.country = reader.text("country", 2);
    organisation.recovery_key = read_key(reader, "recovery_key");
    organisation.operator_key = read_key(reader, "operator_key");
    if (reader.maybe_any("operator_spki") != nullptr) organisation.operator_spki = reader.fixed<types::SpkiHash>("operator_spki");
    PLACET_TRY(reader.finish());
    return organisation;
}

}  // namespace

std::string genesis_to_json(const types::Genesis& genesis) {
    Json out = {{"format", kFormat},
                {"chain", genesis.chain},
                {"created_at", base::to_rfc3339(genesis.created_at_ms)},
                {"format_version", genesis.format_version},
                {"rule_version", genesis.rule_version},
                {"index_version", genesis.index_version},
                {"checkpoint_interval", genesis.checkpoint_interval},
                {"window", genesis.window},
                {"epoch", genesis.validators.epoch},
                {"validators", Json::array()},
                {"organisations", Json::array()},
                {"witnesses", genesis.witnesses}};
    for (const auto& validator : genesis.validators.validators) out["validators"].push_back(validator_json(validator));
    for (const auto& organisation : genesis.organisations) out["organisations"].push_back(organisation_json(organisation));
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<types::Genesis> genesis_from_json(std::string_view text) {
    PLACET_TRY_ASSIGN(const json value, parse_json(text));
    ObjectReader reader(value, "");
    types::Genesis genesis;
    if (const std::string format = reader.text("format", 32); reader.ok() && format != kFormat)
        reader.fail(base::ErrorCode::unsupported, "this version reads \"" + std::string(kFormat) + "\" only", "format");
    genesis.chain = reader.text("chain", 64);
    genesis.created_at_ms = reader.instant("created_at");
    genesis.format_version = reader.uint("format_version");
    genesis.rule_version = reader.uint("rule_version");
    genesis.index_version = reader.uint("index_version");
    genesis.checkpoint_interval = reader.uint("checkpoint_interval");
    genesis.window = reader.uint("window");
    genesis.validators.epoch = reader.uint("epoch");
    const auto validators = reader.objects("validators", 64);
    for (std::size_t i = 0; i < validators.size() && reader.ok(); ++i) {
        PLACET_TRY_ASSIGN(types::Validator validator, read_validator(*validators[i], reader.path_of("validators", i)));
        genesis.validators.validators.push_back(std::move(validator));
    }
    const auto organisations = reader.objects("organisations", kMaxOrganisations);
    for (std::size_t i = 0; i < organisations.size() && reader.ok(); ++i) {
        PLACET_TRY_ASSIGN(types::Organisation organisation, read_organisation(*organisations[i], reader.path_of("organisations", i)));
        genesis.organisations.push_back(std::move(organisation));
    }
    genesis.witnesses = reader.texts("witnesses", kMaxWitnesses);
    PLACET_TRY(reader.finish());
    PLACET_TRY(types::check(genesis));
    return genesis;
}

std::string fingerprint(const types::Hash& genesis_hash) {
    const std::string hex = base::to_hex(genesis_hash.view());
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 4) out += (i == 0 ? "" : " ") + hex.substr(i, 4);
    return out;
}

}  // namespace placet::api::dto
