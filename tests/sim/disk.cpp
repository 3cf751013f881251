// See disk.hpp.
#include "tests/sim/disk.hpp"

#include <algorithm>

namespace placet::sim {

namespace {

constexpr std::size_t kForgottenSyncs = 6;

}  // namespace

void Disk::append_records(std::uint64_t token, std::vector<consensus::Record> records) {
    stream_.push_back({token, std::move(records), 0, 0});
    ++unsynced_tokens_;
    wrote(stream_.back());
}

void Disk::append_block(types::Height height) {
    stream_.push_back({0, {}, height, 0});
    wrote(stream_.back());
}

void Disk::append_forget(types::Height through) {
    stream_.push_back({0, {}, 0, through});
    wrote(stream_.back());
}

void Disk::apply(Entry& entry) {
    for (consensus::Record& record : entry.records)
        records_.insert_or_assign(std::move(record.key), std::move(record.value));
    if (entry.block > 0) blocks_ = entry.block;
    if (entry.forget > 0) {
        forgotten_ = std::max(forgotten_, entry.forget);
        for (const auto& [first, last] : consensus::forget_ranges(entry.forget))
            records_.erase(records_.lower_bound(first), records_.lower_bound(last));
    }
}

std::optional<std::uint64_t> Disk::end_sync() {
    if (lies_) {
        before_.push_back(image());
        if (before_.size() > kForgottenSyncs) before_.pop_front();
    }
    std::uint64_t token = 0;
    for (; syncing_ > 0; --syncing_) {
        Entry entry = std::move(stream_.front());
        stream_.pop_front();
        if (entry.token > 0) {
            token = entry.token;
            --unsynced_tokens_;
        }
        apply(entry);
    }
    return token;
}

void Disk::drop_unsynced() {
    stream_.clear();
    syncing_ = unsynced_tokens_ = 0;
}

bool Disk::crash(Prng& prng) {
    if (lies_ && !before_.empty() && prng.percent(60)) {
        put_back(before_[prng.below(before_.size())]);
        return true;
    }
    const std::size_t kept = prng.below(stream_.size() + 1);
    const bool lost = kept < stream_.size();
    for (std::size_t i = 0; i < kept; ++i) apply(stream_[i]);
    drop_unsynced();
    return lost;
}

void Disk::put_back(Image image) {
    records_ = std::move(image.records);
    blocks_ = image.blocks;
    forgotten_ = image.forgotten;
    before_.clear();
    drop_unsynced();
}

}  // namespace placet::sim
