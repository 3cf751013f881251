// POSIX files with their errors in words.
#include "api/gateway/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;

namespace {

/// Closes a descriptor on every way out.
class Descriptor {
public:
    explicit Descriptor(int file) noexcept : file_(file) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (file_ >= 0) ::close(file_);
    }
    [[nodiscard]] int get() const noexcept { return file_; }

private:
    int file_;
};

std::unexpected<base::Error> io_error(std::string_view what, const std::filesystem::path& path) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
    return refuse(code, std::string(what) + " " + path.string() + ": " + std::strerror(errno), "file");
}

}  // namespace

Result<base::Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return io_error("cannot open", path);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return io_error("cannot look at", path);
    if (!S_ISREG(status.st_mode)) return refuse(ErrorCode::io, path.string() + " is not a plain file", "file");
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > max_bytes)
        return refuse(ErrorCode::too_large,
                      path.string() + " has " + std::to_string(size) + " octets; at most " + std::to_string(max_bytes) + " are read",
                      "file");
    base::Bytes content(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::read(file.get(), content.data() + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_error("cannot read", path);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    content.resize(done);
    return content;
}

Status write_all(int file, base::BytesView content) {
    while (!content.empty()) {
        const ssize_t put = ::write(file, content.data(), content.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return refuse(ErrorCode::io, std::string("cannot write: ") + std::strerror(errno), "file");
        content = content.subspan(static_cast<std::size_t>(put));
    }
    return {};
}

Status sync_folder(const std::filesystem::path& folder) {
    const std::filesystem::path name = folder.empty() ? std::filesystem::path(".") : folder;
    const Descriptor directory(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0) return io_error("cannot open", name);
    if (::fsync(directory.get()) != 0) return io_error("cannot sync", name);
    return {};
}

Status replace_file(const std::filesystem::path& path, base::BytesView content) {
    const std::filesystem::path fresh = path.string() + ".new";
    {
        const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file.get() < 0) return io_error("cannot create", fresh);
        PLACET_TRY(write_all(file.get(), content));
        if (::fsync(file.get()) != 0) return io_error("cannot sync", fresh);
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return io_error("cannot replace", path);
    return sync_folder(path.parent_path());
}

}  // namespace placet::api::gateway
