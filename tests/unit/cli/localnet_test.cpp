// localnet: what it makes, and that ports, second starts and stale processes are named. placetd itself is not run here.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "cli/localnet/daemon.hpp"
#include "cli/localnet/layout.hpp"
#include "cli/localnet/vigil.hpp"
#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using cli::localnet::DaemonState;
using tests::cli::read_file;
using tests::cli::run_placet;
using tests::cli::TemporaryFolder;
using tests::cli::write_file;

namespace {

/// A port of this machine, listened on until the end of the test.
struct UsedPort {
    int file = ::socket(AF_INET, SOCK_STREAM, 0);
    unsigned number = 0;
    UsedPort() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(file, 1) == 0);
        socklen_t size = sizeof address;
        ::getsockname(file, reinterpret_cast<sockaddr*>(&address), &size);
        number = ntohs(address.sin_port);
    }
    ~UsedPort() { ::close(file); }
};

/// A program that does nothing for a minute, in place of placetd.
void write_sleeper(const std::filesystem::path& path) {
    write_file(path, "#!/bin/sh\nexec sleep 60\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("a network has four seats, an observer and a home for everybody who acts") {
    const TemporaryFolder folder;
    const auto ran = run_placet({"localnet", "init", (folder / "net").string(), "--base-port", "29300", "--json"});
    REQUIRE(ran.exit == 0);
    CHECK(ran.json.rows_at("validators").size() == 4);
    for (const char* home : {"operator-hospital-a", "gateway-hospital-b", "dac3-hospital-c", "researcher-university", "regulator-regulator", "patient"}) {
        const std::string path = ran.json.at("homes").text_at(home);
        INFO(home);
        CHECK(run_placet({"home", "show", "--home", path}).exit == 0);
        CHECK(std::filesystem::exists(std::filesystem::path(path) / "card.json"));
    }
    CHECK(run_placet({"localnet", "init", (folder / "net").string(), "--base-port", "29300"}).exit == 1);
    const auto stopped = run_placet({"localnet", "status", (folder / "net").string(), "--json"});
    CHECK(stopped.exit == 1);
    CHECK(stopped.json.number_at("running") == 0);
    CHECK(run_placet({"localnet", "status", folder.path().string()}).exit == 2);
    CHECK(run_placet({"localnet", "start", (folder / "net").string(), "--only", "hospital-z"}).exit == 2);
}

TEST_CASE("a port in use is named before anything is made") {
    const TemporaryFolder folder;
    const UsedPort used;
    const auto ran = run_placet({"localnet", "init", (folder / "net").string(), "--base-port", std::to_string(used.number), "--json"});
    CHECK(ran.exit == 1);
    CHECK(ran.json.at("error").text_at("message").find("port " + std::to_string(used.number)) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "net"));
}

TEST_CASE("a node is started once, a killed one is stale, and a stopped one is gone") {
    const TemporaryFolder folder;
    const auto node = folder / "node";
    std::filesystem::create_directory(node);
    write_file(node / "placetd.toml", "");
    write_sleeper(folder / "placetd");
    CHECK(cli::localnet::daemon_status(node).state == DaemonState::stopped);
    const auto pid = cli::localnet::start_daemon(folder / "placetd", node);
    REQUIRE(pid.has_value());
    CHECK(cli::localnet::daemon_status(node).state == DaemonState::running);
    const auto second = cli::localnet::start_daemon(folder / "placetd", node);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == base::ErrorCode::conflict);
    const auto stopped = cli::localnet::stop_daemon(node, 5000);
    REQUIRE(stopped.has_value());
    CHECK(stopped->was_running);
    CHECK_FALSE(stopped->killed);
    CHECK(cli::localnet::daemon_status(node).state == DaemonState::stopped);
}

TEST_CASE("a pid that somebody else has by now is not taken for ours") {
    const TemporaryFolder folder;
    const auto node = folder / "node";
    std::filesystem::create_directory(node);
    write_file(node / "placetd.pid", std::to_string(::getpid()) + " 1\n");
    CHECK(cli::localnet::daemon_status(node).state == DaemonState::stale);
    const auto stopped = cli::localnet::stop_daemon(node, 100);
    REQUIRE(stopped.has_value());
    CHECK_FALSE(stopped->was_running);
    write_file(node / "placetd.pid", "garbage");
    CHECK(cli::localnet::daemon_status(node).state == DaemonState::stopped);
}

TEST_CASE("a missing placetd is an error of configuration that names it") {
    const TemporaryFolder folder;
    REQUIRE(run_placet({"localnet", "init", (folder / "net").string(), "--base-port", "29400"}).exit == 0);
    const auto ran = run_placet({"localnet", "start", (folder / "net").string(), "--placetd", (folder / "none").string(), "--json"});
    CHECK(ran.exit == 78);
    CHECK(ran.json.at("error").text_at("field").find("none") != std::string::npos);
}

TEST_CASE("a node on its way up is waited for while it gets on, not while it stands still, and not for ever") {
    using cli::localnet::Vigil;
    using std::chrono::seconds;
    const Vigil::Clock::time_point began{};
    Vigil slow(seconds(10), began);
    for (int at = 0; at <= 200; at += 9) {
        INFO(at);
        CHECK(slow.look("height " + std::to_string(at), began + seconds(at)) == Vigil::Verdict::wait);
    }
    CHECK(slow.look("height 300", began + seconds(201)) == Vigil::Verdict::takes_too_long);
    Vigil still(seconds(10), began);
    CHECK(still.look("height 7", began + seconds(5)) == Vigil::Verdict::wait);
    CHECK(still.look("height 7", began + seconds(15)) == Vigil::Verdict::wait);
    CHECK(still.look("height 7", began + seconds(16)) == Vigil::Verdict::stands_still);
}

TEST_CASE(
    "a node that is slow to come up but gets on is not given up after --timeout, and one that stands still is, with "
    "what it waits for") {
    const TemporaryFolder folder;
    const auto net = folder / "net";
    REQUIRE(run_placet({"localnet", "init", net.string(), "--base-port", "29500"}).exit == 0);
    const auto start = [&](const std::string& script) {
        write_file(folder / "placetd", "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(folder / "placetd", std::filesystem::perms::owner_all);
        return run_placet({"localnet", "start", net.string(), "--only", "hospital-a", "--placetd",
                           (folder / "placetd").string(), "--timeout", "1", "--json"});
    };
    const auto slow = start("for i in 1 2 3 4 5; do echo checking $i; sleep 0.5; done; echo no store; exit 1");
    CHECK(slow.exit == 1);
    CHECK(slow.json.at("error").text_at("message") == "ended; its last word: no store");
    const auto silent = start("exit 1");
    CHECK(silent.json.at("error").text_at("message") == "ended at once, without a word");  // not the last word of the one before
    const auto still = start("exec sleep 60");
    CHECK(still.exit == 5);
    CHECK(still.json.at("error").text_at("message").find("nothing has changed for 1 s") != std::string::npos);
    CHECK(still.json.at("error").text_at("message").find("its REST API does not answer yet") != std::string::npos);
    CHECK(run_placet({"localnet", "stop", net.string()}).exit == 0);
}
