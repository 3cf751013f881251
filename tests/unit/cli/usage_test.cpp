// Wrong use and unreadable input: exit 2, what is wrong in words, what to write instead; nothing is sent, nothing
// changes.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "api/dto/genesis.hpp"
#include "cli/home/home.hpp"
#include "cli/link/custody.hpp"
#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using tests::cli::Ran;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {

bool says(const Ran& ran, std::string_view words) {
    return ran.json.at("error").text_at("message").find(words) != std::string::npos;
}
std::string field(const Ran& ran) {
    return ran.json.at("error").text_at("field");
}

/// Two networks whose homes are made and whose nodes do not run; made once, for all cases.
struct Networks {
    static const Networks& made() {
        static const Networks kMade;
        return kMade;
    }

    TemporaryFolder folder;
    Networks() {
        REQUIRE(run_placet({"localnet", "init", (folder / "one").string(), "--base-port", "29600"}).exit == 0);
        REQUIRE(run_placet({"localnet", "init", (folder / "two").string(), "--base-port", "29600"}).exit == 0);
    }
    [[nodiscard]] std::string home(const std::string& name) const { return (folder / "one" / "homes" / name).string(); }
    [[nodiscard]] std::string fingerprint(const std::string& network) const {
        return run_placet({"genesis", "fingerprint", (folder / network / "genesis.json").string(), "--json"})
            .json.text_at("fingerprint");
    }
};

const std::string kPseudonym(64, 'a');

}  // namespace

TEST_CASE("access list says in its own options what it can be asked, before it asks anybody") {
    const std::vector<std::vector<std::string>> wrong = {
        {},
        {"--dataset", "d", "--researcher", "r@u"},
        {"--patient", "p", "--custodian", "hospital-a"},
        {"--patient", "p", "--subject", kPseudonym},
        {"--subject", kPseudonym, "--custodian", "hospital-a", "--dataset", "d"}};
    for (auto words : wrong) {
        words.insert(words.begin(), {"access", "list"});
        words.emplace_back("--json");
        const Ran ran = run_placet(words);
        INFO(ran.out);
        CHECK(ran.exit == 2);
        for (const char* option : {"--patient", "--subject", "--dataset", "--researcher", "--custodian"})
            CHECK(says(ran, option));
    }
    const Networks& networks = Networks::made();
    const auto ask = [&](std::vector<std::string> words) {
        words.insert(words.begin(),
                     {"access", "list", "--home", networks.home("regulator-regulator"), "--timeout", "1", "--json"});
        return run_placet(words);
    };
    CHECK(ask({"--custodian", "hospital-a", "--subject", kPseudonym}).exit ==
          3);  // as good as any other question: nobody is there to answer
    CHECK(ask({"--custodian", "hospital-a"}).exit == 3);
    CHECK(field(ask({"--subject", "not-hex"})) == "--subject");
    CHECK(ask({"--subject", "not-hex"}).exit == 2);
    CHECK(field(ask({"--dataset", "d", "--from", "yesterday"})) == "--from");
    CHECK(says(ask({"--dataset", "d", "--to", "2026"}), "2026-11-23T08:00:00Z"));
}

