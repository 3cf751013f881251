// packet(7) with a TPACKET_V3 ring, IPv4 and TCP headers read by hand (RFC 791, RFC 9293).
#include "tests/leak/capture.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <tuple>
#include <vector>

namespace placet::tests {

namespace {

constexpr unsigned kBlockBytes = 1U << 20;  // a segment on loopback has up to 64 KiB
constexpr unsigned kBlocks = 64;
constexpr std::size_t kEthernetHeader = 14;

std::string problem(const char* what) {
    return std::string(what) + ": " + std::strerror(errno);
}

bool write_file(const char* path, const std::string& text) {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool done = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    return done;
}

std::string raise_loopback() {
    const int any = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool up = ::ioctl(any, SIOCSIFFLAGS, &request) == 0;
    const std::string why = up ? "" : problem("loopback cannot be brought up");
    ::close(any);
    return why;
}

void write_all(int file, const void* bytes, std::size_t size, std::atomic<bool>& failed) {
    const char* from = static_cast<const char*>(bytes);
    while (size > 0 && !failed) {
        const ssize_t done = ::write(file, from, size);
        if (done <= 0) {
            failed = true;
            return;
        }
        from += done;
        size -= static_cast<std::size_t>(done);
    }
}

std::uint16_t number16(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                      static_cast<unsigned char>(bytes[at + 1]));
}
std::uint32_t number32(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(number16(bytes, at)) << 16 | number16(bytes, at + 2);
}

struct Segment {
    std::uint16_t from = 0;
    std::uint16_t to = 0;
    std::uint32_t sequence = 0;
    bool begins = false;  // SYN
    std::string_view payload;
};

bool read_segment(std::string_view frame, Segment& out) {
    if (frame.size() < kEthernetHeader + 40 || number16(frame, 12) != ETH_P_IP) return false;
    std::string_view packet = frame.substr(kEthernetHeader);
    const std::size_t header = (static_cast<unsigned char>(packet[0]) & 0x0FU) * 4U;
    const std::size_t total = number16(packet, 2);
    if (packet[9] != IPPROTO_TCP || packet.size() < header + 20) return false;
    if (total >= header + 20 && total < packet.size()) packet = packet.substr(0, total);
    const std::string_view tcp = packet.substr(header);
    const std::size_t offset = (static_cast<unsigned char>(tcp[12]) >> 4) * 4U;
    if (tcp.size() < offset) return false;
    out = {number16(tcp, 0), number16(tcp, 2), number32(tcp, 4), (static_cast<unsigned char>(tcp[13]) & 0x02U) != 0,
           tcp.substr(offset)};
    return true;
}

/// One direction of one connection while it is put together.
struct Growing {
    Flow flow;
    std::uint32_t next = 0;
    bool begun = false;

    void take(const Segment& segment) {
        if (!begun) {
            begun = true;
            next = segment.sequence + (segment.begins ? 1 : 0);
            if (segment.begins) return;
        }
        std::string_view payload = segment.payload;
        const auto ahead = static_cast<std::int32_t>(segment.sequence - next);
        if (payload.empty()) return;
        if (ahead > 0) flow.missing += static_cast<std::uint32_t>(ahead);
        if (ahead < 0) {  // sent again, wholly or in part
            const auto known = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
            if (known >= payload.size()) return;
            payload.remove_prefix(known);
        }
        flow.octets += payload;
        next = segment.sequence + static_cast<std::uint32_t>(segment.payload.size());
    }
};

}  // namespace

std::string enter_own_network() {
    if (::geteuid() == 0 && ::unshare(CLONE_NEWNET) == 0) return raise_loopback();
    const std::string user = std::to_string(::geteuid());
    const std::string group = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return problem("no network namespace of our own");
    if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", "0 " + user + " 1") ||
        !write_file("/proc/self/gid_map", "0 " + group + " 1"))
        return problem("no user of our own in the namespace");
    return raise_loopback();
}

