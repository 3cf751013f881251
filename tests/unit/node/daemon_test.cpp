// The lock on a data folder, and the seat that a node's keys must fit.
#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include "node/daemon/data_lock.hpp"

using namespace placet;

TEST_CASE("a data folder has one holder, named to the second, and is free when the holder ends") {
    const auto folder = std::filesystem::temp_directory_path() / ("placet-lock-" + std::to_string(::getpid()));
    {
        const auto lock = node::DataLock::take(folder);
        REQUIRE(lock.has_value());
        const auto second = node::DataLock::take(folder);
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == base::ErrorCode::conflict);
        CHECK(second.error().message.find("pid " + std::to_string(::getpid())) != std::string::npos);
    }
    CHECK(node::DataLock::take(folder).has_value());
    // A process that dies holding it leaves the file, not the lock.
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = node::DataLock::take(folder);
        ::_exit(lock ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(node::DataLock::take(folder).has_value());
    std::filesystem::remove_all(folder);
}

TEST_CASE("a data folder that cannot be made is refused with its path") {
    const auto lock = node::DataLock::take("/proc/placet");
    REQUIRE_FALSE(lock.has_value());
    CHECK(lock.error().field.find("/proc/placet") != std::string::npos);
}
