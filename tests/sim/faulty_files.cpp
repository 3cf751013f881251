// See faulty_files.hpp.
#include "tests/sim/faulty_files.hpp"

#include <algorithm>
#include <cstring>

namespace placet::sim {

namespace {

using Status = FaultyFiles::Status;
using Io = FaultyFiles::Io;
using Debug = FaultyFiles::Debug;
using FilePtr = FaultyFiles::FilePtr;

constexpr std::size_t kPage = 512;

class Reader final : public rocksdb::FSSequentialFile {
public:
    Reader(const FaultyFiles& files, FilePtr file) : files_(files), file_(std::move(file)) {}
    Status Read(std::size_t n, const Io&, rocksdb::Slice* result, char* scratch, Debug*) override {
        const Status status = files_.read(*file_, at_, n, result, scratch);
        at_ += result->size();
        return status;
    }
    Status Skip(std::uint64_t n) override {
        at_ += n;
        return Status::OK();
    }

private:
    const FaultyFiles& files_;
    FilePtr file_;
    std::uint64_t at_ = 0;
};

class RandomReader final : public rocksdb::FSRandomAccessFile {
public:
    RandomReader(const FaultyFiles& files, FilePtr file) : files_(files), file_(std::move(file)) {}
    Status Read(std::uint64_t offset, std::size_t n, const Io&, rocksdb::Slice* result, char* scratch,
                Debug*) const override {
        return files_.read(*file_, offset, n, result, scratch);
    }

private:
    const FaultyFiles& files_;
    FilePtr file_;
};

class Writer final : public rocksdb::FSWritableFile {
public:
    Writer(FaultyFiles& files, FilePtr file) : files_(files), file_(std::move(file)) {}
    using rocksdb::FSWritableFile::Append;
    Status Append(const rocksdb::Slice& data, const Io&, Debug*) override { return files_.append(*file_, data); }
    Status Close(const Io&, Debug*) override { return Status::OK(); }
    Status Flush(const Io&, Debug*) override { return Status::OK(); }
    Status Sync(const Io&, Debug*) override { return files_.sync(*file_); }
    /// Else the database refuses to sync its log while it may be appended to.
    [[nodiscard]] bool IsSyncThreadSafe() const override { return true; }
    std::uint64_t GetFileSize(const Io&, Debug*) override { return file_->bytes.size(); }

private:
    FaultyFiles& files_;
    FilePtr file_;
};

class Directory final : public rocksdb::FSDirectory {
public:
    explicit Directory(FaultyFiles& files) : files_(files) {}
    Status Fsync(const Io&, Debug*) override { return files_.sync_names(); }

private:
    FaultyFiles& files_;
};

class Lock final : public rocksdb::FileLock {};

class NoLogger final : public rocksdb::Logger {
public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
    [[nodiscard]] std::size_t GetLogFileSize() const override { return 0; }
};

Status missing(const std::string& name) {
    return Status::PathNotFound("No such file or directory", name);
}

}  // namespace

void FaultyFiles::stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
}

void FaultyFiles::fail(Failure failure) {
    const std::scoped_lock lock(mutex_);
    failure_ = failure;
}

void FaultyFiles::restart(Prng& prng, Loss loss) {
    const std::scoped_lock lock(mutex_);
    const bool sync_failed = failure_ == Failure::sync;
    stopped_ = false;
    failure_ = Failure::none;
    const std::size_t kept = prng.below(changes_.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) {
        if (changes_[i].to)
            durable_names_[changes_[i].name] = changes_[i].to;
        else
            durable_names_.erase(changes_[i].name);
    }
    changes_.clear();
    names_ = durable_names_;
    std::vector<File*> files;
    for (const auto& [name, file] : names_) files.push_back(file.get());
    std::ranges::sort(files, {}, &File::number);
    for (File* file : files) {
        const std::size_t unsynced = file->bytes.size() - file->synced;
        const std::size_t more = sync_failed ? 0 : prng.below(unsynced + 1);
        file->bytes.resize(file->synced + more);
        for (std::size_t page = file->synced; loss == Loss::reordered && page < file->bytes.size(); page += kPage)
            if (prng.percent(40))
                std::fill_n(file->bytes.begin() + static_cast<std::ptrdiff_t>(page),
                            std::min(kPage, file->bytes.size() - page), '\0');
        file->synced = file->bytes.size();
    }
}

bool FaultyFiles::flip_bit(Prng& prng) {
    const std::scoped_lock lock(mutex_);
    std::vector<File*> files;
    for (const auto& [name, file] : names_)
        if (!file->bytes.empty()) files.push_back(file.get());
    if (files.empty()) return false;
    std::ranges::sort(files, {}, &File::number);
    std::string& bytes = files[prng.below(files.size())]->bytes;
    char& octet = bytes[prng.below(bytes.size())];
    octet = static_cast<char>(static_cast<unsigned char>(octet) ^ (1U << prng.below(8)));
    return true;
}

Status FaultyFiles::writable() const {
    if (stopped_) return Status::IOError("the power is off");
    if (failure_ == Failure::full) return Status::NoSpace("the disk is full");
    return Status::OK();
}

Status FaultyFiles::append(File& file, const rocksdb::Slice& data) {
    const std::scoped_lock lock(mutex_);
    Status status = writable();
    if (status.ok()) file.bytes.append(data.data(), data.size());
    return status;
}

Status FaultyFiles::sync(File& file) {
    const std::scoped_lock lock(mutex_);
    if (failure_ == Failure::sync) return Status::IOError("fsync failed");
    Status status = writable();
    if (status.ok()) file.synced = file.bytes.size();
    return status;
}

