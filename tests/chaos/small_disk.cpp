// A tmpfs for one node: see small_disk.hpp.
#include "tests/chaos/small_disk.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace placet::tests::chaos {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFilling = "filling";

bool write_text(const char* path, const std::string& text) {
    const int descriptor = ::open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(descriptor);
    return written;
}

/// Who is not root may mount in a user namespace, where he stays who he is.
bool enter_user_namespace() {
    const std::string user = std::to_string(::getuid());
    const std::string group = std::to_string(::getgid());
    return ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_text("/proc/self/uid_map", user + " " + user + " 1") &&
           write_text("/proc/self/setgroups", "deny") && write_text("/proc/self/gid_map", group + " " + group + " 1");
}

std::optional<std::string> enter_mount_namespace() {
    const bool entered = ::unshare(CLONE_NEWNS) == 0 || enter_user_namespace();
    if (entered && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) return std::nullopt;
    return std::string("no mount namespace: ") + std::strerror(errno);
}

}  // namespace

const std::optional<std::string>& why_no_mounts() {
    static const std::optional<std::string> why = enter_mount_namespace();
    return why;
}

SmallDisk::SmallDisk(fs::path at, std::uint64_t bytes) : at_(std::move(at)) {
    const std::string size = "mode=0700,size=" + std::to_string(bytes);
    if (why_no_mounts() || ::mount("small", at_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, size.c_str()) != 0)
        throw std::runtime_error("cannot mount a small disk at " + at_.string());
}

SmallDisk::~SmallDisk() {
    (void)::umount2(at_.c_str(), MNT_DETACH);
}

void SmallDisk::fill_but(std::uint64_t bytes) const {
    const std::uint64_t free = fs::space(at_).available;
    if (free <= bytes) return;
    const int descriptor = ::open((at_ / kFilling).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const off_t end = descriptor < 0 ? 0 : ::lseek(descriptor, 0, SEEK_END);
    const bool filled = descriptor >= 0 && ::posix_fallocate(descriptor, end, static_cast<off_t>(free - bytes)) == 0;
    if (descriptor >= 0) ::close(descriptor);
    if (!filled) throw std::runtime_error("cannot fill " + at_.string());
}

void SmallDisk::remove_filling() const {
    fs::remove(at_ / kFilling);
}

}  // namespace placet::tests::chaos
