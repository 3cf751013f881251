// The authenticated map against the definition, against ICS-23's vectors, and against forgers.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "ledger/base/hex.hpp"
#include "tests/unit/ledger/state/model_chain.hpp"

using namespace placet;
using base::Bytes;
using base::BytesView;
using crypto::Hash;
using state::AuthenticatedMap;
using state::MapProof;
using types::StateWrite;

namespace {

Bytes number(std::uint64_t value) {
    Bytes out(8);
    for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
    return out;
}

std::filesystem::path shared_folder() {
    if (const char* shared = std::getenv("PLACET_SHARED")) return shared;
    const char* source = std::getenv("PLACET_SOURCE");
    return std::filesystem::path(source != nullptr ? source : ".") / ".." / "shared";
}

/// Length-delimited fields of one protobuf message, in order; varint fields are skipped.
std::vector<std::pair<unsigned, Bytes>> protobuf_fields(BytesView message) {
    std::vector<std::pair<unsigned, Bytes>> out;
    std::size_t at = 0;
    const auto varint = [&] {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const std::uint8_t octet = message[at++];
            value |= static_cast<std::uint64_t>(octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) return value;
        }
    };
    while (at < message.size()) {
        const std::uint64_t tag = varint();
        const std::uint64_t value = varint();
        if ((tag & 7) != 2) continue;
        out.emplace_back(static_cast<unsigned>(tag >> 3), base::to_bytes(message.subspan(at, value)));
        at += value;
    }
    return out;
}

struct Ics23Existence {
    Bytes key, value;
    MapProof proof;
    std::vector<bool> right;  ///< from the root: the path goes to the right
};

Ics23Existence read_existence(BytesView commitment_proof) {
    Ics23Existence out;
    for (const auto& [field, content] : protobuf_fields(protobuf_fields(commitment_proof).at(0).second)) {
        if (field == 1) out.key = content;
        if (field == 2) out.value = content;
        if (field != 4) continue;
        Bytes prefix, suffix;
        for (const auto& [inner_field, inner] : protobuf_fields(content)) {
            if (inner_field == 2) prefix = inner;
            if (inner_field == 3) suffix = inner;
        }
        const bool right = suffix.empty();
        out.proof.siblings.insert(out.proof.siblings.begin(),
                                  Hash::copy_of(right ? BytesView(prefix).subspan(1) : BytesView(suffix)));
        out.right.insert(out.right.begin(), right);
    }
    return out;
}

}  // namespace

TEST_CASE("proofs of ICS-23's SmtSpec vectors verify and any changed one does not") {
    const auto folder = shared_folder() / "vectors" / "smt-ics23";
    if (!std::filesystem::exists(folder)) {
        std::cout << "skipped: " << folder << " is absent\n";
        return;
    }
    for (const char* name : {"exist_left.json", "exist_middle.json", "exist_right.json"}) {
        std::ifstream file(folder / name);
        const nlohmann::json vector = nlohmann::json::parse(file);
        const auto octets = [&](const char* field) { return base::from_hex(vector[field].get<std::string>()).value(); };
        const Hash root = Hash::copy_of(octets("root"));
        Ics23Existence existence = read_existence(octets("proof"));
        REQUIRE(existence.key == octets("key"));
        REQUIRE(existence.value == octets("value"));
        CHECK(state::verify_present(root, existence.key, existence.value, existence.proof).has_value());
        CHECK_FALSE(state::verify_present(root, existence.key, octets("key"), existence.proof).has_value());
        CHECK_FALSE(state::verify_absent(root, existence.key, existence.proof).has_value());
        existence.proof.siblings[3].octets[9] ^= 1;
        CHECK_FALSE(state::verify_present(root, existence.key, existence.value, existence.proof).has_value());
    }
}

