// A full disk: see space_fault.hpp.
#include "tests/chaos/space_fault.hpp"

#include <fmt/format.h>

#include <csignal>

#include "tests/chaos/small_disk.hpp"

namespace placet::tests::chaos {

namespace {

constexpr std::uint64_t kMib = 1024 * 1024;
constexpr std::uint64_t kRoom = 160 * kMib;         // beside the data: well over limits.min_free_mib
constexpr std::uint64_t kTooLittle = 48 * kMib;     // under it
constexpr std::uint64_t kEnoughToStart = 3 * kMib;  // too little for RocksDB to reserve room for its log
constexpr std::uint64_t kNearlyNone = 64 * 1024;    // what a second of load fills

std::uint64_t size_of(const fs::path& folder) {
    std::uint64_t total = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) total += entry.file_size();
    return total;
}

void move_content(const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

/// It ends by itself with exit 1, and says that it is the disk and what to do.
void wait_full(Hands& hands, const std::string& name, std::size_t log_size) {
    if (!eventually([&] { return !hands.chain.runs(name); }))
        return hands.out.stalled.push_back(name + " goes on with a full disk");
    const int code = hands.chain.wait_exit(name);
    const std::string log = hands.log_since(name, log_size);
    const auto says = [&](std::string_view words) { return log.find(words) != std::string::npos; };
    const bool is_clear = says("make room and start it again") || says("free space on the disk and start again");
    if (code != 1 || !is_clear || !(says("this node stopped voting and ends") || says("start_failed")))
        hands.out.ended.push_back(fmt::format("{} on a full disk ended with {}: {}", name, code,
                                              log.substr(log.size() - std::min<std::size_t>(log.size(), 600))));
}

}  // namespace

void full_disk(Hands& hands) {
    if (const auto& why = why_no_mounts()) {
        hands.out.skipped = *why;
        return;
    }
    const std::string name = hands.some(1).front();
    const fs::path data = hands.chain.folder_of(name) / "data";
    const fs::path on_disk = hands.chain.folder_of(name) / "data.on-disk";
    const bool by_write = hands.turn % 2 == 0;
    hands.end(name);
    fs::rename(data, on_disk);
    fs::create_directory(data);
    std::optional<SmallDisk> disk(std::in_place, data, size_of(on_disk) + kRoom);
    move_content(on_disk, data);

    const std::size_t log_size = hands.chain.log_of(name).size();
    if (by_write) {
        disk->fill_but(kEnoughToStart);
        hands.chain.start(name, {"--limits.min_free_mib", "0"});
        hands.wait_ready({name});
        disk->fill_but(kNearlyNone);
    } else {
        hands.start({name});
        hands.wait_ready({name});
        disk->fill_but(kTooLittle);
    }
    wait_full(hands, name, log_size);
    (void)hands.goes_on();
    disk->remove_filling();
    if (hands.chain.runs(name)) hands.kill({name});
    hands.start({name});
    hands.wait_ready({name});

    // Home again: what is on the small disk is newer than what was kept.
    if (hands.chain.runs(name)) hands.end(name);
    fs::remove_all(on_disk);
    fs::create_directory(on_disk);
    move_content(data, on_disk);
    disk.reset();
    fs::remove_all(data);
    fs::rename(on_disk, data);
    hands.start({name});
    hands.wait_ready({name});
}

}  // namespace placet::tests::chaos
