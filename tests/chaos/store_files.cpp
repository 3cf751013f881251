// The files of a store and one changed bit: see store_files.hpp.
#include "tests/chaos/store_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace placet::tests::chaos {

namespace fs = std::filesystem;

std::string_view to_string(StoreFile kind) noexcept {
    switch (kind) {
        case StoreFile::table:
            return "table";
        case StoreFile::log:
            return "log";
        case StoreFile::manifest:
            return "manifest";
        case StoreFile::current:
            return "current";
        case StoreFile::options:
            return "options";
        case StoreFile::identity:
            return "identity";
        case StoreFile::info:
            return "info";
    }
    return "unknown";
}

std::optional<StoreFile> kind_of(const fs::path& file) {
    const std::string name = file.filename().string();
    if (name.ends_with(".sst")) return StoreFile::table;
    if (name.ends_with(".log")) return StoreFile::log;
    if (name.starts_with("MANIFEST-")) return StoreFile::manifest;
    if (name == "CURRENT") return StoreFile::current;
    if (name.starts_with("OPTIONS-")) return StoreFile::options;
    if (name == "IDENTITY") return StoreFile::identity;
    if (name.starts_with("LOG")) return StoreFile::info;
    return std::nullopt;
}

std::optional<fs::path> any_file(const fs::path& store, StoreFile kind, Prng& prng) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(store))
        if (kind_of(entry.path()) == kind && entry.file_size() > 0) found.push_back(entry.path());
    if (found.empty()) return std::nullopt;
    std::ranges::sort(found);
    return found[prng.below(found.size())];
}

std::string flip_one_bit(const fs::path& file, Prng& prng) {
    const auto offset = static_cast<std::streamoff>(prng.below(fs::file_size(file)));
    const auto bit = static_cast<unsigned>(prng.below(8));
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(offset);
    const auto octet = static_cast<char>(stream.get() ^ static_cast<int>(1U << bit));
    stream.seekp(offset);
    stream.put(octet);
    stream.close();
    if (!stream) throw std::runtime_error("cannot change " + file.string());
    return fmt::format("bit {} of octet {} of {}", bit, offset, file.filename().string());
}

}  // namespace placet::tests::chaos
