// A node's keys: a damaged file is refused by its name, with the way back.
#include "node/config/key_files.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "cli/home/seat.hpp"

using namespace placet;
namespace fs = std::filesystem;

namespace {

std::string slurp(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A seat as `placet init` makes it.
struct Seat {
    fs::path folder = fs::temp_directory_path() / ("placet-keys-" + std::to_string(::getpid()));
    node::Config config;
    Seat() {
        ::setenv("PLACET_SCRYPT_LOG2N", "10", 1);
        fs::remove_all(folder);
        fs::create_directories(folder);
        const auto passphrase = cli::home::make_passphrase_file(folder / "passphrase");
        REQUIRE(passphrase.has_value());
        const cli::home::SeatPlan plan{folder,        "hospital-a",  "hospital-a",
                                       "127.0.0.1:1", "127.0.0.1:2", folder / "genesis.json"};
        REQUIRE(cli::home::make_seat(plan, *passphrase, (folder / "passphrase").string()).has_value());
        config.role_text = "validator";
        config.keys = folder / "keys";
        config.passphrase_file = folder / "passphrase";
    }
    ~Seat() { fs::remove_all(folder); }
    /// How a node with this content of the file is refused.
    [[nodiscard]] base::Error refusal(const std::string& file, const std::string& content) const {
        const std::string whole = slurp(config.keys / file);
        std::ofstream(config.keys / file, std::ios::binary | std::ios::trunc) << content;
        const auto keys = node::open_keys(config);
        std::ofstream(config.keys / file, std::ios::binary | std::ios::trunc) << whole;
        REQUIRE_FALSE(keys.has_value());
        return keys.error();
    }
};

}  // namespace

TEST_CASE("a damaged key file or certificate is refused by its name, with the page that leads back") {
    const Seat seat;
    REQUIRE(node::open_keys(seat.config).has_value());
    const std::string other_certificate = [] {
        const auto made = crypto::make_certificate({"other", {"localhost"}, 1'790'000'000'000, 30});
        REQUIRE(made.has_value());
        return made->certificate_pem;
    }();
    for (const char* file :
         {"vote.key", "checkpoint.key", "service.key", "note.key", "parts-root.key", "tls.key", "tls.crt"}) {
        const std::string whole = slurp(seat.config.keys / file);
        std::string flipped = whole;
        flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
        for (const std::string& content : {std::string(), whole.substr(0, whole.size() / 2), std::string("not a key\n"),
                                           flipped, other_certificate}) {
            const base::Error error = seat.refusal(file, content);
            INFO(file << ": " << base::describe(error));
            CHECK(error.field == (seat.config.keys / file).string());
            CHECK(error.message.find("docs/operations.md, \"A damaged key file\"") != std::string::npos);
        }
    }
    REQUIRE(node::open_keys(seat.config).has_value());
}
