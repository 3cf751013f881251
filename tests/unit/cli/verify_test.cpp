// placet verify: exit 0 proved, 1 disproved, 2 unreadable, whatever the file is, without home, network or passphrase.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "api/dto/genesis.hpp"
#include "ledger/proof/build.hpp"
#include "tests/support/prng.hpp"
#include "tests/support/sample_chain.hpp"
#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using tests::cli::Ran;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {

struct Files {
    TemporaryFolder folder;
    base::Bytes bundle;

    explicit Files(std::size_t validators = 4) {
        tests::SampleChain chain(validators);
        const auto height = chain.append({chain.transaction(1), chain.transaction(2)});
        bundle = *proof::build_event_bundle({1, chain.leaves().at(1)}, chain.sealed(height), chain.log());
        write_file(folder / "genesis.json", api::dto::genesis_to_json(chain.genesis()));
    }
    Ran verify(base::BytesView bytes, std::vector<std::string> more = {"--json"}) const {
        write_file(folder / "bundle", base::as_text(bytes));
        std::vector<std::string> words{"verify", (folder / "bundle").string(), "--genesis", (folder / "genesis.json").string()};
        words.insert(words.end(), more.begin(), more.end());
        return run_placet(words);
    }
};

}  // namespace

TEST_CASE("a bundle that holds exits 0 and says what is proved and what is not") {
    const Files files;
    const Ran ran = files.verify(files.bundle);
    CHECK(ran.exit == 0);
    CHECK(ran.json.at("proved").truth());
    CHECK(ran.json.text_at("verdict") == "proved");
    CHECK_FALSE(ran.json.rows_at("proves").empty());
    CHECK_FALSE(ran.json.rows_at("does_not_prove").empty());
    CHECK(ran.json.at("event").text_at("code") == "recorded");
    const Ran words = files.verify(files.bundle, {});
    CHECK(words.out.starts_with("PROVED"));
    CHECK(words.out.find("NOT proved by this:") != std::string::npos);
}

TEST_CASE("every single changed bit of a bundle exits 1 or 2, never 0") {
    const Files files;
    for (std::size_t i = 0; i < files.bundle.size(); i += 7) {
        base::Bytes changed = files.bundle;
        changed[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
        const int exit = files.verify(changed).exit;
        INFO("octet " << i);
        CHECK((exit == 1 || exit == 2));
    }
}

TEST_CASE("truncated, extended and random files are unreadable") {
    const Files files;
    for (std::size_t size = 0; size < files.bundle.size(); size += 13)
        CHECK(files.verify(base::BytesView(files.bundle).first(size)).exit == 2);
    base::Bytes longer = files.bundle;
    longer.push_back(0);
    CHECK(files.verify(longer).exit == 2);
    tests::Prng prng(7);
    for (int i = 0; i < 50; ++i) {
        base::Bytes noise(prng.below(400));
        for (auto& octet : noise) octet = static_cast<std::uint8_t>(prng.below(256));
        CHECK(files.verify(noise).exit == 2);
    }
}

TEST_CASE("a small chain proves nothing without --allow-development, with that reason") {
    const Files files(1);
    const Ran refused = files.verify(files.bundle);
    CHECK(refused.exit == 1);
    CHECK_FALSE(refused.json.text_at("reason").empty());
    CHECK(files.verify(files.bundle, {"--allow-development"}).exit == 0);
}

TEST_CASE("a bundle of another chain is disproved") {
    const Files files;
    const Files other(7);
    CHECK(files.verify(other.bundle).exit == 1);
}

TEST_CASE("a missing genesis, a missing bundle and wrong options exit 2") {
    const Files files;
    write_file(files.folder / "bundle", base::as_text(files.bundle));
    CHECK(run_placet({"verify", (files.folder / "bundle").string()}).exit == 2);
    CHECK(run_placet({"verify", (files.folder / "bundle").string(), "--genesis", (files.folder / "none").string()}).exit == 2);
    CHECK(run_placet({"verify", (files.folder / "none").string(), "--genesis", (files.folder / "genesis.json").string()}).exit == 2);
    CHECK(run_placet({"verify", files.folder.path().string(), "--genesis", (files.folder / "genesis.json").string()}).exit == 2);
    CHECK(files.verify(files.bundle, {"--not-before", "yesterday"}).exit == 2);
    CHECK(files.verify(files.bundle, {"--checkpoint", "7"}).exit == 2);
}

TEST_CASE("freshness and a pinned checkpoint are tested where asked for") {
    const Files files;
    CHECK(files.verify(files.bundle, {"--not-before", "2030-01-01T00:00:00Z"}).exit == 1);
    CHECK(files.verify(files.bundle, {"--not-before", "2020-01-01T00:00:00Z"}).exit == 0);
    CHECK(files.verify(files.bundle, {"--checkpoint", "4:" + std::string(64, '0')}).exit == 1);
}

TEST_CASE("a verdict that cannot be written is none, and no signal takes its place") {
    const char* bin = std::getenv("PLACET_BIN");
    if (bin == nullptr) {
        WARN("skipped: PLACET_BIN does not say where placet is");
        return;
    }
    const std::string program = std::string(bin) + "/placet";
    // The exit code of `placet verify --help` with `output` as standard output; -1 if a signal ended it.
    const auto exit_into = [&](int output, const char* command, const char* option) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::dup2(output, STDOUT_FILENO);
            ::execl(program.c_str(), "placet", command, option, nullptr);
            ::_exit(127);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    };
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    int broken[2];
    REQUIRE((nowhere >= 0 && full >= 0 && ::pipe2(broken, O_CLOEXEC) == 0));
    ::close(broken[0]);
    CHECK(exit_into(nowhere, "verify", "--help") == 0);
    CHECK(exit_into(full, "verify", "--help") == 2);  // 1 is a verdict
    CHECK(exit_into(broken[1], "verify", "--help") == 2);
    CHECK(exit_into(full, "completion", "bash") == 1);
    for (const int one : {nowhere, full, broken[1]}) ::close(one);
}
