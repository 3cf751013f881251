// A disk model: one write-ahead stream of records and block appends, synced in groups. A crash keeps what was synced
// and a random prefix of what was not; a failed sync keeps nothing of it; an old image can be put back. A disk that
// lies about syncs forgets some.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "consensus/effects.hpp"
#include "tests/sim/prng.hpp"

namespace placet::sim {

using RecordMap = std::map<base::Bytes, base::Bytes>;

class Disk {
public:
    Disk() = default;
    virtual ~Disk() = default;
    Disk(const Disk&) = default;
    Disk& operator=(const Disk&) = default;
    Disk(Disk&&) = default;
    Disk& operator=(Disk&&) = default;

    /// Joins the stream; `token` 0 for what needs no sync of its own (block appends, Forget).
    void append_records(std::uint64_t token, std::vector<consensus::Record> records);
    void append_block(types::Height height);
    void append_forget(types::Height through);

    [[nodiscard]] bool sync_needed() const noexcept { return unsynced_tokens_ > 0; }
    /// Everything in the stream now becomes durable when the sync that starts now ends.
    void begin_sync() { syncing_ = stream_.size(); }
    /// Ends the sync; the highest token that became durable. None if the disk failed: the replica has to stop.
    virtual std::optional<std::uint64_t> end_sync();
    /// Loses what was not synced, but for a random prefix. True if something was lost.
    virtual bool crash(Prng& prng);
    /// A failed sync: what it held is gone, and whatever comes after.
    virtual void fail() { drop_unsynced(); }
    /// Before every start: what the disk says now. False: it is damaged and says so.
    virtual bool open() { return true; }
    /// What the disk did that no disk may do; empty = nothing. Told once.
    [[nodiscard]] virtual std::string complaint() { return {}; }
    [[nodiscard]] virtual std::uint64_t bits_flipped() const noexcept { return 0; }
    /// From now on a crash may also lose the last few syncs.
    void start_lying() { lies_ = true; }

    [[nodiscard]] const RecordMap& records() const noexcept { return records_; }
    /// The highest block whose append is durable.
    [[nodiscard]] types::Height blocks() const noexcept { return blocks_; }
    [[nodiscard]] types::Height forgotten() const noexcept { return forgotten_; }

    struct Image {
        RecordMap records;
        types::Height blocks = 0;
        types::Height forgotten = 0;
    };
    [[nodiscard]] Image image() const { return {records_, blocks_, forgotten_}; }
    virtual void put_back(Image image);

protected:
    struct Entry {
        std::uint64_t token = 0;
        std::vector<consensus::Record> records;
        types::Height block = 0;
        types::Height forget = 0;
    };
    void apply(Entry& entry);
    void drop_unsynced();
    /// An entry joined the stream.
    virtual void wrote(const Entry&) {}

    std::deque<Entry> stream_;  ///< not durable yet
    std::size_t syncing_ = 0;
    std::size_t unsynced_tokens_ = 0;
    RecordMap records_;
    types::Height blocks_ = 0;
    types::Height forgotten_ = 0;
    bool lies_ = false;
    std::deque<Image> before_;  ///< of a liar: how it stood before each of the last syncs
};

}  // namespace placet::sim
