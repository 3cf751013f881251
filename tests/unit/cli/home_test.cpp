// Homes, keys and genesis: what is made can be read, secrets are private, and nothing is overwritten.
#include "cli/home/home.hpp"

#include <catch2/catch.hpp>

#include "cli/home/cards.hpp"
#include "cli/home/keyring.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/certificate.hpp"
#include "ledger/types/genesis.hpp"
#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using tests::cli::read_file;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {
bool is_private(const std::filesystem::path& path) {
    using std::filesystem::perms;
    return (std::filesystem::status(path).permissions() & (perms::group_all | perms::others_all)) == perms::none;
}
}  // namespace

TEST_CASE("a key file is sealed, private, never overwritten, and shows its public part without a passphrase") {
    const TemporaryFolder folder;
    write_file(folder / "secret", "correct horse\n");
    const std::string key = (folder / "a.key").string();
    for (const char* algorithm : {"es256k", "es256", "ed25519", "aes-256-gcm"}) {
        const std::string file = (folder / (std::string(algorithm) + ".key")).string();
        const auto made =
            run_placet({"key", "generate", file, "--algorithm", algorithm, "--passphrase-file", (folder / "secret").string(), "--json"});
        REQUIRE(made.exit == 0);
        CHECK(is_private(file));
        const auto shown = run_placet({"key", "show", file, "--json"});
        CHECK(shown.exit == 0);
        CHECK(shown.json.text_at("public") == made.json.text_at("public"));
        CHECK(shown.json.text_at("algorithm") == algorithm);
        const std::string before = read_file(file);
        CHECK(run_placet({"key", "generate", file, "--passphrase-file", (folder / "secret").string()}).exit == 2);
        CHECK(read_file(file) == before);
    }
    CHECK(run_placet({"key", "list", folder.path().string(), "--json"}).json.rows_at("keys").size() == 4);
    CHECK(run_placet({"key", "generate", key, "--algorithm", "rsa", "--passphrase-file", (folder / "secret").string()}).exit == 2);
}

TEST_CASE("the next keys of a seat stand beside the present ones, with a guard of their own and the same TLS key") {
    const TemporaryFolder folder;
    write_file(folder / "secret", "correct horse\n");
    const std::string secret = (folder / "secret").string();
    const std::string seat = (folder / "seat").string();
    REQUIRE(run_placet({"init", seat, "--name", "hospital-e", "--sponsor", "hospital-a", "--peer-address", "10.0.0.1:71", "--api-address", "10.0.0.1:72",
                        "--passphrase-file", secret})
                .exit == 0);
    CHECK(read_file(folder / "seat" / "follower.json").find("follower-hospital-e@hospital-a") != std::string::npos);
    const std::string guard = read_file(folder / "seat" / "data" / "vote.guard");
    const auto made = run_placet({"validator", "renew", seat, "--passphrase-file", secret, "--json"});
    REQUIRE(made.exit == 0);
    const auto next = folder / "seat" / "keys.next";
    CHECK(made.json.text_at("keys") == next.string());
    CHECK(read_file(next / "tls.crt") == read_file(folder / "seat" / "keys" / "tls.crt"));
    CHECK(is_private(next / "vote.key"));
    CHECK_FALSE(std::filesystem::exists(next / "parts-root.key"));  // what it opens stays
    const std::string next_guard = read_file(folder / "seat" / "data" / "vote.guard.next");
    CHECK(next_guard != guard);
    CHECK(read_file(folder / "seat" / "data" / "vote.guard") == guard);
    const auto passphrase = cli::home::passphrase_from_file(secret);
    CHECK(crypto::to_text(cli::home::open_signing_key(next / "vote.key", *passphrase)->public_key()) + "\n" == next_guard);
    CHECK(read_file(folder / "seat" / "validator.next.json").find(next_guard.substr(0, next_guard.size() - 1)) != std::string::npos);
    CHECK(run_placet({"validator", "renew", seat, "--passphrase-file", secret}).exit == 2);
    CHECK(read_file(folder / "seat" / "data" / "vote.guard.next") == next_guard);
}

