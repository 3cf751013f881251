// Parts at rest (see part_vault.hpp).
#include "ledger/store/part_vault.hpp"

#include <map>

#include "ledger/base/cbor.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/crypto/random.hpp"

namespace placet::store {
namespace {

using base::Bytes;
using base::BytesView;
using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;
using crypto::AeadKey;
using crypto::Hash;

constexpr std::string_view kRecordPurpose = "placet/part-at-rest/1";

/// The key's name in its column: whose, and why kept.
Bytes key_name(const types::Pseudonym& pseudonym, types::RetentionClass retention, types::PartClass part_class) {
    Bytes out = base::to_bytes(pseudonym.view());
    out.push_back(static_cast<std::uint8_t>(retention));
    out.push_back(pseudonym.is_zero() ? static_cast<std::uint8_t>(part_class) : 0);
    return out;
}

AeadKey record_key_of(const AeadKey& key, const Hash& commitment) {
    Bytes derived = crypto::hkdf_sha256(key.view(), commitment.view(), base::as_bytes(kRecordPurpose), AeadKey::kSize);
    const AeadKey out = AeadKey::copy_of(derived);
    crypto::wipe(derived);
    return out;
}

/// A key and the number it was made under, so that a part whose key is gone is told apart from a damaged one.
struct NamedKey {
    Bytes id;
    AeadKey key;
};
constexpr std::size_t kKeyIdBytes = 16;

/// [key name, key id, sealed]
struct SealedPart {
    Bytes name;
    Bytes key_id;
    Bytes sealed;
};

Bytes encode(const SealedPart& part) {
    base::cbor::Writer writer;
    writer.array(3).bytes(part.name).bytes(part.key_id).bytes(part.sealed);
    return std::move(writer).take();
}

Result<SealedPart> decode_sealed_part(BytesView bytes) {
    base::cbor::Reader reader(bytes);
    SealedPart part;
    reader.array_of(3, "part");
    part.name = base::to_bytes(reader.bytes(64, "key name"));
    part.key_id = base::to_bytes(reader.bytes(kKeyIdBytes, "key id"));
    part.sealed = base::to_bytes(reader.bytes(2 * types::Part::kMaxPayload, "sealed"));
    PLACET_TRY(reader.finish());
    return part;
}

std::unexpected<base::Error> corrupt_part(const Hash& commitment, const std::string& why) {
    return refuse(ErrorCode::corrupt, "column parts: the part " + base::to_hex(commitment.view()) + " " + why);
}

/// key id ‖ sealed key; the id and the key's name are authenticated.
Bytes wrap(const AeadKey& root, BytesView name, const NamedKey& named) {
    Bytes associated = base::to_bytes(name);
    base::append(associated, named.id);
    Bytes out = named.id;
    base::append(out, crypto::seal(root, named.key.view(), associated));
    return out;
}

Result<NamedKey> unwrap(const AeadKey& root, BytesView name, BytesView wrapped) {
    const auto refused = [] {
        return refuse(ErrorCode::corrupt,
                      "column part_keys: a key does not open; is this the store's own parts root key?", "parts_root");
    };
    if (wrapped.size() < kKeyIdBytes) return refused();
    NamedKey named{base::to_bytes(wrapped.first(kKeyIdBytes)), {}};
    Bytes associated = base::to_bytes(name);
    base::append(associated, named.id);
    Result<Bytes> opened = crypto::open(root, wrapped.subspan(kKeyIdBytes), associated);
    if (!opened || opened->size() != AeadKey::kSize) return refused();
    named.key = AeadKey::copy_of(*opened);
    crypto::wipe(*opened);
    return named;
}

Result<std::optional<NamedKey>> load_key(const Database& database, const AeadKey& root, BytesView name) {
    PLACET_TRY_ASSIGN(std::optional<Bytes> wrapped, database.get(Column::part_keys, name));
    if (!wrapped) return std::nullopt;
    PLACET_TRY_ASSIGN(NamedKey named, unwrap(root, name, *wrapped));
    return std::optional(std::move(named));
}

}  // namespace

PartVault::PartVault(std::shared_ptr<Database> database, std::optional<AeadKey> root)
    : database_(std::move(database)), root_(root) {}
PartVault::~PartVault() {
    if (root_) crypto::wipe(root_->octets);
}

Status PartVault::add(WriteSet& set, std::span<const Bytes> encoded_parts) const {
    if (encoded_parts.empty()) return {};
    if (!root_)
        return refuse(ErrorCode::unsupported, "this store was opened without a parts root key and keeps no parts",
                      "parts");
    std::map<Bytes, NamedKey> made;  // keys of this write set, not yet in the database
    for (const Bytes& encoded : encoded_parts) {
        PLACET_TRY_ASSIGN(types::Part part, types::decode_part(encoded));
        const Hash commitment = types::part_commitment(encoded);
        PLACET_TRY_ASSIGN(std::optional<Bytes> held, read(commitment));
        if (held) continue;
        const Bytes name = key_name(part.pseudonym, part.retention, part.part_class);
        PLACET_TRY_ASSIGN(std::optional<NamedKey> named, load_key(*database_, *root_, name));
        if (const auto place = made.find(name); place != made.end()) named = place->second;
        if (!named) {
            named = NamedKey{crypto::random_bytes(kKeyIdBytes), crypto::random_fixed<AeadKey>()};
            made.emplace(name, *named);
            set.put(Column::part_keys, name, wrap(*root_, name, *named));
        }
        const Bytes sealed = crypto::seal(record_key_of(named->key, commitment), encoded, commitment.view());
        set.put(Column::parts, commitment.view(), encode(SealedPart{name, named->id, sealed}));
    }
    for (auto& [name, named] : made) crypto::wipe(named.key.octets);
    return {};
}

Result<std::optional<Bytes>> PartVault::read(const Hash& commitment) const {
    if (!root_) return std::nullopt;
    PLACET_TRY_ASSIGN(std::optional<Bytes> stored, database_->get(Column::parts, commitment.view()));
    if (!stored) return std::nullopt;
    PLACET_TRY_ASSIGN(SealedPart part, decode_sealed_part(*stored));
    PLACET_TRY_ASSIGN(std::optional<NamedKey> named, load_key(*database_, *root_, part.name));
    if (!named || named->id != part.key_id) return std::nullopt;  // its key was destroyed
    Result<Bytes> opened = crypto::open(record_key_of(named->key, commitment), part.sealed, commitment.view());
    if (!opened) return corrupt_part(commitment, "does not open under its key");
    if (types::part_commitment(*opened) != commitment)
        return corrupt_part(commitment, "does not agree with its commitment");
    return std::optional(std::move(*opened));
}

Status PartVault::destroy(const types::Pseudonym& pseudonym, types::RetentionClass retention) {
    if (pseudonym.is_zero())
        return refuse(ErrorCode::invalid_value, "the parts of nobody are not erased by pseudonym", "pseudonym");
    WriteSet set;
    set.erase(Column::part_keys, key_name(pseudonym, retention, types::PartClass::erasable));
    return database_->write(set, Durability::synced);
}

Status PartVault::change_root(const AeadKey& new_root) {
    if (!root_) return refuse(ErrorCode::unsupported, "this store was opened without a parts root key", "parts_root");
    WriteSet set;
    Status status;
    PLACET_TRY(database_->scan(Column::part_keys, {}, nullptr, [&](BytesView name, BytesView wrapped) {
        Result<NamedKey> named = unwrap(*root_, name, wrapped);
        if (!named) {
            status = std::unexpected(named.error());
            return false;
        }
        set.put(Column::part_keys, name, wrap(new_root, name, *named));
        crypto::wipe(named->key.octets);
        return true;
    }));
    PLACET_TRY(status);
    PLACET_TRY(database_->write(set, Durability::synced));
    root_ = new_root;
    return {};
}

Status PartVault::check() const {
    Status status;
    PLACET_TRY(database_->scan(Column::parts, {}, nullptr, [&](BytesView key, BytesView) {
        if (key.size() != Hash::kSize) {
            status = refuse(ErrorCode::corrupt, "column parts: a key is not a commitment");
            return false;
        }
        const auto part = read(Hash::copy_of(key));
        if (!part) status = std::unexpected(part.error());
        return status.has_value();
    }));
    return status;
}

}  // namespace placet::store
