// POSIX calls, because modes and fsync matter here.
#include "cli/home/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace placet::cli::home {

using base::ErrorCode;
using base::refuse;

namespace {
std::unexpected<base::Error> io_error(const std::string& what, const std::filesystem::path& path) {
    return refuse(ErrorCode::io, what + ": " + std::strerror(errno), path.string());
}

/// Closes on every way out.
struct Descriptor {
    int number = -1;
    ~Descriptor() {
        if (number > STDERR_FILENO) ::close(number);
    }
};

base::Status write_all(int file, base::BytesView content, const std::filesystem::path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return io_error("cannot write", path);
        content = content.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(file) != 0) return io_error("cannot make durable", path);
    return {};
}

void sync_folder_of(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const Descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.number >= 0) ::fsync(directory.number);
}
}  // namespace

base::Result<base::Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
    Descriptor file{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.number < 0) return io_error("cannot open", path);
    struct stat status {};
    if (::fstat(file.number, &status) == 0 && S_ISDIR(status.st_mode)) return refuse(ErrorCode::io, "is a folder", path.string());
    base::Bytes out;
    std::array<std::uint8_t, 65536> chunk;
    for (;;) {
        const ssize_t got = ::read(file.number, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return io_error("cannot read", path);
        if (got == 0) return out;
        if (out.size() + static_cast<std::size_t>(got) > max_bytes)
            return refuse(ErrorCode::io, "is larger than " + std::to_string(max_bytes) + " octets", path.string());
        out.insert(out.end(), chunk.begin(), chunk.begin() + got);
    }
}

base::Result<std::string> read_text(const std::filesystem::path& path, std::size_t max_bytes) {
    PLACET_TRY_ASSIGN(const base::Bytes bytes, read_file(path, max_bytes));
    return std::string(base::as_text(bytes));
}

base::Status create_private(const std::filesystem::path& path, base::BytesView content) {
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (file.number < 0 && errno == EEXIST)
        return refuse(ErrorCode::conflict, "exists already and is never overwritten; choose another place or move it away", path.string());
    if (file.number < 0) return io_error("cannot create", path);
    PLACET_TRY(write_all(file.number, content, path));
    sync_folder_of(path);
    return {};
}

base::Status replace_file(const std::filesystem::path& path, base::BytesView content, Privacy privacy) {
    const std::filesystem::path beside = path.string() + ".new";
    const mode_t mode = privacy == Privacy::secret ? 0600 : 0644;
    {
        const Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)};
        if (file.number < 0) return io_error("cannot create", beside);
        PLACET_TRY(write_all(file.number, content, beside));
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) return io_error("cannot replace", path);
    sync_folder_of(path);
    return {};
}

base::Status make_folder(const std::filesystem::path& path) {
    std::filesystem::path sofar;
    for (const auto& part : path) {
        sofar /= part;
        if (sofar.empty() || part == "." || part == ".." || part == "/") continue;
        if (::mkdir(sofar.c_str(), 0700) != 0 && errno != EEXIST) return io_error("cannot make the folder", sofar);
    }
    std::error_code error;
    if (!path.empty() && !std::filesystem::is_directory(path, error))
        return refuse(ErrorCode::io, "is not a folder", path.string());
    return {};
}

}  // namespace placet::cli::home
