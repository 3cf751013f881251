// A disk model: one write-ahead stream of records and block appends, synced in groups. A crash keeps what was synced and a random
// prefix of what was not; an old image can be put back.
#pragma once

#include <deque>
#include <map>

#include "consensus/effects.hpp"
#include "tests/sim/prng.hpp"

namespace placet::sim {

using RecordMap = std::map<base::Bytes, base::Bytes>;

class Disk {
public:
    /// Joins the stream; `token` 0 for what needs no sync of its own (block appends, Forget).
    void append_records(std::uint64_t token, std::vector<consensus::Record> records);
    void append_block(types::Height height);
    void append_forget(types::Height through);

    [[nodiscard]] bool sync_needed() const noexcept { return unsynced_tokens_ > 0; }
    /// Everything in the stream now becomes durable when the sync that starts now ends.
    void begin_sync() { syncing_ = stream_.size(); }
    /// Ends the sync; the highest token that became durable.
    std::uint64_t end_sync();
    /// Loses what was not synced, but for a random prefix. True if something was lost.
    bool crash(Prng& prng);

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
    void put_back(Image image);

private:
    struct Entry {
        std::uint64_t token = 0;
        std::vector<consensus::Record> records;
        types::Height block = 0;
        types::Height forget = 0;
    };
    void apply(Entry& entry);

    std::deque<Entry> stream_;  ///< not durable yet
    std::size_t syncing_ = 0;
    std::size_t unsynced_tokens_ = 0;
    RecordMap records_;
    types::Height blocks_ = 0;
    types::Height forgotten_ = 0;
};

}  // namespace placet::sim