Status FaultyFiles::sync_names() {
    const std::scoped_lock lock(mutex_);
    if (failure_ == Failure::sync) return Status::IOError("fsync of a directory failed");
    Status status = writable();
    if (!status.ok()) return status;
    durable_names_ = names_;
    changes_.clear();
    return status;
}

Status FaultyFiles::read(const File& file, std::uint64_t offset, std::size_t n, rocksdb::Slice* result,
                         char* scratch) const {
    const std::scoped_lock lock(mutex_);
    const std::size_t size = file.bytes.size();
    const std::size_t count = offset < size ? std::min<std::size_t>(n, size - offset) : 0;
    if (count > 0) std::memcpy(scratch, file.bytes.data() + offset, count);
    *result = rocksdb::Slice(scratch, count);
    return Status::OK();
}

FilePtr FaultyFiles::find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second;
}

void FaultyFiles::change(const std::string& name, FilePtr to) {
    if (to)
        names_[name] = to;
    else
        names_.erase(name);
    changes_.push_back({name, std::move(to)});
}

Status FaultyFiles::NewSequentialFile(const std::string& name, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* result, Debug*) {
    const std::scoped_lock lock(mutex_);
    FilePtr file = find(name);
    if (!file) return missing(name);
    *result = std::make_unique<Reader>(*this, std::move(file));
    return Status::OK();
}

Status FaultyFiles::NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSRandomAccessFile>* result, Debug*) {
    const std::scoped_lock lock(mutex_);
    FilePtr file = find(name);
    if (!file) return missing(name);
    *result = std::make_unique<RandomReader>(*this, std::move(file));
    return Status::OK();
}

Status FaultyFiles::NewWritableFile(const std::string& name, const rocksdb::FileOptions&,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result, Debug*) {
    const std::scoped_lock lock(mutex_);
    Status status = writable();
    if (!status.ok()) return status;
    auto file = std::make_shared<File>();
    file->number = created_++;
    change(name, file);
    *result = std::make_unique<Writer>(*this, std::move(file));
    return status;
}

Status FaultyFiles::NewDirectory(const std::string&, const Io&, std::unique_ptr<rocksdb::FSDirectory>* result, Debug*) {
    *result = std::make_unique<Directory>(*this);
    return Status::OK();
}

Status FaultyFiles::FileExists(const std::string& name, const Io&, Debug*) {
    const std::scoped_lock lock(mutex_);
    return names_.contains(name) || directories_.contains(name) ? Status::OK() : Status::NotFound(name);
}

Status FaultyFiles::GetChildren(const std::string& directory, const Io&, std::vector<std::string>* result, Debug*) {
    const std::scoped_lock lock(mutex_);
    result->clear();
    const std::string prefix = directory.ends_with("/") ? directory : directory + "/";
    for (const auto& [name, file] : names_)
        if (name.starts_with(prefix) && name.find('/', prefix.size()) == std::string::npos)
            result->push_back(name.substr(prefix.size()));
    return Status::OK();
}

Status FaultyFiles::DeleteFile(const std::string& name, const Io&, Debug*) {
    const std::scoped_lock lock(mutex_);
    Status status = writable();
    if (!status.ok()) return status;
    if (!find(name)) return missing(name);
    change(name, nullptr);
    return status;
}

Status FaultyFiles::CreateDir(const std::string& name, const Io&, Debug*) {
    const std::scoped_lock lock(mutex_);
    directories_[name] = true;
    return Status::OK();
}

Status FaultyFiles::CreateDirIfMissing(const std::string& name, const Io& options, Debug* debug) {
    return CreateDir(name, options, debug);
}

Status FaultyFiles::DeleteDir(const std::string& name, const Io&, Debug*) {
    const std::scoped_lock lock(mutex_);
    directories_.erase(name);
    return Status::OK();
}

Status FaultyFiles::GetFileSize(const std::string& name, const Io&, std::uint64_t* size, Debug*) {
    const std::scoped_lock lock(mutex_);
    const FilePtr file = find(name);
    if (!file) return missing(name);
    *size = file->bytes.size();
    return Status::OK();
}

Status FaultyFiles::GetFileModificationTime(const std::string&, const Io&, std::uint64_t* time, Debug*) {
    *time = 0;
    return Status::OK();
}

Status FaultyFiles::RenameFile(const std::string& from, const std::string& to, const Io&, Debug*) {
    const std::scoped_lock lock(mutex_);
    Status status = writable();
    if (!status.ok()) return status;
    FilePtr file = find(from);
    if (!file) return missing(from);
    change(to, std::move(file));
    change(from, nullptr);
    return status;
}

Status FaultyFiles::LockFile(const std::string&, const Io&, rocksdb::FileLock** lock, Debug*) {
    *lock = new Lock();
    return Status::OK();
}

Status FaultyFiles::UnlockFile(rocksdb::FileLock* lock, const Io&, Debug*) {
    delete lock;
    return Status::OK();
}

Status FaultyFiles::NewLogger(const std::string&, const Io&, std::shared_ptr<rocksdb::Logger>* result, Debug*) {
    *result = std::make_shared<NoLogger>();
    return Status::OK();
}

Status FaultyFiles::GetTestDirectory(const Io&, std::string* path, Debug*) {
    *path = "/test";
    return Status::OK();
}

Status FaultyFiles::GetAbsolutePath(const std::string& path, const Io&, std::string* absolute, Debug*) {
    *absolute = path;
    return Status::OK();
}

Status FaultyFiles::IsDirectory(const std::string& path, const Io&, bool* is_directory, Debug*) {
    const std::scoped_lock lock(mutex_);
    *is_directory = directories_.contains(path);
    return Status::OK();
}

}  // namespace placet::sim
