// The pieces of which faults of stores are made.
#include "tests/chaos/store_files.hpp"

#include <stdlib.h>

#include <bit>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>

using namespace placet::tests;
using namespace placet::tests::chaos;

namespace {

namespace fs = std::filesystem;

class Folder {
public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "placet-store-files-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path_); }
    fs::path write(const std::string& name, const std::string& content) const {
        std::ofstream(path_ / name, std::ios::binary) << content;
        return path_ / name;
    }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("the flipper changes exactly one bit, each time another, and never the length") {
    const Folder folder;
    const std::string before(64, 'x');
    std::set<std::string> places;
    Prng prng(1);
    for (int i = 0; i < 64; ++i) {
        const auto file = folder.write("000007.sst", before);
        places.insert(flip_one_bit(file, prng));
        const std::string after = read(file);
        REQUIRE(after.size() == before.size());
        int changed = 0;
        for (std::size_t at = 0; at < before.size(); ++at)
            changed += std::popcount(static_cast<unsigned char>(before[at] ^ after[at]));
        CHECK(changed == 1);
    }
    CHECK(places.size() > 32);
}

TEST_CASE("every file of a store has its kind, and an empty one is never chosen") {
    CHECK(kind_of("store/000012.sst") == StoreFile::table);
    CHECK(kind_of("store/000011.log") == StoreFile::log);
    CHECK(kind_of("store/MANIFEST-000010") == StoreFile::manifest);
    CHECK(kind_of("store/CURRENT") == StoreFile::current);
    CHECK(kind_of("store/OPTIONS-000009") == StoreFile::options);
    CHECK(kind_of("store/IDENTITY") == StoreFile::identity);
    CHECK(kind_of("store/LOG.old.1") == StoreFile::info);
    CHECK_FALSE(kind_of("store/LOCK").has_value());

    const Folder folder;
    Prng prng(2);
    folder.write("000001.log", "");
    CHECK_FALSE(any_file(folder.path(), StoreFile::log, prng).has_value());
    const auto file = folder.write("000002.log", "something");
    for (int i = 0; i < 16; ++i) CHECK(any_file(folder.path(), StoreFile::log, prng) == file);
    CHECK_FALSE(any_file(folder.path(), StoreFile::table, prng).has_value());
}
