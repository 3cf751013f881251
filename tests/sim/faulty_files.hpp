// A file system in memory that fails as disks do, under the real database: a crash loses, tears or reorders what was
// not synced, names included; a sync may fail, and then what it held is gone; the disk may be full; bits flip.
// Thread-safe: RocksDB has threads of its own.
#pragma once

#include <rocksdb/file_system.h>

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "tests/sim/prng.hpp"

namespace placet::sim {

class FaultyFiles final : public rocksdb::FileSystem {
public:
    using Status = rocksdb::IOStatus;
    using Io = rocksdb::IOOptions;
    using Debug = rocksdb::IODebugContext;

    // --- the faults; one thread, the world's
    /// Nothing is written any more: what the process does from here on never reaches the disk.
    void stop();
    /// What is there after the power came back: names up to a random directory change, of each file what was synced and
    /// some of the rest.
    enum class Loss : std::uint8_t { torn, reordered };
    void restart(Prng& prng, Loss loss);
    /// Every write and sync from now on fails, until restart().
    enum class Failure : std::uint8_t { none, sync, full };
    void fail(Failure failure);
    /// Flips one bit somewhere in what is stored. False if nothing is.
    [[nodiscard]] bool flip_bit(Prng& prng);

    // --- for its files
    struct File {
        std::string bytes;
        std::size_t synced = 0;
        std::uint64_t number = 0;  ///< in order of creation
    };
    using FilePtr = std::shared_ptr<File>;
    Status append(File& file, const rocksdb::Slice& data);
    Status sync(File& file);
    Status sync_names();
    Status read(const File& file, std::uint64_t offset, std::size_t n, rocksdb::Slice* result, char* scratch) const;

    // --- rocksdb::FileSystem
    [[nodiscard]] const char* Name() const override { return "FaultyFiles"; }
    Status NewSequentialFile(const std::string& name, const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result, Debug*) override;
    Status NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions&,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result, Debug*) override;
    Status NewWritableFile(const std::string& name, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSWritableFile>* result, Debug*) override;
    Status NewDirectory(const std::string& name, const Io&, std::unique_ptr<rocksdb::FSDirectory>* result,
                        Debug*) override;
    Status FileExists(const std::string& name, const Io&, Debug*) override;
    Status GetChildren(const std::string& directory, const Io&, std::vector<std::string>* result, Debug*) override;
    Status DeleteFile(const std::string& name, const Io&, Debug*) override;
    Status CreateDir(const std::string& name, const Io&, Debug*) override;
    Status CreateDirIfMissing(const std::string& name, const Io&, Debug*) override;
    Status DeleteDir(const std::string& name, const Io&, Debug*) override;
    Status GetFileSize(const std::string& name, const Io&, std::uint64_t* size, Debug*) override;
    Status GetFileModificationTime(const std::string& name, const Io&, std::uint64_t* time, Debug*) override;
    Status RenameFile(const std::string& from, const std::string& to, const Io&, Debug*) override;
    Status LockFile(const std::string& name, const Io&, rocksdb::FileLock** lock, Debug*) override;
    Status UnlockFile(rocksdb::FileLock* lock, const Io&, Debug*) override;
    /// RocksDB's own diary: kept nowhere, it is no data. (On these files its default logger stops the process when they
    /// fail.)
    Status NewLogger(const std::string& name, const Io&, std::shared_ptr<rocksdb::Logger>* result, Debug*) override;
    Status GetTestDirectory(const Io&, std::string* path, Debug*) override;
    Status GetAbsolutePath(const std::string& path, const Io&, std::string* absolute, Debug*) override;
    Status IsDirectory(const std::string& path, const Io&, bool* is_directory, Debug*) override;

private:
    using Names = std::map<std::string, FilePtr>;
    /// A change of a directory that is not synced yet: `to` names the file, or nothing any more.
    struct Change {
        std::string name;
        FilePtr to;
    };
    [[nodiscard]] FilePtr find(const std::string& name) const;
    void change(const std::string& name, FilePtr to);
    [[nodiscard]] Status writable() const;

    mutable std::mutex mutex_;
    Names names_;
    Names durable_names_;
    std::vector<Change> changes_;  ///< from durable_names_ to names_, in order
    std::map<std::string, bool> directories_;
    bool stopped_ = false;
    Failure failure_ = Failure::none;
    std::uint64_t created_ = 0;
};

}  // namespace placet::sim