std::unique_ptr<Capture> Capture::start(const std::filesystem::path& file, std::string& why) {
    std::unique_ptr<Capture> out(new Capture);
    out->path_ = file;
    out->socket_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (out->socket_ < 0) return why = problem("no packet socket"), nullptr;
    const int version = TPACKET_V3;
    tpacket_req3 request{};
    request.tp_block_size = kBlockBytes;
    request.tp_block_nr = kBlocks;
    request.tp_frame_size = 2048;
    request.tp_frame_nr = kBlockBytes / 2048 * kBlocks;
    request.tp_retire_blk_tov = 50;
    if (::setsockopt(out->socket_, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0 ||
        ::setsockopt(out->socket_, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
        return why = problem("no ring of packets"), nullptr;
    out->ring_ =
        ::mmap(nullptr, std::size_t{kBlockBytes} * kBlocks, PROT_READ | PROT_WRITE, MAP_SHARED, out->socket_, 0);
    if (out->ring_ == MAP_FAILED) return why = problem("no ring of packets"), nullptr;
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
    if (::bind(out->socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return why = problem("cannot listen on lo"), nullptr;
    out->out_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out->out_ < 0) return why = problem("no file for packets"), nullptr;
    out->thread_ = std::thread([self = out.get()] { self->run(); });
    return out;
}

// Until stopped, and then until the ring is empty.
void Capture::run() {
    unsigned number = 0;
    while (true) {
        auto* block =
            reinterpret_cast<tpacket_block_desc*>(static_cast<char*>(ring_) + std::size_t{number} * kBlockBytes);
        if ((__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) == 0) {
            pollfd waiting{socket_, POLLIN, 0};
            const int ready = ::poll(&waiting, 1, 200);  // longer than a block waits to be handed over
            if (ready == 0 && stop_) return;
            continue;
        }
        char* at = reinterpret_cast<char*>(block) + block->hdr.bh1.offset_to_first_pkt;
        for (std::uint32_t i = 0; i < block->hdr.bh1.num_pkts; ++i) {
            const auto* header = reinterpret_cast<const tpacket3_hdr*>(at);
            const auto* link = reinterpret_cast<const sockaddr_ll*>(at + TPACKET_ALIGN(sizeof(tpacket3_hdr)));
            if (link->sll_pkttype != PACKET_OUTGOING) {  // loopback shows each packet twice
                const std::uint32_t size = header->tp_snaplen;
                if (header->tp_snaplen != header->tp_len) failed_ = true;
                write_all(out_, &size, sizeof size, failed_);
                write_all(out_, at + header->tp_mac, size, failed_);
                ++packets_;
            }
            at += header->tp_next_offset;
        }
        __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
        number = (number + 1) % kBlocks;
    }
}

void Capture::stop() {
    if (!thread_.joinable()) return;
    stop_ = true;
    thread_.join();
    tpacket_stats_v3 statistics{};
    socklen_t size = sizeof statistics;
    ::getsockopt(socket_, SOL_PACKET, PACKET_STATISTICS, &statistics, &size);
    dropped_ = statistics.tp_drops + (failed_ ? 1 : 0);
}

Capture::~Capture() {
    stop();
    if (ring_ != nullptr && ring_ != MAP_FAILED) ::munmap(ring_, std::size_t{kBlockBytes} * kBlocks);
    if (socket_ >= 0) ::close(socket_);
    if (out_ >= 0) ::close(out_);
}

std::vector<Flow> Capture::flows() const {
    std::ifstream in(path_, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    std::map<std::tuple<std::uint16_t, std::uint16_t>, std::vector<Growing>>
        growing;  // ports are used again: a SYN begins anew
    std::string_view left = all;
    while (left.size() >= sizeof(std::uint32_t)) {
        std::uint32_t size = 0;
        std::memcpy(&size, left.data(), sizeof size);
        Segment segment;
        if (read_segment(left.substr(sizeof size, size), segment)) {
            auto& connections = growing[{segment.from, segment.to}];
            const bool again = segment.begins && !connections.empty() && connections.back().flow.octets.empty() &&
                               connections.back().next == segment.sequence + 1;
            if (connections.empty() || (segment.begins && !again))
                connections.push_back({{segment.from, segment.to, {}, 0}, 0, false});
            connections.back().take(segment);
        }
        left.remove_prefix(std::min(left.size(), sizeof size + size));
    }
    std::vector<Flow> out;
    for (auto& [ports, connections] : growing)
        for (Growing& one : connections) out.push_back(std::move(one.flow));
    return out;
}

}  // namespace placet::tests
