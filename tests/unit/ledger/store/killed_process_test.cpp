// A process that is killed with SIGKILL while it writes, again and again over the same directory.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "tests/unit/ledger/store/store_fixture.hpp"

using namespace placet;
using base::Bytes;
namespace fs = std::filesystem;

namespace {

constexpr const char* kDirectory = "PLACET_TEST_KILLED_DIRECTORY";
constexpr const char* kChild = "the process that will be killed";

/// Starts this program again as the writer; what it writes to its standard output is acknowledged.
struct Writer {
    explicit Writer(const fs::path& directory) {
        int ends[2];
        if (::pipe(ends) != 0) std::abort();
        process = ::fork();
        if (process == 0) {
            ::setenv(kDirectory, directory.c_str(), 1);
            ::dup2(ends[1], STDOUT_FILENO);
            ::execl("/proc/self/exe", "writer", kChild, static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(ends[1]);
        acknowledged_from = ends[0];
    }
    /// Waits for `count` acknowledgements, kills, and returns the last height that was acknowledged.
    std::uint64_t kill_after(int count) const {
        std::uint64_t last = 0;
        std::uint64_t height = 0;
        for (int i = 0; i < count && ::read(acknowledged_from, &height, sizeof height) == sizeof height; ++i)
            last = height;
        ::kill(process, SIGKILL);
        while (::read(acknowledged_from, &height, sizeof height) == sizeof height) last = height;
        ::close(acknowledged_from);
        int status = 0;
        ::waitpid(process, &status, 0);
        return WIFSIGNALED(status) ? last : 0;
    }
    pid_t process = -1;
    int acknowledged_from = -1;
};

}  // namespace

TEST_CASE("the process that will be killed", "[.]") {
    const char* directory = std::getenv(kDirectory);
    if (directory == nullptr) return;
    test::GrowingStore grown(static_cast<std::uint64_t>(::getpid()));
    const fs::path path = fs::path(directory) / "ledger";
    grown.store = test::open_store(path).value();
    const Bytes genesis = types::encode(test::store_network().genesis);
    std::ofstream(fs::path(directory) / "genesis", std::ios::binary)
        .write(reinterpret_cast<const char*>(genesis.data()), static_cast<std::streamsize>(genesis.size()));
    for (std::uint64_t height = 1;; ++height) {
        const state::UnsealedBlock block = grown.draw();
        if (!grown.store->append(block, block.record.seal)) return;
        store::RecordBatch batch;
        batch.put({store::RecordColumn::consensus, 1, height, {}}, Bytes(1000, 1));
        if (!grown.store->commit(std::span(&batch, 1), store::Durability::synced)) return;
        if (::write(STDOUT_FILENO, &height, sizeof height) != sizeof height) return;
    }
}

TEST_CASE("what was acknowledged before SIGKILL is there after it, and the store is whole") {
    for (const int acknowledgements : {1, 3, 17, 40}) {
        const test::ScratchDirectory scratch;
        const std::uint64_t last = Writer(scratch.path).kill_after(acknowledgements);
        REQUIRE(last >= static_cast<std::uint64_t>(acknowledgements));
        std::ifstream file(scratch.path / "genesis", std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        const types::Genesis genesis = types::decode_genesis(base::as_bytes(text)).value();
        const auto store = store::Store::open(scratch.path / "ledger", genesis,
                                              {test::ModelChain::genesis_writes(), test::parts_root()});
        INFO((store ? std::string() : base::describe(store.error())));
        REQUIRE(store.has_value());
        CHECK((*store)->snapshot()->height() >= last);
        CHECK((*store)->record({store::RecordColumn::consensus, 1, last, {}}).value().has_value());
        CHECK((*store)->fsck().has_value());
    }
}
