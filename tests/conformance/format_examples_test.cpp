// The examples in docs/formats are true: each block "```hex NAME" there holds exactly the octets that the code gives today.
// After a wanted change of a format run this test once with PLACET_UPDATE_EXAMPLES=1: it rewrites the blocks.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "ledger/base/cbor.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sealed_key.hpp"
#include "ledger/merkle/frontier.hpp"
#include "ledger/merkle/tree.hpp"
#include "ledger/proof/verify.hpp"
#include "ledger/state/index_key.hpp"
#include "ledger/types/block.hpp"
#include "ledger/types/proposal.hpp"
#include "tests/support/sample_chain.hpp"

using namespace placet;
using base::Bytes;
using base::cbor::Writer;

namespace {

constexpr std::string_view kKeyFile = "key-file";  // random salt and nonce: checked by opening it
constexpr std::string_view kPassphrase = "correct horse battery staple";

Bytes of(const crypto::Hash& hash) { return base::to_bytes(hash.view()); }

types::Part sample_part() {
    types::Part part;
    part.pseudonym = types::Pseudonym::copy_of(crypto::hmac_sha256(base::as_bytes("s_p"), base::as_bytes("house-0")).view());
    for (std::size_t i = 0; i < part.salt.size(); ++i) part.salt.octets[i] = static_cast<std::uint8_t>(i);
    part.payload = std::move(Writer{}.array(1).text("codes")).take();
    return part;
}

void add_transactions(std::map<std::string, Bytes>& out, const tests::SampleChain& chain) {
    const Bytes part = types::encode(sample_part());
    out["part"] = part;
    out["part-commitment"] = of(types::part_commitment(part));
    types::Payload payload = tests::sample_payload(1);
    payload.parts = {types::part_commitment(part)};
    const crypto::SigningKey key = tests::sample_key("sender");
    const types::Transaction transaction = types::sign(payload, key, chain.genesis_hash());
    out["transaction"] = transaction.bytes;
    out["signature-input"] = types::signature_input(payload, key.public_key(), chain.genesis_hash());
    out["transaction-id"] = of(transaction.id);
    const types::Submission submission{transaction.bytes, {part}};
    out["submission"] = types::encode(submission);
    const types::Proposal proposal{1'790'000'001'000, {submission}};
    out["proposal-digest"] = of(types::proposal_digest(proposal));
    out["null-digest"] = of(types::null_digest());
}

void add_blocks(std::map<std::string, Bytes>& out, const tests::SampleChain& chain) {
    out["event-leaf"] = chain.leaves().at(1);
    out["commit-leaf"] = chain.leaves().at(2);
    out["commit-leaf-hash"] = of(merkle::leaf_hash(chain.leaves().at(2)));
    const types::QuorumCertificate certificate = chain.sealed(1).certificate;
    out["checkpoint-digest"] = of(types::checkpoint_digest(chain.genesis_hash(), certificate.body));
    out["certificate"] = types::encode(certificate);
    merkle::Frontier frontier;
    for (const Bytes& leaf : chain.leaves()) frontier.append(merkle::leaf_hash(leaf));
    out["frontier"] = frontier.encode();
    types::BlockRecord block;
    block.height = 1;
    block.leaves = {chain.leaves().at(1), chain.leaves().at(2)};
    block.writes = {{Bytes{0x81, 0x01}, Bytes{0x82, 0x01, 0x02}}};
    block.seal = certificate;
    out["block"] = types::encode(block);
}

void add_state(std::map<std::string, Bytes>& out, const tests::SampleChain& chain) {
    const state::IndexKey key = state::index_key(state::IndexKind::access_of_dataset, std::string_view("house-0/d1"));
    out["index-key"] = state::encode(key);
    out["index-head-key"] = state::head_key(key);
    const Bytes row = state::encode(state::IndexRow{1, 0, 1'790'000'001'000, merkle::leaf_hash(chain.leaves().at(1)), std::nullopt});
    out["index-row"] = row;
    out["index-head"] = state::encode(state::SubLogHead{1, merkle::leaf_hash(row)});
    out["map-proof"] = state::encode(chain.map().prove(Bytes{0x81, 0x01}));
}

void add_epochs(std::map<std::string, Bytes>& out) {
    tests::SampleChain chain(1);
    chain.end_epoch({tests::sample_validator(0, "renewed")});
    chain.append({});
    out["epoch-link"] = proof::encode(chain.sealed(2).links.at(0));
    types::Recovery recovery{chain.sealed(2).certificate, {2, {tests::sample_validator(0, "recovered")}}, "the machine burned", {}};
    const auto digest = types::recovery_digest(chain.genesis_hash(), recovery);
    recovery.approvals.push_back({"house-0", tests::sample_key("house-0/recovery").sign(digest)});
    out["recovery"] = types::encode(recovery);
}

std::map<std::string, Bytes> examples() {
    std::map<std::string, Bytes> out;
    out["cbor"] = std::move(Writer{}.array(7).uint(1000).integer(-47).bytes(Bytes{1, 2}).text("ok").boolean(true).null().array(0)).take();
    const types::Genesis genesis = tests::sample_genesis(1);
    out["genesis"] = types::encode(genesis);
    out["genesis-hash"] = of(types::genesis_hash(genesis));
    out["validator-set-hash"] = of(types::validator_set_hash(genesis.validators));
    tests::SampleChain chain(4);
    chain.append({chain.transaction(1)}, {{Bytes{0x81, 0x01}, Bytes{0x82, 0x01, 0x02}}, {Bytes{0x81, 0x02}, Bytes{0x01}}});
    add_transactions(out, chain);
    add_blocks(out, chain);
    add_state(out, chain);
    out["genesis-hash-of-chain"] = of(chain.genesis_hash());
    out["event-bundle"] = *proof::build_event_bundle({1, chain.leaves().at(1)}, chain.sealed(1), chain.log());
    out["consistency-bundle"] = *proof::build_consistency_bundle(chain.sealed(0), chain.sealed(1), chain.log());
    add_epochs(out);
    return out;
}

std::string lines_of_hex(const Bytes& bytes) {
    const std::string hex = base::to_hex(bytes);
    std::string out;
    for (std::size_t at = 0; at < hex.size(); at += 64) out += hex.substr(at, 64) + "\n";
    return out;
}

struct Block {
    std::string name;
    std::size_t begin = 0;  ///< of the hex lines
    std::size_t end = 0;
};

std::vector<Block> blocks_of(const std::string& page) {
    constexpr std::string_view kFence = "```hex ";
    std::vector<Block> out;
    for (std::size_t at = page.find(kFence); at != std::string::npos; at = page.find(kFence, at)) {
        const std::size_t line = page.find('\n', at) + 1;
        out.push_back({page.substr(at + kFence.size(), line - 1 - at - kFence.size()), line, page.find("```", line)});
        at = out.back().end + 3;
    }
    return out;
}

Bytes octets_of(std::string text) {
    std::erase(text, '\n');
    return base::from_hex(text).value_or(Bytes{});
}

// The key file of the page if it opens, else a new one.
Bytes key_file(const std::string& text) {
    const Bytes file = octets_of(text);
    if (crypto::open_key(file, kPassphrase)) return file;
    const crypto::SigningKey key = tests::sample_key("sender");
    return crypto::seal_key({"transaction", "es256k", crypto::to_text(key.public_key())}, key.secret(), kPassphrase, {10});
}

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("every example in docs/formats holds what the code gives") {
    const char* const source = std::getenv("PLACET_SOURCE");
    REQUIRE(source != nullptr);
    const bool update = std::getenv("PLACET_UPDATE_EXAMPLES") != nullptr;
    const std::map<std::string, Bytes> expected = examples();
    std::set<std::string> seen;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(source) / "docs" / "formats")) {
        if (entry.path().extension() != ".md") continue;
        std::string page = read(entry.path());
        const std::string before = page;
        std::vector<Block> blocks = blocks_of(page);
        for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {  // from the end, so that places stay right
            INFO(entry.path().filename().string() << ": " << block->name);
            CHECK(seen.insert(block->name).second);
            const std::string text = page.substr(block->begin, block->end - block->begin);
            if (block->name != kKeyFile) REQUIRE(expected.contains(block->name));
            const Bytes wanted = block->name == kKeyFile ? key_file(text) : expected.at(block->name);
            CHECK((update || octets_of(text) == wanted));
            page.replace(block->begin, block->end - block->begin, lines_of_hex(wanted));
        }
        if (update && page != before) std::ofstream(entry.path(), std::ios::binary) << page;
    }
    CHECK(seen.contains(std::string(kKeyFile)));
    for (const auto& [name, octets] : expected) {
        INFO(name);
        CHECK(seen.contains(name));
    }
}

TEST_CASE("the example bundle is proved") {
    const tests::SampleChain chain(4);
    const auto verdict = proof::verify(examples().at("event-bundle"), chain.genesis());
    REQUIRE(verdict.has_value());
    CHECK(verdict->proved);
}