TEST_CASE("a TLS key gets a new certificate without getting a new pin") {
    const TemporaryFolder folder;
    write_file(folder / "secret", "correct horse\n");
    const std::string secret = (folder / "secret").string();
    REQUIRE(run_placet({"init", (folder / "seat").string(), "--name", "hospital-a", "--peer-address", "10.0.0.1:71",
                        "--api-address", "10.0.0.1:72", "--passphrase-file", secret})
                .exit == 0);
    const auto keys = folder / "seat" / "keys";
    const std::string old = read_file(keys / "tls.crt");
    write_file(keys / "tls.crt", "damaged");
    const auto made = run_placet({"key", "certificate", (keys / "tls.key").string(), "--name", "hospital-a", "--host",
                                  "10.0.0.1", "--passphrase-file", secret, "--json"});
    REQUIRE(made.exit == 0);
    CHECK(made.json.text_at("certificate") == (keys / "tls.crt").string());
    const std::string fresh = read_file(keys / "tls.crt");
    CHECK(fresh != old);
    CHECK(*crypto::spki_of_pem(fresh) == *crypto::spki_of_pem(old));
    CHECK(base::to_hex(crypto::spki_of_pem(fresh)->view()) == made.json.text_at("spki"));
    const auto passphrase = cli::home::passphrase_from_file(secret);
    CHECK(crypto::check_key_pair(fresh, *cli::home::open_tls_key(keys / "tls.key", *passphrase)).has_value());
    const auto clear = run_placet({"key", "export", (keys / "tls.key").string(), "--out", (folder / "me.key").string(),
                                   "--passphrase-file", secret});
    CHECK(clear.exit == 0);
    CHECK(is_private(folder / "me.key"));
    CHECK(crypto::check_key_pair(fresh, read_file(folder / "me.key")).has_value());
    CHECK(run_placet({"key", "export", (keys / "tls.key").string(), "--out", (folder / "me.key").string(),
                      "--passphrase-file", secret})
              .exit == 2);
    CHECK(run_placet({"key", "export", (keys / "vote.key").string(), "--out", (folder / "vote").string(),
                      "--passphrase-file", secret})
              .exit == 2);
    CHECK_FALSE(std::filesystem::exists(folder / "vote"));
    CHECK(run_placet({"key", "certificate", (keys / "vote.key").string(), "--name", "x", "--passphrase-file", secret})
              .exit == 2);
    CHECK(run_placet({"key", "certificate", (keys / "tls.key").string(), "--name", "x", "--host", "a b",
                      "--passphrase-file", secret})
              .exit == 2);
    write_file(folder / "secret", "wrong\n");
    CHECK(run_placet({"key", "certificate", (keys / "tls.key").string(), "--name", "x", "--passphrase-file", secret})
              .exit == 78);
    CHECK(read_file(keys / "tls.crt") == fresh);
}

TEST_CASE("a passphrase file that others may read is refused") {
    const TemporaryFolder folder;
    write_file(folder / "secret", "correct horse\n");
    std::filesystem::permissions(folder / "secret", std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    const auto ran = run_placet({"key", "generate", (folder / "a.key").string(), "--passphrase-file", (folder / "secret").string(), "--json"});
    CHECK(ran.exit == 78);
    CHECK(ran.json.at("error").text_at("message").find("chmod 600") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "a.key"));
}

TEST_CASE("cards and homes make a genesis that keeps every rule") {
    const TemporaryFolder folder;
    write_file(folder / "secret", "correct horse\n");
    const std::string secret = (folder / "secret").string();
    std::vector<std::string> create{"genesis", "create", (folder / "genesis.json").string(), "--chain", "east", "--json"};
    for (const std::string name : {"hospital-a", "hospital-b", "hospital-c", "university"}) {
        const auto seat =
            run_placet({"init", (folder / name).string(), "--name", name, "--peer-address", "10.0.0.1:7" + std::to_string(100 + create.size()),
                        "--api-address", "10.0.0.1:8" + std::to_string(100 + create.size()), "--passphrase-file", secret, "--json"});
        REQUIRE(seat.exit == 0);
        CHECK(is_private(folder / name / "keys" / "vote.key"));
        const auto vote = run_placet({"key", "show", (folder / name / "keys" / "vote.key").string(), "--json"});
        CHECK(read_file(folder / name / "data" / "vote.guard") == vote.json.text_at("public") + "\n");
        const auto made = run_placet({"home", "init", (folder / ("operator-" + name)).string(), "--actor", "operator@" + name, "--role", "operator",
                                      "--title", "House", "--organisation-kind", name == "university" ? "university" : "hospital", "--country", "AT",
                                      "--passphrase-file", secret, "--json"});
        REQUIRE(made.exit == 0);
        create.insert(create.end(), {"--validator", seat.json.text_at("card"), "--organisation", made.json.text_at("organisation_card")});
    }
    const auto genesis = run_placet(create);
    REQUIRE(genesis.exit == 0);
    CHECK(genesis.json.rows_at("validators").size() == 4);
    const auto print = run_placet({"genesis", "fingerprint", (folder / "genesis.json").string(), "--json"});
    CHECK(print.json.text_at("fingerprint") == genesis.json.text_at("fingerprint"));
    CHECK(print.json.text_at("fingerprint").size() == 16 * 4 + 15);
    CHECK(run_placet({"genesis", "check", (folder / "genesis.json").string()}).exit == 0);
    CHECK(run_placet(create).exit == 2);  // never overwritten
}

