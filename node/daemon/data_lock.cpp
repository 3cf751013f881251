// flock on data/LOCK: see data_lock.hpp. The kernel releases it when the process ends, however it ends.
#include "node/daemon/data_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace placet::node {

base::Result<DataLock> DataLock::take(const std::filesystem::path& data) {
    std::error_code error;
    if (!std::filesystem::exists(data)) {
        std::filesystem::create_directories(data, error);
        if (!error) std::filesystem::permissions(data, std::filesystem::perms::owner_all, error);
    }
    if (error) return base::refuse(base::ErrorCode::io, "cannot make the data folder: " + error.message(), data.string());
    const auto path = data / "LOCK";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return base::refuse(base::ErrorCode::io, std::string("cannot open it: ") + std::strerror(errno), path.string());
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        char holder[32] = {};
        const auto count = ::pread(descriptor, holder, sizeof holder - 1, 0);
        ::close(descriptor);
        std::string pid(holder, count > 0 ? static_cast<std::size_t>(count) : 0);
        while (!pid.empty() && pid.back() == '\n') pid.pop_back();
        return base::refuse(base::ErrorCode::conflict,
                            "another placetd (pid " + pid + ") runs on this data folder; stop it first, or give this one a folder of its own", data.string());
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    const bool written = ::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
    if (!written) {
        ::close(descriptor);
        return base::refuse(base::ErrorCode::io, std::string("cannot write it: ") + std::strerror(errno), path.string());
    }
    return DataLock(descriptor);
}

DataLock::~DataLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace placet::node
