// Reads the journal line by line with a bounded buffer; writes with O_APPEND and fdatasync.
#include "api/gateway/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "api/gateway/durable_file.hpp"
#include "ledger/base/cbor.hpp"
#include "ledger/base/hex.hpp"

namespace placet::api::gateway {

using base::ErrorCode;
using base::refuse;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kTag = "placet/journal/1";

crypto::Hash chained(std::uint64_t number, const crypto::Hash& previous, base::BytesView payload) {
    base::cbor::Writer writer;
    writer.array(3).uint(number).bytes(previous.view()).bytes(payload);
    return crypto::tagged_hash(kTag, writer.view());
}

std::string header_line(const JournalIdentity& identity) {
    return "placet-journal 1 " + base::to_hex(identity.genesis.view()) + " " + identity.custodian;
}

std::unexpected<base::Error> broken(const std::filesystem::path& path, std::uint64_t line, std::string_view why) {
    return refuse(ErrorCode::corrupt,
                  path.string() + ", line " + std::to_string(line) + ": " + std::string(why) +
                      ". The journal was changed after it was written; keep the file as evidence, restore it from the last backup "
                      "and compare with the ledger's batches",
                  "line " + std::to_string(line));
}

struct Line {
    std::uint64_t number = 0;
    base::Bytes payload;
    crypto::Hash hash;
};

Result<Line> parse_line(std::string_view text) {
    const std::size_t first = text.find(' '), second = text.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos)
        return refuse(ErrorCode::malformed, "it is not a number, a payload and a hash");
    Line line;
    const std::string_view number = text.substr(0, first);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), line.number);
    if (error != std::errc() || end != number.data() + number.size()) return refuse(ErrorCode::malformed, "its number is no number");
    PLACET_TRY_ASSIGN(line.payload, base::from_hex(text.substr(first + 1, second - first - 1)));
    PLACET_TRY_ASSIGN(line.hash, base::fixed_from_hex<crypto::Hash>(text.substr(second + 1)));
    return line;
}

/// Hands out whole lines of a descriptor; what is left at the end is the torn tail.
class LineReader {
public:
    explicit LineReader(int file) noexcept : file_(file) {}

    /// False at the end of the whole lines, or on an error (then `status` says so).
    bool next(std::string_view& line) {
        for (;;) {
            const std::size_t end = buffer_.find('\n', at_);
            if (end != std::string::npos) {
                line = std::string_view(buffer_).substr(at_, end - at_);
                at_ = end + 1;
                return true;
            }
            if (!fill()) return false;
        }
    }
    [[nodiscard]] std::uint64_t torn_octets() const noexcept { return buffer_.size() - at_; }
    [[nodiscard]] const Status& status() const noexcept { return status_; }

private:
    bool fill() {
        constexpr std::size_t kBlock = std::size_t{1} << 20;
        constexpr std::size_t kMaxLine = 2 * Journal::kMaxPayload + 256;
        buffer_.erase(0, at_);
        at_ = 0;
        if (buffer_.size() > kMaxLine + kBlock) return status_ = refuse(ErrorCode::corrupt, "a line is longer than any of ours"), false;
        const std::size_t old = buffer_.size();
        buffer_.resize(old + kBlock);
        ssize_t got = 0;
        do got = ::read(file_, buffer_.data() + old, kBlock);
        while (got < 0 && errno == EINTR);
        buffer_.resize(old + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0) status_ = refuse(ErrorCode::io, std::string("cannot read the journal: ") + std::strerror(errno));
        return got > 0;
    }

    int file_;
    std::string buffer_;
    std::size_t at_ = 0;
    Status status_;
};

}  // namespace

Journal::Journal(Journal&& other) noexcept { *this = std::move(other); }

Journal& Journal::operator=(Journal&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(file_, other.file_);
    std::swap(failed_, other.failed_);
    std::swap(size_, other.size_);
    std::swap(head_, other.head_);
    std::swap(recovery_, other.recovery_);
    return *this;
}