TEST_CASE("a genesis file that was changed or is none is refused with its field") {
    const TemporaryFolder folder;
    REQUIRE(run_placet({"localnet", "init", (folder / "net").string(), "--base-port", "29100"}).exit == 0);
    std::string text = read_file(folder / "net" / "genesis.json");
    const auto at = text.find("\"chain\"");
    text.replace(at, 7, "\"chian\"");
    write_file(folder / "bad.json", text);
    const auto ran = run_placet({"genesis", "check", (folder / "bad.json").string(), "--json"});
    CHECK(ran.exit == 2);
    CHECK(run_placet({"genesis", "check", (folder / "none.json").string()}).exit == 2);
    CHECK(run_placet({"genesis", "fingerprint", folder.path().string()}).exit == 2);
}

TEST_CASE("placet.toml refuses an unknown key with its line and the nearest name") {
    const TemporaryFolder folder;
    write_file(folder / "placet.toml", "actor = \"a@b\"\ngenesi = \"x\"\n");
    const auto ran = run_placet({"home", "show", "--home", folder.path().string(), "--json"});
    CHECK(ran.exit == 78);
    const std::string message = ran.json.at("error").text_at("message");
    CHECK(message.find("line 2") != std::string::npos);
    CHECK(message.find("genesis") != std::string::npos);
    write_file(folder / "placet.toml", "actor = [1\n");
    CHECK(run_placet({"home", "show", "--home", folder.path().string()}).exit == 78);
    write_file(folder / "placet.toml", "actor = 7\n");
    CHECK(run_placet({"home", "show", "--home", folder.path().string()}).exit == 78);
    CHECK(run_placet({"home", "show", "--home", (folder / "nowhere").string()}).exit == 78);
}

TEST_CASE("a home reads back as it was written") {
    const TemporaryFolder folder;
    cli::home::Home home;
    home.folder = folder.path();
    home.actor = "gateway@hospital-a";
    home.organisation = "hospital-a";
    home.roles = {"gateway"};
    home.genesis = folder.path().parent_path() / "genesis.json";
    home.node = "hospital-a";
    home.transaction_key = folder / "transaction.key";
    home.listen = "127.0.0.1:7000";
    home.records = folder / "records";
    home.gateways = {{"hospital-b", "127.0.0.1:9", crypto::SpkiHash{}}};
    home.endpoints = {{"127.0.0.1:8", crypto::SpkiHash{}, "regulator"}};
    home.subjects = {{"hospital-a", types::Pseudonym{}}};
    REQUIRE(cli::home::save_home(home).has_value());
    cli::frame::Settings settings;
    settings.home = folder.path().string();
    const auto read = cli::home::open_home(settings);
    REQUIRE(read.has_value());
    CHECK(cli::home::to_toml(*read) == cli::home::to_toml(home));
    CHECK(read->genesis == home.genesis);
    settings.node = "university";
    CHECK(cli::home::open_home(settings)->node == "university");
}

TEST_CASE("a card of another kind is refused by name") {
    const TemporaryFolder folder;
    write_file(folder / "secret", "correct horse\n");
    REQUIRE(run_placet({"home", "init", (folder / "me").string(), "--actor", "dac1@hospital-a", "--role", "dac", "--passphrase-file",
                        (folder / "secret").string()})
                .exit == 0);
    CHECK(cli::home::read_actor_card(folder / "me" / "card.json").has_value());
    const auto wrong = cli::home::read_validator_card(folder / "me" / "card.json");
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().field == (folder / "me" / "card.json").string());
    CHECK(wrong.error().message.find("validator-card/1") != std::string::npos);
    write_file(folder / "card.json", "{\"placet\":\"actor-card/1\",\"id\":7}");
    CHECK(cli::home::read_actor_card(folder / "card.json").error().field == (folder / "card.json").string() + ": id");
    write_file(folder / "card.json", "not JSON");
    CHECK(cli::home::read_actor_card(folder / "card.json").error().field == (folder / "card.json").string());
}
