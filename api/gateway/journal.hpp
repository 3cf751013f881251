// The gateway's journal: what happened, on the custodian's own disk, before anything else is done about it. Append only; an
// append is durable when it returns; every line carries a hash over the one before it, so that nothing can be changed, put in
// or taken out of the middle unnoticed. (A cut end is noticed by the ledger: batches are numbered without gaps.)
//
// File: lines of text, ended by '\n'. The first: "placet-journal 1 <genesis hash> <custodian>". Each further:
// "<number from 1> <payload in hex> <hash in hex>", hash = tagged_hash("placet/journal/1", [number, previous hash, payload]);
// the hash before the first is that of the header line as [0, zero, header]. What stands after the last '\n' was never
// acknowledged: it is cut off when the journal is opened. Anything else that does not fit refuses the start and names the line.
//
// One process at a time (a lock on the file). Not thread-safe: the owner serialises appends.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "ledger/crypto/hash.hpp"

namespace placet::api::gateway {

struct JournalIdentity {
    crypto::Hash genesis;
    std::string custodian;
};

struct JournalRecovery {
    std::uint64_t entries = 0;
    std::uint64_t torn_octets = 0;  ///< cut off the end: an append that was never acknowledged
};

class Journal {
public:
    static constexpr std::size_t kMaxPayload = 512 * 1024;
    using Visit = std::function<base::Status(std::uint64_t number, base::BytesView payload)>;

    /// Opens or creates; calls `visit` for every entry in order (its error refuses the opening). Errors: corrupt with the line,
    /// conflict for the journal of another chain or custodian, busy if another process has it, io.
    [[nodiscard]] static base::Result<Journal> open(const std::filesystem::path& path, const JournalIdentity& identity, const Visit& visit);
    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&& other) noexcept;
    ~Journal();

    /// Appends all with one write and one fdatasync; durable when it returns. After an error the journal takes nothing more
    /// (the disk's state is unknown): open it again. Returns the number of the first.
    [[nodiscard]] base::Result<std::uint64_t> append(const std::vector<base::Bytes>& payloads);

    [[nodiscard]] const JournalRecovery& recovery() const noexcept { return recovery_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }         ///< entries
    [[nodiscard]] const crypto::Hash& head() const noexcept { return head_; }   ///< hash of the last line

private:
    Journal() = default;
    [[nodiscard]] base::Status recover(const JournalIdentity& identity, const Visit& visit);
    [[nodiscard]] base::Status create(const std::string& header);

    std::filesystem::path path_;
    int file_ = -1;
    bool failed_ = false;
    std::uint64_t size_ = 0;
    crypto::Hash head_;
    JournalRecovery recovery_;
};

}  // namespace placet::api::gateway