TEST_CASE("a path to import that is not there, or is nothing to read, is wrong use, and nothing is imported") {
    const Networks& networks = Networks::made();
    write_file(networks.folder / "good.json", R"({"resourceType":"Patient","id":"p"})");
    std::filesystem::create_directory(networks.folder / "empty");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string socket_path = (networks.folder / "socket").string();
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int file = ::socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE(::bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(file);
    for (const std::string& path : {std::string("/nonexist"), socket_path, (networks.folder / "empty").string()}) {
        const Ran ran = run_placet({"consent", "import", (networks.folder / "good.json").string(), path, "--home",
                                    networks.home("operator-hospital-a"), "--json", "--timeout", "1"});
        INFO(ran.out);
        CHECK(ran.exit == 2);
        CHECK(field(ran).find(path) != std::string::npos);
        CHECK(says(ran, "nothing was imported"));
    }
    CHECK(says(run_placet({"consent", "import", "/nonexist", "--json"}), "does not exist"));
}

TEST_CASE("what is no consent's id is told what one looks like") {
    for (const std::string& id : {std::string("x"), std::string("hospital-a.1234.c-1"),
                                  "hospital-a." + kPseudonym + ".", std::string("../v1/actors")}) {
        const Ran ran = run_placet({"consent", "show", id, "--json"});
        INFO(id);
        CHECK(ran.exit == 2);
        CHECK(field(ran) == "ID");
        CHECK(says(ran, "CUSTODIAN.PSEUDONYM.CONSENT"));
    }
}

TEST_CASE("accesses that cannot be read are refused with file, line and column, once, and before any is journalled") {
    const TemporaryFolder folder;
    const std::string good = R"({"patient":"Patient/p1","staff":"s1","purpose":"TREAT","category":"Observation"})";
    const std::string file = (folder / "accesses.ndjson").string();
    const auto batch = [&](const std::string& text) {
        write_file(file, text);
        return run_placet({"access", "batch", file, "--json"});
    };
    const Ran torn = batch(good + "\n\n{\"patient\":\"Patient/p1\",\"staff\":}\n");
    CHECK(torn.exit == 2);
    CHECK(field(torn) == file + ": line 3");
    CHECK(torn.json.at("error").text_at("message").starts_with("column 33: "));
    CHECK(says(torn, "nothing was journalled"));
    std::string many;
    for (int i = 0; i < 1500; ++i) many += good + "\n";
    CHECK(field(batch(many + R"({"patient":"p1"})" + "\n")) == file + ": line 1501: patient");
    CHECK(field(batch("{\"patient\":7}")) == file + ": patient");
    CHECK(batch("\n\n").exit == 2);
    CHECK(run_placet({"access", "batch", "/nonexist", "--json"}).exit == 2);
}

TEST_CASE("a registry of one network is not used for another one: both fingerprints are named") {
    const Networks& networks = Networks::made();
    std::ostringstream out, err;
    cli::frame::Terminal terminal(out, err, cli::frame::Terminal::Animation::off, cli::frame::Terminal::Colour::off);
    cli::frame::Context context{{}, terminal, "placet"};
    context.settings.home = networks.home("operator-hospital-a");
    {
        auto session = cli::link::Session::open(context);
        REQUIRE(session.has_value());
        auto custody = cli::link::edit_custody(*session);
        REQUIRE(custody.has_value());
        REQUIRE(custody->registry.ensure("Patient/p1"));
        REQUIRE(cli::link::save(*custody));
    }
    write_file(networks.folder / "c.json", R"({"resourceType":"Patient","id":"p1"})");
    write_file(networks.folder / "d.ndjson", R"({"resourceType":"Consent"})");
    const std::string other = (networks.folder / "two" / "genesis.json").string();
    const std::vector<std::vector<std::string>> commands = {
        {"consent", "import", (networks.folder / "d.ndjson").string()},
        {"consent", "list", "--patient", "p1"},
        {"dataset", "add-members", "d", "--all"}};
    for (auto words : commands) {
        words.insert(words.end(), {"--home", *context.settings.home, "--genesis", other, "--json", "--timeout", "1"});
        const Ran ran = run_placet(words);
        INFO(ran.out);
        CHECK(ran.exit == 2);
        CHECK(field(ran) == "--genesis " + other);
        CHECK(says(ran, networks.fingerprint("one")));
        CHECK(says(ran, networks.fingerprint("two")));
    }
}

TEST_CASE("nobody's home and no seat is made from a role, id, kind or address that there cannot be") {
    const TemporaryFolder folder;
    write_file(folder / "secret", "correct horse\n");
    const auto refused = [&](std::vector<std::string> words, const std::string& option) {
        words.insert(words.end(), {"--passphrase-file", (folder / "secret").string(), "--json"});
        const Ran ran = run_placet(words);
        INFO(ran.out);
        CHECK(ran.exit == 2);
        CHECK(field(ran) == option);
        CHECK_FALSE(std::filesystem::exists(folder / "new"));
    };
    const std::string place = (folder / "new").string();
    refused({"home", "init", place, "--actor", "dac1@hospital-a", "--role", "king"}, "--role");
    refused({"home", "init", place, "--actor", "dac1@hospital-a", "--role", "regulator", "--role", "operator"},
            "--role");
    refused({"home", "init", place, "--actor", "Dr. Anna@hospital-a", "--role", "dac"}, "--actor");
    refused({"home", "init", place, "--actor", "nobody", "--role", "dac"}, "--actor");
    refused({"home", "init", place, "--actor", "o@a", "--role", "operator", "--organisation-kind", "pub", "--country",
             "AT"},
            "--organisation-kind");
    refused({"home", "init", place, "--actor", "o@a", "--role", "operator", "--organisation-kind", "hospital",
             "--country", "Austria"},
            "--country");
    refused({"init", place, "--name", "Hospital A", "--peer-address", "h:1", "--api-address", "h:2"}, "--name");
    refused({"init", place, "--name", "a", "--peer-address", "h", "--api-address", "h:2"}, "--peer-address");
    refused({"init", place, "--name", "a", "--peer-address", "h:1", "--api-address", "h:port"}, "--api-address");
}

TEST_CASE("a disease, a country, a term with a value are looked at before anybody is asked") {
    const auto refused = [](std::vector<std::string> words, const std::string& option) {
        words.emplace_back("--json");
        const Ran ran = run_placet(words);
        INFO(ran.out);
        CHECK(ran.exit == 2);
        CHECK(field(ran) == option);
    };
    const std::vector<std::string> offer = {"dataset",     "register",       "d", "--title", "t",
                                            "--committee", "dac1@hospital-a"};
    const auto with = [](std::vector<std::string> words, std::initializer_list<std::string> more) {
        words.insert(words.end(), more);
        return words;
    };
    refused(with(offer, {"--permission", "DS=foo"}), "--permission");
    refused(with(offer, {"--permission", "XX"}), "--permission");
    for (const char* modifier : {"TS=abc", "TS=0", "MOR=soon", "GS=Germany", "NPU=yes", "US=,"})
        refused(with(offer, {"--modifier", modifier}), "--modifier");
    refused({"request", "check", "--dataset", "d", "--publish", "maybe"}, "--publish");
    refused({"request", "check", "--dataset", "d", "--accepted", "soon"}, "--accepted");
    refused(with(offer, {"--jurisdiction", "Germany"}), "--jurisdiction");
    refused({"request", "check", "--dataset", "d", "--purpose", "DS", "--disease", "MONDO:x"}, "--disease");
    refused({"request", "check", "--dataset", "d", "--country", "Germany"}, "--country");
    refused({"tx", "show", "zz"}, "ID");
    refused({"proof", "fetch", "zz"}, "ID");
}

TEST_CASE("a file of another kind is refused by its path, with what was wanted") {
    const Networks& networks = Networks::made();
    const std::string genesis = (networks.folder / "one" / "genesis.json").string();
    const std::string key = networks.home("patient") + "/tls.key";
    const auto refused = [](std::vector<std::string> words, const std::string& path, std::string_view wanted) {
        words.emplace_back("--json");
        const Ran ran = run_placet(words);
        INFO(ran.out);
        CHECK(ran.exit == 2);
        CHECK(field(ran) == path);
        CHECK(says(ran, wanted));
    };
    refused({"verify", genesis, "--genesis", genesis}, genesis, "proof bundle");
    refused({"verify", key, "--genesis", key}, key, "no genesis file");
    refused({"key", "show", genesis}, genesis, "no key file");
    refused({"key", "export", genesis, "--out", (networks.folder / "x").string()}, genesis, "no key file");
    refused({"genesis", "check", key}, key, "no genesis file");
    refused({"tx", "submit", genesis, "--home", networks.home("patient")}, genesis, "no signed transaction");
    refused({"patient", "accept", genesis, "--home", networks.home("patient")}, genesis, "no receipt");
    refused({"org", "enroll", genesis, "--home", networks.home("operator-hospital-a")}, genesis, "actor-card/1");
}

TEST_CASE("where a file is to be put is looked at before the ledger is asked for what is to stand in it") {
    const Networks& networks = Networks::made();
    const std::string id(64, 'a');
    const std::string folder = networks.folder.path().string();
    for (const std::string& place : {std::string("/nonexist/file"), folder}) {
        const std::vector<std::vector<std::string>> commands = {
            {"gateway", "release", "--grant", "g", "--out", place, "--home", networks.home("researcher-university")},
            {"proof", "fetch", id, "--out", place, "--home", networks.home("researcher-university")},
            {"patient", "enrol", "--patient", "p", "--card", networks.home("patient") + "/card.json", "--receipt", place, "--home",
             networks.home("operator-hospital-a")},
            {"patient", "withdraw", "--receipt", place, "--home", networks.home("patient")}};
        for (auto words : commands) {
            words.emplace_back("--json");
            const Ran ran = run_placet(words);
            INFO(ran.out);
            CHECK(ran.exit == 2);
            CHECK(field(ran) == place);
            CHECK(says(ran, "cannot be written"));
        }
    }
}

TEST_CASE("a word that is none of a few is told them") {
    CHECK(says(run_placet({"request", "list", "--state", "open", "--json"}),
               "submitted, review, granted, refused and withdrawn"));
    CHECK(says(run_placet({"request", "watch", "r-1", "--until", "grantd", "--json"}), "did you mean granted?"));
    CHECK(says(run_placet({"org", "list", "--role", "king", "--json"}), "researcher"));
    CHECK(run_placet({"org", "list", "--role", "king"}).exit == 2);
}
