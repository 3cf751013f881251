// RocksDB's own table reader, and the format of its logs (rocksdb/wiki, Write Ahead Log File Format).
#include "tests/leak/stored.hpp"

#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace placet::tests {

namespace {

constexpr std::size_t kBlock = 32 * 1024;
constexpr std::size_t kHeader = 7;  // checksum (4), length (2), type (1)

void must(const rocksdb::Status& status, const std::filesystem::path& file) {
    if (!status.ok()) throw std::runtime_error(file.string() + ": " + status.ToString());
}

}  // namespace

TableContent table_content(const std::filesystem::path& file) {
    rocksdb::SstFileReader reader{rocksdb::Options()};
    must(reader.Open(file.string()), file);
    must(reader.VerifyChecksum(), file);
    TableContent out;
    out.compression = reader.GetTableProperties()->compression_name;
    const std::unique_ptr<rocksdb::Iterator> iterator(reader.NewIterator(rocksdb::ReadOptions()));
    for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
        out.octets.append(iterator->key().data(), iterator->key().size()).append("\n");
        out.octets.append(iterator->value().data(), iterator->value().size()).append("\n");
        ++out.entries;
    }
    must(iterator->status(), file);
    return out;
}

std::string log_content(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(all[at]); };
    std::string out;
    std::size_t at = 0;
    while (at + kHeader <= all.size()) {
        const std::size_t left = kBlock - at % kBlock;
        if (left < kHeader) {  // a trailer of zeros
            at += left;
            continue;
        }
        const std::size_t length = octet(at + 4) | octet(at + 5) << 8U;
        const unsigned type = octet(at + 6);
        if (type == 0 && length == 0) break;  // what was allocated and not written yet
        if (type < 1 || type > 4)
            throw std::runtime_error(file.string() + ": a record of unknown type " + std::to_string(type));
        if (at + kHeader + length > all.size())
            break;  // torn off when the process was killed; the raw file is searched too
        out.append(all, at + kHeader, length);
        at += kHeader + length;
    }
    return out;
}

}  // namespace placet::tests
