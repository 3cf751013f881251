// What the command line believes: nothing a node says, until the proof of the very transaction holds against genesis.
#include <catch2/catch.hpp>

#include "api/dto/genesis.hpp"
#include "cli/home/home.hpp"
#include "tests/unit/cli/fake_ledger.hpp"
#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using tests::cli::Behaviour;
using tests::cli::FakeLedger;
using tests::cli::Ran;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {

/// A home whose only node that answers is the fake one: genesis names addresses where nobody listens.
struct Actor {
    TemporaryFolder folder;
    std::string home;

    explicit Actor(const FakeLedger& ledger) : home((folder / "me").string()) {
        write_file(folder / "secret", "correct horse\n");
        write_file(folder / "genesis.json", api::dto::genesis_to_json(ledger.genesis()));
        REQUIRE(run_placet({"home", "init", home, "--actor", "operator@house-0", "--role", "operator", "--genesis", (folder / "genesis.json").string(),
                            "--passphrase-file", (folder / "secret").string()})
                    .exit == 0);
        cli::frame::Settings settings;
        settings.home = home;
        auto opened = cli::home::open_home(settings);
        REQUIRE(opened.has_value());
        opened->endpoints = {{ledger.address(), ledger.spki(), ""}};
        REQUIRE(cli::home::save_home(*opened).has_value());
    }
    [[nodiscard]] Ran revoke() const {
        return run_placet({"org", "revoke", "dac1@house-0", "--reason", "left", "--home", home, "--json", "--timeout", "1"});
    }
};

}  // namespace

TEST_CASE("a transaction counts as recorded when its proof holds") {
    const FakeLedger ledger(Behaviour::honest);
    const Ran ran = Actor(ledger).revoke();
    CHECK(ran.exit == 0);
    CHECK(ran.json.at("verified").truth());
    CHECK(ran.json.at("accepted").truth());
    CHECK(ran.json.text_at("transaction").size() == 64);
    CHECK(ran.json.number_at("height") == 1);
}

TEST_CASE("a node that lies about a receipt is not believed") {
    for (const Behaviour lie : {Behaviour::damages_proof, Behaviour::proves_another, Behaviour::proves_other_chain}) {
        const FakeLedger ledger(lie);
        const Ran ran = Actor(ledger).revoke();
        INFO(static_cast<int>(lie) << " " << ran.out);
        CHECK(ran.exit == 1);
        CHECK_FALSE(ran.json.at("verified").truth());
        CHECK(ran.json.at("error").text_at("code") == "invalid_proof");
    }
}

TEST_CASE("what is not sealed in time exits 5 with the transaction's id") {
    const FakeLedger ledger(Behaviour::never_seals);
    const Ran ran = Actor(ledger).revoke();
    CHECK(ran.exit == 5);
    CHECK(ran.json.text_at("transaction").size() == 64);
}

TEST_CASE("somebody the node does not let in exits 7") {
    const FakeLedger ledger(Behaviour::refuses_certificate);
    CHECK(Actor(ledger).revoke().exit == 7);
}

TEST_CASE("what a node calls malformed was wrong use, and is told with the option's name") {
    const FakeLedger ledger(Behaviour::refuses_field);
    const Actor actor(ledger);
    const Ran refused = actor.revoke();
    CHECK(refused.exit == 2);
    CHECK(refused.json.at("error").text_at("field") == "--reason");
    CHECK(run_placet({"dataset", "list", "--home", actor.home, "--json"}).exit == 2);
    const Ran nobody = run_placet({"dataset", "show", "nobody", "--home", actor.home, "--json"});
    CHECK(nobody.exit == 6);
    CHECK(nobody.json.at("error").text_at("field") == "nobody");
}

TEST_CASE("where no validator answers the exit is 3, and a wrong passphrase is 78") {
    std::optional<FakeLedger> ledger(Behaviour::honest);
    const Actor actor(*ledger);
    ledger.reset();
    CHECK(actor.revoke().exit == 3);
    CHECK(run_placet({"status", "--home", actor.home, "--json"}).exit == 3);
    for (const char* command : {"show", "wait"}) {  // nobody said that it was taken: this is not "not recorded in time"
        const Ran asked = run_placet({"tx", command, std::string(64, 'a'), "--home", actor.home, "--json", "--timeout", "1"});
        CHECK(asked.exit == 3);
        CHECK(asked.json.at("error").text_at("message").starts_with("no validator answers"));
    }
    CHECK(run_placet({"org", "list", "--home", actor.home, "--json"}).json.at("error").text_at("message").starts_with("no validator answers"));
    write_file(actor.folder / "secret", "wrong\n");
    const Ran ran = actor.revoke();
    CHECK(ran.exit == 78);
    CHECK(ran.json.at("error").text_at("code") == "unauthenticated");
}

TEST_CASE("a node whose certificate has another key than pinned gets nothing") {
    const FakeLedger ledger(Behaviour::honest);
    const Actor actor(ledger);
    cli::frame::Settings settings;
    settings.home = actor.home;
    auto opened = cli::home::open_home(settings);
    REQUIRE(opened.has_value());
    opened->endpoints[0].spki.octets[0] ^= 1;
    REQUIRE(cli::home::save_home(*opened).has_value());
    CHECK(actor.revoke().exit == 3);
}

TEST_CASE("an unknown validator's name is refused before anybody is asked") {
    const FakeLedger ledger(Behaviour::honest);
    const Actor actor(ledger);
    const Ran ran = run_placet({"org", "list", "--home", actor.home, "--node", "house-9", "--json"});
    CHECK(ran.exit == 2);
    CHECK(ran.json.at("error").text_at("message").find("house-0") != std::string::npos);
}
