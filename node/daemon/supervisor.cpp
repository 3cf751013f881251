// Telling the service manager and the operator: see supervisor.hpp.
#include "node/daemon/supervisor.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "node/work/clock.hpp"

namespace placet::node {

namespace {
constexpr base::TimeMs kDayMs = 24ULL * 3600 * 1000;
constexpr base::TimeMs kWarnDays = 30;
}  // namespace

void Supervisor::notify_ready() const {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || std::strlen(path) < 2) return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t size = std::strlen(path);
    if (size >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, path, size);
    if (path[0] == '@') address.sun_path[0] = '\0';
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    constexpr std::string_view kReady = "READY=1";
    (void)::sendto(descriptor, kReady.data(), kReady.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size));
    ::close(descriptor);
}

void Supervisor::warn_of_certificate(const TlsFiles& tls) const {
    const auto now = now_ms();
    if (tls.expires_ms > now + kWarnDays * kDayMs) return;
    log.warn("certificate_expiring",
             "this node's TLS certificate ends soon or has ended: make a new one for the same key (docs/operations.md, Certificate expiring)",
             {{"ends", base::to_rfc3339(tls.expires_ms)}});
}

}  // namespace placet::node
