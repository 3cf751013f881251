// Sockets of our own, read to the end so that everything has passed when we return.
#include "tests/leak/own_network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace placet::tests {

const OwnNetwork& own_network() {
    static const OwnNetwork kNetwork = [] {
        const std::string why = enter_own_network();
        return OwnNetwork{why.empty(), why};
    }();
    return kNetwork;
}

std::uint16_t say_in_clear(const std::vector<std::string>& words) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const named = reinterpret_cast<sockaddr*>(&address);
    if (::bind(server, named, size) != 0 || ::listen(server, 1) != 0 || ::getsockname(server, named, &size) != 0)
        throw std::runtime_error("no server on loopback");
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int at_once = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    if (::connect(client, named, size) != 0) throw std::runtime_error("no connection over loopback");
    const int served = ::accept4(server, nullptr, nullptr, SOCK_CLOEXEC);
    std::array<char, 4096> heard;
    for (const std::string& word : words) {
        if (::send(client, word.data(), word.size(), 0) != static_cast<ssize_t>(word.size()))
            throw std::runtime_error("cannot send over loopback");
        for (std::size_t got = 0; got < word.size();) {
            const ssize_t more = ::recv(served, heard.data(), heard.size(), 0);
            if (more <= 0) throw std::runtime_error("nothing comes over loopback");
            got += static_cast<std::size_t>(more);
        }
    }
    for (const int one : {client, served, server}) ::close(one);
    return ntohs(address.sin_port);
}

}  // namespace placet::tests
