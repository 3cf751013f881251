// The validators change while everything runs and nobody is restarted for it: one is added, one gets new keys after its disk was lost, one is
// removed, with validators killed around the change, clients at work, and every step done by the command line.
#include <catch2/catch.hpp>

#include <csignal>
#include <nlohmann/json.hpp>

#include "api/dto/json.hpp"
#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/hash.hpp"
#include "tests/integration/acknowledged.hpp"
#include "tests/support/must.hpp"

using namespace placet;
using namespace placet::tests;

namespace {

bool says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

class Members {
public:
    Members() : chain({.validators = 4, .guests = 1, .interval = 32}) {
        chain.start_all();
        for (std::size_t i = 0; i < 5; ++i) chain.add_admin(Chain::name(i));
    }

    /// `placet` must succeed; everything it wrote.
    std::string placet(std::vector<std::string> arguments) {
        const auto ended = chain.placet(arguments);
        std::string line;
        for (const auto& word : arguments) line += " " + word;
        INFO("placet" << line << "\n" << ended.output);
        REQUIRE(ended.code == 0);
        return ended.output;
    }
    /// Attests the seat of `name` and proposes what `verb` (add, rotate) says.
    void propose(const std::string& verb, const std::string& name, const std::vector<std::string>& more = {}) {
        const auto seat = chain.folder_of(name).string();
        const auto home = chain.home_of("admin", name);
        std::vector<std::string> attest{"validator", "attest", seat, "--seat-secret", seat + "/passphrase", "--home", home};
        attest.insert(attest.end(), more.begin(), more.end());
        placet(attest);
        placet({"validator", verb, seat + "/validator.attested", "--id", verb + "-" + name, "--home", home});
    }
    void approve(const std::string& proposal, const std::vector<std::string>& organisations) {
        for (const auto& one : organisations) placet({"validator", "vote", proposal, "--approve", "--home", chain.home_of("operator", one)});
    }
    void crash(const std::string& node) {
        chain.signal(node, SIGKILL);
        REQUIRE(chain.wait_exit(node) == 128 + SIGKILL);
        chain.start(node);
    }
    /// What this node says is in force.
    nlohmann::json in_force(const std::string& node) {
        auto asking = chain.client(node, chain.auditor());
        const auto body = asking.get("/v1/validators");
        const auto json = body ? api::dto::parse_json(base::as_text(*body)) : std::unexpected(body.error());
        return json ? *json : nlohmann::json::object();  // none while it starts
    }
    /// Ready, and as a validator: whoever follows has no standing.
    bool votes(const std::string& node) {
        const std::string answer = chain.readyz(node);
        return answer.starts_with("200") && says(answer, "standing");
    }
    /// All of them vote in this epoch.
    void wait_in_force(std::uint64_t epoch, const std::vector<std::string>& nodes) {
        for (const auto& node : nodes) {
            INFO(node << " " << chain.readyz(node) << "\n" << chain.log_of(node));
            REQUIRE(eventually([&] { return in_force(node).value("epoch", std::uint64_t{0}) == epoch && votes(node); }));
            REQUIRE(in_force(node)["n"].get<std::size_t>() == nodes.size());
        }
    }
    /// The ledger goes on without this one: each of the others is needed for it.
    void goes_on_without(const std::string& node, Load& load) {
        chain.signal(node, SIGKILL);
        REQUIRE(chain.wait_exit(node) == 128 + SIGKILL);
        goes_on(load);
        chain.start(node);
        REQUIRE(eventually([&] { return votes(node); }));
    }
    void goes_on(Load& load) {
        const auto before = load.count();
        REQUIRE(eventually([&] { return load.count() >= before + 40; }));
    }