TEST_CASE("the map's root is the definition's after any sequence of batches, and older maps stay as they were") {
    std::mt19937_64 random(20261123);
    for (int round = 0; round < 20; ++round) {
        AuthenticatedMap map;
        std::map<Bytes, Bytes> model;
        std::vector<std::pair<AuthenticatedMap, Hash>> older;
        const std::uint64_t keys = 1 + random() % 200;
        for (int batch = 0; batch < 20; ++batch) {
            std::map<Bytes, std::optional<Bytes>> writes;
            for (std::size_t i = random() % 40; i-- > 0;) {
                if (random() % 3 == 0)
                    writes[number(random() % keys)] = std::nullopt;
                else
                    writes[number(random() % keys)] = number(random());
            }
            std::vector<StateWrite> list;
            for (const auto& [key, value] : writes) {
                list.push_back({key, value});
                if (value)
                    model[key] = *value;
                else
                    model.erase(key);
            }
            older.emplace_back(map, map.root());
            map = map.apply(list);
            REQUIRE(map.root() == test::naive_map_root(model));
            REQUIRE(map.size() == model.size());
        }
        for (const auto& [old_map, root] : older) REQUIRE(old_map.root() == root);
    }
}

TEST_CASE("every key is proved present or absent, and no proof serves for the contrary or for another key") {
    std::mt19937_64 random(7);
    for (const std::uint64_t count : {0, 1, 2, 3, 17, 300}) {
        AuthenticatedMap map;
        std::vector<StateWrite> writes;
        for (std::uint64_t i = 0; i < count; ++i) writes.push_back({number(2 * i), number(i)});
        map = map.apply(writes);
        const Hash root = map.root();
        for (std::uint64_t i = 0; i < 2 * count + 4; ++i) {
            const MapProof proof = map.prove(number(i));
            REQUIRE(state::decode_map_proof(state::encode(proof)).value() == proof);
            const bool present = i % 2 == 0 && i < 2 * count;
            REQUIRE(map.contains(number(i)) == present);
            REQUIRE(state::verify_present(root, number(i), number(i / 2), proof).has_value() == present);
            REQUIRE(state::verify_absent(root, number(i), proof).has_value() == !present);
            REQUIRE_FALSE(state::verify_present(root, number(i), number(i / 2 + 1), proof).has_value());
        }
    }
}

TEST_CASE("an absence by a leaf off the key's path is a forgery and refused") {
    AuthenticatedMap map;
    std::vector<StateWrite> writes;
    for (std::uint64_t i = 0; i < 64; ++i) writes.push_back({number(i), number(i)});
    map = map.apply(writes);
    // Present key 5 is claimed absent with the honest path of another key: all hashes are right, only the prefix is
    // not.
    std::size_t refused = 0;
    for (std::uint64_t other = 0; other < 64; ++other) {
        MapProof forged = map.prove(number(other));
        forged.other = MapProof::OtherLeaf{crypto::sha256(number(other)), crypto::sha256(number(other))};
        const auto status = state::verify_absent(map.root(), number(5), forged);
        REQUIRE_FALSE(status.has_value());
        if (status.error().message.find("path") != std::string::npos) ++refused;
    }
    CHECK(refused == 64);
}

TEST_CASE("a map proof of more than 256 steps or with trailing octets does not decode") {
    MapProof proof;
    proof.siblings.resize(257);
    CHECK_FALSE(state::decode_map_proof(state::encode(proof)).has_value());
    CHECK_FALSE(state::verify_present(Hash{}, number(1), number(1), proof).has_value());
    proof.siblings.resize(1);
    Bytes bytes = state::encode(proof);
    bytes.push_back(0);
    CHECK_FALSE(state::decode_map_proof(bytes).has_value());
}

TEST_CASE("a hundred thousand keys build in one batch and empty again") {
    std::vector<StateWrite> writes;
    for (std::uint64_t i = 0; i < 100'000; ++i) writes.push_back({number(i), number(i)});
    const AuthenticatedMap map = AuthenticatedMap{}.apply(writes);
    CHECK(map.size() == 100'000);
    for (StateWrite& write : writes) write.value.reset();
    const AuthenticatedMap empty = map.apply(writes);
    CHECK(empty.size() == 0);
    CHECK(empty.root().is_zero());
    CHECK(state::verify_absent(empty.root(), number(1), empty.prove(number(1))).has_value());
}
