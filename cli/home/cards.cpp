// Read by api/dto's strict object reader: unknown and missing members are errors.
#include "cli/home/cards.hpp"

#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::home {

using base::ErrorCode;
using Ordered = nlohmann::ordered_json;

namespace {
constexpr const char* kActor = "actor-card/1";
constexpr const char* kValidator = "validator-card/1";
constexpr const char* kOrganisation = "organisation-card/1";

std::string pretty(const Ordered& value) { return value.dump(2, ' ', false, Ordered::error_handler_t::replace) + "\n"; }

crypto::PublicKey read_key(api::dto::ObjectReader& reader, std::string_view name) {
    const auto key = crypto::public_key_from_text(reader.text(name));
    if (!key) {
        reader.fail(key.error().code, key.error().message, name);
        return {};
    }
    return *key;
}

/// Reads the file, checks which kind of card it is, and runs `read` over its members.
template <class Card, class Read>
base::Result<Card> read_card(const std::filesystem::path& path, const char* kind, Read read) {
    PLACET_TRY_ASSIGN(const std::string text, read_text(path, 64 * 1024));
    const auto in_file = [&](const base::Error& error) {
        return base::refuse(error.code, error.message, path.string() + (error.field.empty() ? "" : ": " + error.field));
    };
    auto parsed = api::dto::parse_json(text);
    if (!parsed) return in_file({parsed.error().code, "is no card: " + parsed.error().message, parsed.error().field});
    api::dto::ObjectReader reader(*parsed, "");
    const std::string found = reader.text("placet");
    if (!reader.ok() || found != kind)
        return base::refuse(ErrorCode::invalid_value,
                            std::string("is no card of this kind: wanted is \"placet\": \"") + kind + "\"" +
                                (found.empty() ? "" : ", found \"" + found + "\""),
                            path.string());
    Card card;
    read(reader, card);
    if (auto status = reader.finish(); !status) return in_file(status.error());
    return card;
}
}  // namespace

std::string to_json(const ActorCard& card) {
    return pretty({{"placet", kActor},
                   {"id", card.id},
                   {"roles", card.roles},
                   {"title", card.title},
                   {"key", crypto::to_text(card.key)},
                   {"client_spki", base::to_hex(card.client_spki.view())}});
}

std::string to_json(const types::Validator& validator) {
    return pretty({{"placet", kValidator},
                   {"name", validator.name},
                   {"organisation", validator.organisation},
                   {"vote_key", crypto::to_text(validator.vote_key)},
                   {"checkpoint_key", crypto::to_text(validator.checkpoint_key)},
                   {"service_key", crypto::to_text(validator.service_key)},
                   {"note_key", base::to_hex(validator.note_key.view())},
                   {"tls_spki", base::to_hex(validator.tls_spki.view())},
                   {"peer_address", validator.peer_address},
                   {"api_address", validator.api_address}});
}

std::string to_json(const types::Organisation& organisation) {
    return pretty({{"placet", kOrganisation},
                   {"id", organisation.id},
                   {"title", organisation.title},
                   {"kind", organisation.kind},
                   {"country", organisation.country},
                   {"recovery_key", crypto::to_text(organisation.recovery_key)},
                   {"operator_key", crypto::to_text(organisation.operator_key)},
                   {"operator_spki", base::to_hex(organisation.operator_spki.view())}});
}

base::Result<ActorCard> read_actor_card(const std::filesystem::path& path) {
    return read_card<ActorCard>(path, kActor, [](api::dto::ObjectReader& reader, ActorCard& card) {
        card.id = reader.text("id");
        card.roles = reader.texts("roles", 8);
        card.title = reader.text("title");
        card.key = read_key(reader, "key");
        card.client_spki = reader.fixed<crypto::SpkiHash>("client_spki");
    });
}

base::Result<types::Validator> read_validator_card(const std::filesystem::path& path) {
    return read_card<types::Validator>(path, kValidator, [](api::dto::ObjectReader& reader, types::Validator& validator) {
        validator.name = reader.text("name");
        validator.organisation = reader.text("organisation");
        validator.vote_key = read_key(reader, "vote_key");
        validator.checkpoint_key = read_key(reader, "checkpoint_key");
        validator.service_key = read_key(reader, "service_key");
        validator.note_key = reader.fixed<crypto::ed25519::PublicKey>("note_key");
        validator.tls_spki = reader.fixed<types::SpkiHash>("tls_spki");
        validator.peer_address = reader.text("peer_address");
        validator.api_address = reader.text("api_address");
    });
}

base::Result<types::Organisation> read_organisation_card(const std::filesystem::path& path) {
    return read_card<types::Organisation>(path, kOrganisation, [](api::dto::ObjectReader& reader, types::Organisation& organisation) {
        organisation.id = reader.text("id");
        organisation.title = reader.text("title");
        organisation.kind = reader.text("kind");
        organisation.country = reader.text("country");
        organisation.recovery_key = read_key(reader, "recovery_key");
        organisation.operator_key = read_key(reader, "operator_key");
        organisation.operator_spki = reader.fixed<types::SpkiHash>("operator_spki");
    });
}

}  // namespace placet::cli::home