    Chain chain;
};

const std::string kA = Chain::name(0), kB = Chain::name(1), kC = Chain::name(2), kD = Chain::name(3), kE = Chain::name(4);

void add_the_fifth(Members& members, Load& load) {
    Chain& chain = members.chain;
    chain.add_seat(kE);
    chain.start(kE);
    REQUIRE(eventually([&] { return chain.ready(kE); }));
    CHECK(says(chain.log_of(kE), "no_seat"));
    members.propose("add", kE);
    members.approve("add-" + kE, {kA, kB, kC});  // three of four organisations with a seat
    members.crash(kB);                           // where the epoch ends, or a little before or behind
    members.wait_in_force(1, {kA, kB, kC, kD, kE});
    CHECK(says(chain.log_of(kE), "epoch_begins"));
    members.goes_on_without(kA, load);  // four of five are a quorum of five: the fifth is one of them
}

void rotate_a_lost_one(Members& members, Load& load) {
    Chain& chain = members.chain;
    chain.signal(kD, SIGKILL);
    REQUIRE(chain.wait_exit(kD) == 128 + SIGKILL);
    fs::remove_all(chain.folder_of(kD) / "data");
    chain.start(kD);
    REQUIRE(eventually([&] { return says(chain.readyz(kD), "never votes again"); }));
    REQUIRE(eventually([&] { return chain.height(kD).value_or(0) > chain.height(kA).value_or(0) / 2; }));
    const auto seat = chain.folder_of(kD).string();
    members.placet({"validator", "renew", seat, "--passphrase-file", seat + "/passphrase"});
    members.propose("rotate", kD, {"--next"});
    members.approve("rotate-" + kD, {kA, kB, kE});
    members.crash(kE);
    members.wait_in_force(2, {kA, kB, kC, kD, kE});
    members.goes_on_without(kC, load);  // and so the rotated one votes
    // At a stop of its own choosing the new keys take the place of the old ones.
    chain.signal(kD, SIGTERM);
    REQUIRE(chain.wait_exit(kD) == 0);
    fs::copy(chain.folder_of(kD) / "keys.next", chain.folder_of(kD) / "keys", fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    fs::remove_all(chain.folder_of(kD) / "keys.next");
    chain.start(kD);
    REQUIRE(eventually([&] { return members.votes(kD); }));
}

void remove_one(Members& members, Load& load) {
    Chain& chain = members.chain;
    members.placet({"validator", "remove", kC, "--id", "remove-c", "--home", chain.home_of("admin", kA)});
    members.approve("remove-c", {kB, kD, kE});
    members.crash(kA);
    members.wait_in_force(3, {kA, kB, kD, kE});
    REQUIRE(eventually([&] { return says(chain.log_of(kC), "seat_left"); }));
    CHECK(says(chain.readyz(kC), "503"));
    members.goes_on_without(kB, load);
    chain.signal(kC, SIGTERM);
    CHECK(chain.wait_exit(kC) == 0);
}

// The proof of a transaction of the last epoch, by a regulator with the genesis file and nothing else.
void prove_offline(Members& members, const types::TransactionId& id) {
    Chain& chain = members.chain;
    const std::string genesis = (chain.folder() / "genesis.json").string();
    const std::string bundle = (chain.folder() / "last.bundle").string();
    // Operators read what their own organisation signed: one of the two at work did.
    const auto fetch = [&](const std::string& organisation) {
        return std::vector<std::string>{"proof", "fetch", base::to_hex(id.view()), "--out", bundle, "--timeout", "5", "--home", chain.home_of("operator", organisation)};
    };
    if (chain.placet(fetch(kA)).code != 0) members.placet(fetch(kB));
    CHECK(says(members.placet({"verify", bundle, "--genesis", genesis}), "proved"));
    base::Bytes forged = must(cli::home::read_file(bundle));
    const auto name = std::ranges::search(forged, base::as_bytes(kE));  // in a link: genesis has no such validator
    REQUIRE_FALSE(name.empty());
    name.back() = '9';
    const base::BytesView body = base::BytesView(forged).first(forged.size() - 32);
    const crypto::Hash closing = crypto::sha256(body);
    std::ranges::copy(closing.view(), forged.end() - 32);
    must(cli::home::replace_file(bundle, forged));
    const auto refused = chain.placet({"verify", bundle, "--genesis", genesis});
    INFO(refused.output);
    CHECK(refused.code == 1);
}

}  // namespace

TEST_CASE("validators are added, get new keys and are removed while the ledger goes on, and what was acknowledged is proved across the epochs") {
    Members members;
    Chain& chain = members.chain;
    Load load(chain, {.clients = 2, .pause = std::chrono::milliseconds(20)});
    members.goes_on(load);
    add_the_fifth(members, load);
    rotate_a_lost_one(members, load);
    remove_one(members, load);
    members.goes_on(load);
    load.stop();

    const std::vector<std::string> last = {kA, kB, kD, kE};
    for (const auto& node : last) chain.signal(node, SIGKILL);
    for (const auto& node : last) CHECK(chain.wait_exit(node) == 128 + SIGKILL);
    for (const auto& node : last) chain.start(node);
    members.wait_in_force(3, last);

    std::vector<api::dto::Receipt> some;  // of every epoch
    const auto all = load.acknowledged();
    for (std::size_t i = 0; i < all.size(); i += std::max<std::size_t>(1, all.size() / 40)) some.push_back(all[i]);
    some.push_back(all.back());
    REQUIRE(must(chain.client(chain.regulator()).submit(chain.observer_enrolment(), {}, std::chrono::seconds(20))).outcome.accepted);
    chain.start("observer");
    for (const auto& node : {kA, kB, kD, kE, std::string("observer")}) {
        INFO(node);
        REQUIRE(eventually([&] { return chain.height(node).value_or(0) >= all.back().height; }));
        CHECK(missing_at(chain, node, some) == std::vector<std::string>{});
    }
    prove_offline(members, all.back().transaction);
    for (const auto& node : {kA, kB, kD, kE, std::string("observer")}) chain.signal(node, SIGTERM);
    for (const auto& node : {kA, kB, kD, kE, std::string("observer")}) CHECK(chain.wait_exit(node) == 0);
}
