// One validator: recording, proving, restarting, and every way to refuse a start. A chain of one is for development; what is tested here
// does not depend on how many there are.
#include <catch2/catch.hpp>

#include <sys/socket.h>

#include <csignal>
#include <fstream>

#include "ledger/base/hex.hpp"
#include "tests/integration/acknowledged.hpp"

using namespace placet;
using namespace placet::tests;
using namespace std::chrono_literals;

namespace {

const std::string kNode = Chain::name(0);

bool says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

// The largest file of the store with this ending.
fs::path largest(const fs::path& folder, const std::string& ending) {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ending && (found.empty() || entry.file_size() > fs::file_size(found))) found = entry.path();
    return found;
}

void flip_in_the_middle(const fs::path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(path) / 2);
    file.seekg(middle);
    const int octet = file.get();
    file.seekp(middle);
    file.put(static_cast<char>(octet ^ 0xff));
}

}  // namespace

TEST_CASE("one validator records, proves, ends on SIGTERM, starts again, and refuses a corrupt store") {
    Chain chain(1);
    chain.start_all();
    auto client = chain.client(chain.operator_of(0));
    std::vector<api::dto::Receipt> receipts;
    for (int i = 0; i < 20; ++i) {
        const auto receipt = client.submit(chain.enrolment(chain.operator_of(0), "nurse-" + std::to_string(i)), {}, 20s);
        INFO(chain.log_of(kNode));
        REQUIRE(receipt.has_value());
        CHECK(receipt->outcome.code == "enrolled");
        receipts.push_back(*receipt);
    }
    CHECK(missing_at(chain, kNode, receipts) == std::vector<std::string>{});

    // The same transaction again is the same receipt; the same actor again is a receipt that says no.
    const auto again = chain.enrolment(chain.operator_of(0), "nurse-0");
    const auto refused = client.submit(again, {}, 20s);
    REQUIRE(refused.has_value());
    CHECK_FALSE(refused->outcome.accepted);
    CHECK(client.submit(again, {}, 20s).value() == *refused);

    // An audited read stands on the ledger within seconds, under the node that served it.
    auto auditor = chain.client(chain.auditor());
    REQUIRE(auditor.get("/v1/access-events?custodian=hospital-0").has_value());
    std::string answer;
    const bool recorded = eventually([&] {
        const auto reads = auditor.get("/v1/trail-reads?node=" + kNode);
        answer = reads ? std::string(base::as_text(*reads)) : base::describe(reads.error());
        return says(answer, "\"reader\":\"auditor@regulator\"");
    });
    INFO(answer.substr(0, 2000));
    CHECK(recorded);

    const auto second = chain.run({"--config", (chain.folder_of(kNode) / "placetd.toml").string()});
    CHECK(second.code == 1);
    CHECK(says(second.output, "another placetd (pid "));

    chain.signal(kNode, SIGTERM);
    CHECK(chain.wait_exit(kNode) == 0);
    CHECK(says(chain.log_of(kNode), "clean end"));

    chain.start(kNode);
    REQUIRE(eventually([&] { return chain.ready(kNode); }));
    CHECK(missing_at(chain, kNode, receipts) == std::vector<std::string>{});
    chain.signal(kNode, SIGTERM);
    CHECK(chain.wait_exit(kNode) == 0);

    flip_in_the_middle(largest(chain.folder_of(kNode) / "data" / "store", ".sst"));
    chain.start(kNode);
    CHECK(chain.wait_exit(kNode) == 1);
    const auto log = chain.log_of(kNode);
    INFO(log.substr(log.size() > 2000 ? log.size() - 2000 : 0));
    CHECK(says(log, "(corrupt)"));
    CHECK(says(log, "move "));
    CHECK(says(log, "aside and start again"));
}

TEST_CASE("a killed validator loses nothing that it acknowledged") {
    Chain chain(1);
    chain.start_all();
    std::vector<api::dto::Receipt> receipts;
    for (int round = 0; round < 3; ++round) {
        Load load(chain, 2);
        const std::size_t enough = 30;
        REQUIRE(eventually([&] { return load.count() >= enough; }));
        chain.signal(kNode, SIGKILL);
        CHECK(chain.wait_exit(kNode) == 128 + SIGKILL);
        chain.start(kNode);
        REQUIRE(eventually([&] { return chain.ready(kNode); }));
        load.stop();
        const auto more = load.acknowledged();
        receipts.insert(receipts.end(), more.begin(), more.end());
        CHECK(missing_at(chain, kNode, receipts) == std::vector<std::string>{});
    }
}

TEST_CASE("a full disk stops the validator with a message, and nothing acknowledged is lost") {
    Chain chain(1);
    // No file may grow past this: the write-ahead log reaches it first.
    chain.start(kNode, {}, 256 * 1024);
    REQUIRE(eventually([&] { return chain.ready(kNode); }));
    chain.enrol_auditor();
    Load load(chain, 2);
    CHECK(chain.wait_exit(kNode) == 1);
    const auto log = chain.log_of(kNode);
    INFO(log.substr(log.size() > 2000 ? log.size() - 2000 : 0));
    CHECK(says(log, "this node stopped voting and ends"));
    CHECK(load.count() > 0);
    chain.start(kNode);
    REQUIRE(eventually([&] { return chain.ready(kNode); }));
    load.stop();
    CHECK(missing_at(chain, kNode, load.acknowledged()) == std::vector<std::string>{});
}

TEST_CASE("a configuration, key or port that cannot be is refused with its name") {
    Chain chain(1);
    const auto file = (chain.folder_of(kNode) / "placetd.toml").string();
    const auto check = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--config", file});
        return chain.run(arguments);
    };
    CHECK(check({"--check-config"}).code == 0);
    CHECK(check({"--nmae", "x"}).code == 2);
    const auto unknown = chain.run({"--check-config", "--config", file, "--name", "hospital-9"});
    CHECK(unknown.code == 0);  // it may have a seat in a later epoch
    CHECK(says(unknown.output, "epoch 0 has no validator 'hospital-9'"));

    std::ofstream(file, std::ios::app) << "[consenus]\nview_timeout_ms = 5\n";
    const auto misspelt = check({"--check-config"});
    CHECK(misspelt.code == 78);
    CHECK(says(misspelt.output, "unknown key 'consenus'"));
    CHECK(says(misspelt.output, "placetd.toml:"));

    Chain other(1);
    fs::permissions(other.folder_of(kNode) / "keys" / "vote.key", fs::perms::group_read, fs::perm_options::add);
    const auto readable = other.run({"--config", (other.folder_of(kNode) / "placetd.toml").string()});
    CHECK(readable.code == 78);
    CHECK(says(readable.output, "chmod 600"));

    Chain third(1);
    third.start_all();
    Chain fourth(1);
    const auto taken = fourth.run({"--config", (fourth.folder_of(kNode) / "placetd.toml").string(), "--api.listen",
                                   third.genesis().validators.validators[0].api_address});
    CHECK(taken.code == 1);
    CHECK(says(taken.output, third.genesis().validators.validators[0].api_address));
}
