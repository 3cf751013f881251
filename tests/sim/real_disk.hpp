// A simulated replica's disk on the real database (ledger/store/database.hpp: RocksDB with the node's own options) over
// files that fail. The model it inherits from says what must be there: after every crash the database has to hold
// everything synced, and beyond that a beginning of what was written later, octet for octet.
#pragma once

#include "ledger/store/database.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/faulty_files.hpp"

namespace rocksdb {
class Env;
}

namespace placet::sim {

/// Sound: crashes lose and tear, syncs fail, the disk is full. Rotten: pages arrive out of order too, and bits flip.
enum class Medium : std::uint8_t { sound, rotten };

class RealDisk final : public Disk {
public:
    RealDisk(std::uint64_t seed, Medium medium);
    ~RealDisk() override;
    RealDisk(const RealDisk&) = delete;
    RealDisk& operator=(const RealDisk&) = delete;

    std::optional<std::uint64_t> end_sync() override;
    bool crash(Prng& prng) override;
    void fail() override;
    bool open() override { return is_open(); }
    void put_back(Image image) override;
    [[nodiscard]] std::string complaint() override { return std::exchange(complaint_, {}); }
    [[nodiscard]] std::uint64_t bits_flipped() const noexcept override { return bits_flipped_; }

protected:
    void wrote(const Entry& entry) override;

private:
    [[nodiscard]] bool is_open() const noexcept { return database_ != nullptr; }
    void create();
    void power_cycle();
    /// What the database holds now; none if it does not read.
    [[nodiscard]] std::optional<Image> read() const;
    void compare(const Image& found);

    Prng prng_;
    Medium medium_;
    std::shared_ptr<FaultyFiles> files_;
    std::unique_ptr<rocksdb::Env> environment_;
    std::shared_ptr<store::Database> database_;
    std::string complaint_;
    std::uint64_t bits_flipped_ = 0;
};

}  // namespace placet::sim
