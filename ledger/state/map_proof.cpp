// Proofs of the authenticated map: encoding and verification, without the map.
#include "ledger/base/cbor.hpp"
#include "ledger/state/authenticated_map.hpp"

namespace placet::state {
namespace {

using base::ErrorCode;
using base::refuse;
using crypto::Hash;

constexpr std::size_t kMaxDepth = 256;
constexpr std::array<std::uint8_t, 1> kLeafPrefix{0x00};
constexpr std::array<std::uint8_t, 1> kInnerPrefix{0x01};

bool bit(const Hash& path, std::size_t depth) noexcept {
    return ((path.octets[depth / 8] >> (7 - depth % 8)) & 1) != 0;
}

bool shares_prefix(const Hash& a, const Hash& b, std::size_t bits) noexcept {
    for (std::size_t depth = 0; depth < bits; ++depth)
        if (bit(a, depth) != bit(b, depth)) return false;
    return true;
}

/// From the end of the path up to the root.
Hash fold(Hash hash, const Hash& path, const std::vector<Hash>& siblings) noexcept {
    for (std::size_t depth = siblings.size(); depth-- > 0;)
        hash = bit(path, depth) ? map_inner_hash(siblings[depth], hash) : map_inner_hash(hash, siblings[depth]);
    return hash;
}

}  // namespace

Hash map_leaf_hash(const Hash& key_hash, const Hash& value_hash) noexcept {
    return crypto::sha256(kLeafPrefix, key_hash.view(), value_hash.view());
}
Hash map_inner_hash(const Hash& left, const Hash& right) noexcept {
    return crypto::sha256(kInnerPrefix, left.view(), right.view());
}

base::Bytes encode(const MapProof& proof) {
    base::cbor::Writer writer;
    writer.array(2).array(proof.siblings.size());
    for (const Hash& sibling : proof.siblings) writer.bytes(sibling.view());
    if (proof.other)
        writer.array(2).bytes(proof.other->key_hash.view()).bytes(proof.other->value_hash.view());
    else
        writer.null();
    return std::move(writer).take();
}

base::Result<MapProof> decode_map_proof(base::BytesView bytes) {
    base::cbor::Reader reader(bytes);
    MapProof proof;
    reader.array_of(2, "map proof");
    const std::size_t count = reader.array(kMaxDepth, "siblings");
    for (std::size_t i = 0; i < count && reader.ok(); ++i) proof.siblings.push_back(reader.fixed<Hash>("sibling"));
    if (!reader.maybe_null()) {
        reader.array_of(2, "other leaf");
        MapProof::OtherLeaf other;
        other.key_hash = reader.fixed<Hash>("other key hash");
        other.value_hash = reader.fixed<Hash>("other value hash");
        proof.other = other;
    }
    PLACET_TRY(reader.finish());
    return proof;
}

base::Status verify_present(const Hash& root, base::BytesView key, base::BytesView value, const MapProof& proof) {
    if (proof.siblings.size() > kMaxDepth)
        return refuse(ErrorCode::invalid_proof, "a path has at most 256 steps", "siblings");
    if (proof.other) return refuse(ErrorCode::invalid_proof, "a proof of presence ends in the key's own leaf", "other");
    const Hash path = crypto::sha256(key);
    if (fold(map_leaf_hash(path, crypto::sha256(value)), path, proof.siblings) != root)
        return refuse(ErrorCode::invalid_proof, "the path does not lead from this key and value to the map root",
                      "siblings");
    return {};
}

base::Status verify_absent(const Hash& root, base::BytesView key, const MapProof& proof) {
    if (proof.siblings.size() > kMaxDepth)
        return refuse(ErrorCode::invalid_proof, "a path has at most 256 steps", "siblings");
    const Hash path = crypto::sha256(key);
    Hash end;  // an empty subtree
    if (proof.other) {
        if (proof.other->key_hash == path)
            return refuse(ErrorCode::invalid_proof, "the leaf at the end of the path is the key's own", "other");
        if (!shares_prefix(proof.other->key_hash, path, proof.siblings.size()))
            return refuse(ErrorCode::invalid_proof, "the other leaf does not lie on the key's path", "other");
        end = map_leaf_hash(proof.other->key_hash, proof.other->value_hash);
    }
    if (fold(end, path, proof.siblings) != root)
        return refuse(ErrorCode::invalid_proof, "the path does not lead from this absence to the map root", "siblings");
    return {};
}

}  // namespace placet::state
