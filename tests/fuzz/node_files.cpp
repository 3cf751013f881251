// Fuzzes files of a node: configuration, sealed keys, and the durable records of consensus. The first octet chooses.
// Properties: whatever is wrong is an error with words; a key's public part reads the same again.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "consensus/durable_records.hpp"
#include "ledger/crypto/sealed_key.hpp"
#include "node/config/config.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/sim/fake_crypto.hpp"

namespace placet::fuzz {

namespace {

/// A file of this process's own, gone with it.
class Scratch {
public:
    Scratch()
        : path_(std::filesystem::temp_directory_path() / ("placet-fuzz-" + std::to_string(::getpid()) + ".toml")) {}
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    const std::filesystem::path& write(BytesView content) const {
        std::ofstream(path_, std::ios::binary | std::ios::trunc)
            .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
        return path_;
    }

private:
    std::filesystem::path path_;
};

void configuration(BytesView content) {
    static const Scratch kScratch;
    node::ConfigSources sources;
    sources.file = kScratch.write(content);
    const auto config = node::load_config(sources);
    require(config || !config.error().message.empty());
}

void key_file(BytesView content) {
    const auto info = crypto::read_key_info(content);
    require(info || !info.error().message.empty());
}

// One record after the other: [key length][value length: 2][key][value] …
void records(BytesView content) {
    std::vector<std::pair<Bytes, Bytes>> rows;
    while (content.size() >= 3) {
        const std::size_t key = std::min<std::size_t>(content[0], content.size() - 3);
        const std::size_t value = std::min<std::size_t>(content[1] * 256U + content[2], content.size() - 3 - key);
        rows.emplace_back(base::to_bytes(content.subspan(3, key)), base::to_bytes(content.subspan(3 + key, value)));
        content = content.subspan(3 + key + value);
    }
    static const auto kSet = sim::make_validators(4);
    const auto recovered = consensus::recover(rows, {}, {}, kSet.validators[0].vote_key);
    require(recovered || !recovered.error().message.empty());
}

Bytes with(std::uint8_t choice, BytesView content) {
    Bytes out{choice};
    base::append(out, content);
    return out;
}

}  // namespace

std::vector<Bytes> node_file_seeds() {
    const auto sealed = crypto::seal_key({"vote", "es256k", "es256k:02ab"},
                                         base::as_bytes("0123456789abcdef0123456789abcdef"), "passphrase", {10});
    const auto identity = consensus::identity_record({}, sim::make_validators(4).validators[0].vote_key);
    Bytes row{static_cast<std::uint8_t>(identity.key.size()), static_cast<std::uint8_t>(identity.value.size() / 256),
              static_cast<std::uint8_t>(identity.value.size() % 256)};
    base::append(row, identity.key);
    base::append(row, identity.value);
    return {with(0, base::as_bytes(node::documented_example())),
            with(0, base::as_bytes("name = \"hospital-a\"\n[api]\nthreads = 2\n")), with(1, sealed), with(2, row)};
}

void run_node_files(BytesView input) {
    if (input.empty()) return;
    const BytesView content = input.subspan(1);
    switch (input[0] % 3) {
        case 0:
            return configuration(content);
        case 1:
            return key_file(content);
        default:
            return records(content);
    }
}

}  // namespace placet::fuzz