Journal::~Journal() {
    if (file_ >= 0) ::close(file_);
}

Result<Journal> Journal::open(const std::filesystem::path& path, const JournalIdentity& identity, const Visit& visit) {
    Journal journal;
    journal.path_ = path;
    journal.file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal.file_ < 0) return refuse(ErrorCode::io, "cannot open " + path.string() + ": " + std::strerror(errno), "journal");
    if (::flock(journal.file_, LOCK_EX | LOCK_NB) != 0)
        return refuse(ErrorCode::busy, "another gateway is using " + path.string() + "; stop it first", "journal");
    PLACET_TRY(journal.recover(identity, visit));
    return journal;
}

Status Journal::create(const std::string& header) {
    PLACET_TRY(write_all(file_, base::as_bytes(header + "\n")));
    if (::fdatasync(file_) != 0) return refuse(ErrorCode::io, "cannot sync " + path_.string() + ": " + std::strerror(errno), "journal");
    return sync_folder(path_.parent_path());
}

Status Journal::recover(const JournalIdentity& identity, const Visit& visit) {
    const std::string header = header_line(identity);
    head_ = chained(0, crypto::Hash{}, base::as_bytes(header));
    LineReader lines(file_);
    std::string_view text;
    const bool has_header = lines.next(text);
    if (has_header && text != header) {
        if (text.starts_with("placet-journal 1 "))
            return refuse(ErrorCode::conflict, path_.string() + " is the journal of another chain or custodian: " + std::string(text), "journal");
        return broken(path_, 1, "it is not the header of a journal");
    }
    while (has_header && lines.next(text)) {
        const std::uint64_t line_number = size_ + 2;
        const auto line = parse_line(text);
        if (!line) return broken(path_, line_number, line.error().message);
        if (line->number != size_ + 1)
            return broken(path_, line_number, "entry " + std::to_string(line->number) + " stands where " + std::to_string(size_ + 1) + " should");
        const crypto::Hash expected = chained(line->number, head_, line->payload);
        if (expected != line->hash) return broken(path_, line_number, "its hash does not follow from the line before");
        head_ = expected;
        ++size_;
        PLACET_TRY(visit(size_, line->payload));
    }
    PLACET_TRY(lines.status());
    recovery_ = {size_, lines.torn_octets()};
    if (recovery_.torn_octets > 0) {
        const off_t whole = ::lseek(file_, 0, SEEK_END) - static_cast<off_t>(recovery_.torn_octets);
        if (::ftruncate(file_, whole) != 0 || ::fsync(file_) != 0)
            return refuse(ErrorCode::io, "cannot cut the torn end of " + path_.string() + ": " + std::strerror(errno), "journal");
    }
    return has_header ? Status{} : create(header);
}

Result<std::uint64_t> Journal::append(const std::vector<base::Bytes>& payloads) {
    if (failed_) return refuse(ErrorCode::io, "the journal failed before; restart the gateway when the disk is well", "journal");
    std::string text;
    std::uint64_t number = size_;
    crypto::Hash head = head_;
    for (const base::Bytes& payload : payloads) {
        if (payload.size() > kMaxPayload) return refuse(ErrorCode::too_large, "a journal entry has at most 512 KiB", "journal");
        head = chained(++number, head, payload);
        text += std::to_string(number) + " " + base::to_hex(payload) + " " + base::to_hex(head.view()) + "\n";
    }
    const Status written = write_all(file_, base::as_bytes(text));
    if (!written || ::fdatasync(file_) != 0) {
        failed_ = true;
        return refuse(ErrorCode::io, "cannot write " + path_.string() + ": " + (written ? std::strerror(errno) : written.error().message), "journal");
    }
    const std::uint64_t first = size_ + 1;
    size_ = number;
    head_ = head;
    return first;
}

}  // namespace placet::api::gateway
