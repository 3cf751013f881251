// The rules of a genesis: what every node and verifier tests before it trusts one.
#include <charconv>
#include <set>

#include "ledger/base/cbor.hpp"
#include "ledger/types/validator_set.hpp"

namespace placet::types {
namespace {

using base::ErrorCode;
using base::refuse;

constexpr std::size_t kMaxValidators = 64;
constexpr std::uint64_t kMaxInterval = 1'000'000;
constexpr std::uint64_t kMaxWindow = 16;  // consensus.md: at most 16 sequence numbers unsealed

Status invalid(std::string message, std::string field) {
    return refuse(ErrorCode::invalid_value, std::move(message), std::move(field));
}

bool is_name(std::string_view text, std::size_t max) noexcept {
    return !text.empty() && text.size() <= max && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool is_title(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 256 && base::cbor::is_utf8(base::as_bytes(text)) &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// host:port with a port from 1 to 65535.
bool is_address(std::string_view text) noexcept {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || text.size() > 256 || !is_title(text)) return false;
    unsigned port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    return error == std::errc{} && stop == end && port >= 1 && port <= 65535;
}

// Remembers every key of the file: none may stand in two places.
class UniqueKeys {
public:
    Status add(const crypto::PublicKey& key, const std::string& field) {
        if (Status status = crypto::check_public_key(key); !status) return refuse(status.error().code, status.error().message, field);
        if (!seen_.insert(key).second) return invalid("this key already stands elsewhere; every key has one use", field);
        return {};
    }

private:
    std::set<crypto::PublicKey> seen_;
};

Status check_organisations(const Genesis& genesis, UniqueKeys& keys) {
    if (genesis.organisations.empty() || genesis.organisations.size() > 256)
        return invalid("a genesis names 1 to 256 organisations", "organisations");
    std::set<std::string> ids;
    for (std::size_t i = 0; i < genesis.organisations.size(); ++i) {
        const Organisation& organisation = genesis.organisations[i];
        const std::string field = "organisations[" + std::to_string(i) + "].";
        if (!is_name(organisation.id, 32)) return invalid("an id has 1 to 32 characters of a-z, 0-9 and -", field + "id");
        if (!ids.insert(organisation.id).second) return invalid("another organisation has this id", field + "id");
        if (!is_title(organisation.title)) return invalid("a title has 1 to 256 octets of text", field + "title");
        if (organisation.kind != "hospital" && organisation.kind != "university" && organisation.kind != "regulator")
            return invalid("a kind is hospital, university or regulator", field + "kind");
        const bool country = organisation.country.size() == 2 &&
                             std::ranges::all_of(organisation.country, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!country) return invalid("a country is two capital letters (ISO 3166-1)", field + "country");
        PLACET_TRY(keys.add(organisation.recovery_key, field + "recovery_key"));
        PLACET_TRY(keys.add(organisation.operator_key, field + "operator_key"));
    }
    return {};
}

Status check_validator(const Validator& validator, const std::string& field, UniqueKeys& keys) {
    if (!is_name(validator.name, 32)) return invalid("a name has 1 to 32 characters of a-z, 0-9 and -", field + "name");
    PLACET_TRY(keys.add(validator.vote_key, field + "vote_key"));
    PLACET_TRY(keys.add(validator.checkpoint_key, field + "checkpoint_key"));
    PLACET_TRY(keys.add(validator.service_key, field + "service_key"));
    if (validator.tls_spki.is_zero()) return invalid("the hash of the validator's TLS key is missing", field + "tls_spki");
    if (!is_address(validator.peer_address)) return invalid("an address is host:port", field + "peer_address");
    if (!is_address(validator.api_address)) return invalid("an address is host:port", field + "api_address");
    return {};
}

Status check_set(const ValidatorSet& set, UniqueKeys& keys) {
    const std::vector<Validator>& validators = set.validators;
    if (validators.empty() || validators.size() > kMaxValidators) return invalid("a chain has 1 to 64 validators", "validators");
    std::set<std::string> names;
    std::set<SpkiHash> spki_hashes;
    std::set<crypto::ed25519::PublicKey> note_keys;
    const std::size_t most_seats = std::max<std::size_t>(1, set.f());
    for (std::size_t i = 0; i < validators.size(); ++i) {
        const Validator& validator = validators[i];
        const std::string field = "validators[" + std::to_string(i) + "].";
        PLACET_TRY(check_validator(validator, field, keys));
        if (!names.insert(validator.name).second) return invalid("another validator has this name", field + "name");
        if (!spki_hashes.insert(validator.tls_spki).second) return invalid("another validator has this TLS key", field + "tls_spki");
        if (!note_keys.insert(validator.note_key).second) return invalid("another validator has this note key", field + "note_key");
        const auto seats = std::ranges::count(validators, validator.organisation, &Validator::organisation);
        if (static_cast<std::size_t>(seats) > most_seats)
            return invalid("one organisation holds at most " + std::to_string(most_seats) + " seats here", field + "organisation");
    }
    return {};
}

Status check_validators(const Genesis& genesis, UniqueKeys& keys) {
    if (genesis.validators.epoch != 0) return invalid("the first validator set is of epoch 0", "validators.epoch");
    for (std::size_t i = 0; i < genesis.validators.n(); ++i) {
        const bool known = std::ranges::any_of(
            genesis.organisations, [&](const Organisation& o) { return o.id == genesis.validators.validators[i].organisation; });
        if (!known) return invalid("no organisation of the genesis has this id", "validators[" + std::to_string(i) + "].organisation");
    }
    return check_set(genesis.validators, keys);
}

}  // namespace

Status check(const Validator& validator) {
    UniqueKeys keys;
    return check_validator(validator, "", keys);
}

Status check(const ValidatorSet& set) {
    UniqueKeys keys;
    return check_set(set, keys);
}

Status check(const Genesis& genesis) {
    if (!is_name(genesis.chain, 64)) return invalid("a chain's name has 1 to 64 characters of a-z, 0-9 and -", "chain");
    if (genesis.created_at_ms > base::kLastInstant) return invalid("after the year 9999", "created_at_ms");
    if (genesis.format_version != 1) return refuse(ErrorCode::unsupported, "only format version 1 is known", "format_version");
    if (genesis.rule_version != 1) return refuse(ErrorCode::unsupported, "only rule version 1 is known", "rule_version");
    if (genesis.index_version != 1) return refuse(ErrorCode::unsupported, "only index version 1 is known", "index_version");
    if (genesis.checkpoint_interval < 1 || genesis.checkpoint_interval > kMaxInterval)
        return invalid("from 1 to 1000000 blocks", "checkpoint_interval");
    if (genesis.window < 1 || genesis.window > kMaxWindow) return invalid("from 1 to 16 sequence numbers", "window");
    UniqueKeys keys;
    PLACET_TRY(check_organisations(genesis, keys));
    PLACET_TRY(check_validators(genesis, keys));
    if (genesis.witnesses.size() > 64) return invalid("at most 64 witnesses", "witnesses");
    for (const std::string& witness : genesis.witnesses)
        if (!is_title(witness)) return invalid("a witness is a C2SP verifier key of at most 256 octets", "witnesses");
    return {};
}

}  // namespace placet::types
