// RFC 6962 trees and the probes of transparency-dev/merkle, most of them wrong on purpose; ICS-23's sparse Merkle tree.
#include <catch2/catch.hpp>
#include <map>

#include "ledger/base/base64.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/merkle/proof.hpp"
#include "ledger/merkle/frontier.hpp"
#include "ledger/state/authenticated_map.hpp"
#include "tests/conformance/vectors.hpp"

using namespace placet;
using base::Bytes;
using base::BytesView;
using merkle::Hash;
using nlohmann::json;

namespace {

// A hash from base64; none if it has not 32 octets, which no decoder of ours lets through.
std::optional<Hash> hash_of(const json& value) {
    const auto octets = base::from_base64(value.get<std::string>());
    if (!octets || octets->size() != Hash::kSize) return std::nullopt;
    return Hash::copy_of(*octets);
}

std::optional<merkle::Path> path_of(const json& value) {
    merkle::Path path;
    if (value.is_null()) return path;
    for (const json& item : value) {
        const auto hash = hash_of(item);
        if (!hash) return std::nullopt;
        path.push_back(*hash);
    }
    return path;
}

bool inclusion_holds(const json& probe) {
    const auto leaf = hash_of(probe["leafHash"]);
    const auto root = hash_of(probe["root"]);
    const auto path = path_of(probe["proof"]);
    if (!leaf || !root || !path) return false;
    return merkle::verify_inclusion(*leaf, {probe["leafIdx"], probe["treeSize"], *root}, *path).has_value();
}

bool consistency_holds(const json& probe) {
    const auto older = hash_of(probe["root1"]);
    const auto newer = hash_of(probe["root2"]);
    const auto path = path_of(probe["proof"]);
    if (!older || !newer || !path) return false;
    return merkle::verify_consistency({probe["size1"], *older}, {probe["size2"], *newer}, *path).has_value();
}

std::size_t run_probes(const std::string& folder, bool (*holds)(const json&)) {
    const std::filesystem::path root = tests::vectors_folder() / "merkle-proofs" / folder;
    if (!std::filesystem::exists(root)) {
        std::cout << "skipped: no vectors at merkle-proofs/" << folder << " (set PLACET_SHARED)\n";
        return 0;
    }
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path());
        const json probe = json::parse(in);
        INFO(entry.path().filename().string());
        CHECK(holds(probe) == !probe["wantErr"].get<bool>());
        ++count;
    }
    return count;
}

// The fields of one protobuf message: number → values (varints as their octet, strings as their octets).
std::multimap<std::uint64_t, Bytes> protobuf_fields(BytesView message) {
    std::multimap<std::uint64_t, Bytes> out;
    std::size_t at = 0;
    const auto varint = [&] {
        std::uint64_t value = 0;
        for (unsigned shift = 0; at < message.size(); shift += 7) {
            const std::uint8_t octet = message[at++];
            value |= static_cast<std::uint64_t>(octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) break;
        }
        return value;
    };
    while (at < message.size()) {
        const std::uint64_t head = varint();
        if ((head & 7) == 2) {
            const std::uint64_t size = varint();
            out.emplace(head >> 3, base::to_bytes(message.subspan(at, size)));
            at += size;
        } else {
            out.emplace(head >> 3, Bytes{static_cast<std::uint8_t>(varint())});
        }
    }
    return out;
}

}  // namespace

TEST_CASE("rfc6962: leaves, nodes and roots are those of the reference") {
    const auto file = tests::read_json("rfc6962/vectors.json");
    if (!file) return;
    merkle::Frontier frontier;
    std::vector<merkle::Node> nodes;
    const json& roots = (*file)["root_by_size_hex"];
    CHECK(base::to_hex(frontier.root().view()) == roots[0].get<std::string>());
    std::size_t size = 0;
    for (const json& input : (*file)["leaf_inputs_hex"]) {
        frontier.append(merkle::leaf_hash(*base::from_hex(input.get<std::string>())), nodes);
        CHECK(base::to_hex(frontier.root().view()) == roots[++size].get<std::string>());
    }
    CHECK(size == 8);
    const json& levels = (*file)["nodes_by_level_hex"];
    std::size_t compared = 0;
    for (const merkle::Node& node : nodes) {
        if (node.level >= levels.size() || node.index >= levels[node.level].size()) continue;
        CHECK(base::to_hex(node.hash.view()) == levels[node.level][node.index].get<std::string>());
        ++compared;
    }
    CHECK(compared >= 14);
}

TEST_CASE("merkle-proofs: inclusion probes hold exactly where they should") {
    const std::size_t count = run_probes("inclusion", inclusion_holds);
    CHECK((count == 0 || count > 50));
}

TEST_CASE("merkle-proofs: consistency probes hold exactly where they should") {
    const std::size_t count = run_probes("consistency", consistency_holds);
    CHECK((count == 0 || count > 40));
}

TEST_CASE("smt-ics23: existence proofs of another implementation verify as ours") {
    for (const char* name : {"exist_left", "exist_middle", "exist_right"}) {
        const auto file = tests::read_json("smt-ics23/" + std::string(name) + ".json");
        if (!file) return;
        const auto octets = [&](const char* field) { return *base::from_hex((*file)[field].get<std::string>()); };
        const auto proof = protobuf_fields(protobuf_fields(octets("proof")).find(1)->second);
        state::MapProof ours;
        const auto [first, last] = proof.equal_range(4);
        for (auto step = first; step != last; ++step) {
            const auto inner = protobuf_fields(step->second);
            const Bytes& prefix = inner.find(2)->second;
            const bool sibling_left = prefix.size() == 33;
            const BytesView sibling = sibling_left ? BytesView(prefix).subspan(1) : BytesView(inner.find(3)->second);
            ours.siblings.insert(ours.siblings.begin(), Hash::copy_of(sibling));  // ICS-23 goes up, ours goes down
        }
        INFO(name);
        const Hash root = Hash::copy_of(octets("root"));
        CHECK(state::verify_present(root, octets("key"), octets("value"), ours).has_value());
        CHECK_FALSE(state::verify_present(root, octets("key"), octets("key"), ours).has_value());
        CHECK_FALSE(state::verify_absent(root, octets("key"), ours).has_value());
    }
}
