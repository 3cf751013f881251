// Controls of the search itself: what is planted is found, in every encoding, in tables, in logs and across segments on
// the wire, and what is not there is not. A search that finds nothing would prove nothing without these.
#include <arpa/inet.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>

#include "tests/leak/needles.hpp"
#include "tests/leak/own_network.hpp"
#include "tests/leak/stored.hpp"

using namespace placet::tests;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kPersonal = {"Amelindra Sternwinkel", "A-48213907", "1952-03-11",
                                            "Am M\xC3\xBChlbach 12", "pa-0123456789"};

class Folder {
public:
    Folder() {
        char pattern[] = "/tmp/placet-leak-control-XXXXXX";
        path_ = ::mkdtemp(pattern);
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

private:
    fs::path path_;
};

std::string slurp(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("what is planted is found in every encoding, and nothing else is") {
    const Needles needles(kPersonal);
    for (const std::string& text : kPersonal) {
        const auto encodings = Needles::encodings_of(text);
        CHECK(encodings.size() >= 7);
        for (const auto& one : encodings) {
            INFO(text << " as " << one.encoding);
            for (const std::string& before : {std::string(), std::string("\0\x01 {\"", 5)}) {
                const auto found = needles.search(before + one.octets + "\",");
                REQUIRE(found.size() == 1);
                CHECK(found[0].text == text);
                CHECK(found[0].at == before.size());
            }
        }
    }
    CHECK(needles.search(std::string(100'000, 'A') + "Amelindra Stern").empty());
    CHECK(needles.search("").empty());
}

TEST_CASE("base64 is found as programs write it, wherever the text lies in its group of three") {
    const Needles needles(kPersonal);  // each line by `printf … | base64`
    CHECK(needles.search("QW1lbGluZHJhIFN0ZXJud2lua2Vs").size() == 1);
    CHECK(needles.search("eEFtZWxpbmRyYSBTdGVybndpbmtlbA==").size() == 1);
    CHECK(needles.search("eHhBbWVsaW5kcmEgU3Rlcm53aW5rZWw=").size() == 1);
}

TEST_CASE("digits run together count only as a whole token, and a text too short to be meant is refused") {
    const Needles needles(kPersonal);
    CHECK(needles.search("number 48213907.").size() == 1);
    CHECK(needles.search("1748213907123").empty());
    CHECK(needles.search("a19520311f").empty());
    CHECK(needles.search("19520311").size() == 1);
    CHECK_THROWS(Needles({"Ann"}));
}

TEST_CASE("a key that a table stores without its beginning is found, and so is what a log cuts in two") {
    const Folder folder;
    const Needles needles(kPersonal);
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options);
    const std::string table = (folder / "control.sst").string();
    REQUIRE(writer.Open(table).ok());
    REQUIRE(writer.Put("patients/Amelindra Stern", "1").ok());
    REQUIRE(writer.Put("patients/Amelindra Sternwinkel", "2").ok());
    REQUIRE(writer.Put("patients/Z", "3").ok());
    REQUIRE(writer.Finish().ok());
    CHECK(needles.search(slurp(table)).empty());
    const TableContent content = table_content(table);
    CHECK(content.entries == 3);
    CHECK(content.compression == "NoCompression");
    CHECK(needles.search(content.octets).size() == 1);

    bool cut = false;
    for (std::size_t filler = 32 * 1024 - 80; filler < 32 * 1024 && !cut; ++filler) {
        const std::string path = (folder / ("db" + std::to_string(filler)).c_str()).string();
        rocksdb::DB* opened = nullptr;
        REQUIRE(rocksdb::DB::Open(options, path, &opened).ok());
        const std::unique_ptr<rocksdb::DB> database(opened);
        REQUIRE(
            database->Put(rocksdb::WriteOptions(), "k", std::string(filler, 'x') + kPersonal[0] + std::string(100, 'y'))
                .ok());
        for (const auto& entry : fs::directory_iterator(path)) {
            if (entry.path().extension() != ".log") continue;
            CHECK(needles.search(log_content(entry.path())).size() == 1);
            cut = needles.search(slurp(entry.path())).empty();
        }
    }
    CHECK(cut);
}

TEST_CASE("what passes over loopback is captured, and put together where segments cut it") {
    const Folder folder;
    const OwnNetwork& network = own_network();
    std::string why = network.why;
    const auto capture = Capture::start(folder / "packets", why);
    if (!capture) {
        WARN("skipped: the wire cannot be captured here (" << why << ")");
        return;
    }
    const std::uint16_t port = say_in_clear({"Amelindra Ste", "rnwinkel"});
    capture->stop();
    CHECK(capture->dropped() == 0);
    const Needles needles(kPersonal);
    std::size_t found = 0;
    for (const Flow& flow : capture->flows()) {
        if (flow.to != port) continue;
        CHECK(flow.octets == "Amelindra Sternwinkel");
        CHECK(flow.missing == 0);
        found += needles.search(flow.octets).size();
    }
    CHECK(found == 1);
    CHECK(needles.search(slurp(capture->file())).empty());
}
