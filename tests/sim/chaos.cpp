// The faults that a world does to its machines and cables: by chance, or by a script.
#include "tests/sim/node.hpp"

namespace placet::sim {

void World::schedule_chaos() {
    if (!scenario_.sides.empty()) return play_round(0);
    schedule_partitions();
    schedule_crashes();
    schedule_old_disks();
}

void World::play_round(std::size_t round) {
    if (round >= scenario_.sides.size() || !chaos_) return;
    network_.split(scenario_.sides[round]);
    count_fault("partition");
    after(scenario_.round_ms * kMsUs, [this, round] { play_round(round + 1); });
}

void World::schedule_partitions() {
    if (scenario_.partition_every_ms == 0) return;
    after(prng_.between(1, 2 * scenario_.partition_every_ms) * kMsUs, [this] {
        if (!chaos_) return;
        const std::uint64_t shape = prng_.next();
        const std::uint64_t side = prng_.next();
        if (happens()) {
            network_.partition(shape, side);
            count_fault("partition");
        }
        schedule_partitions();
    });
}

void World::restart_later(SimNode& node) {
    after(prng_.between(5, 2500) * kMsUs, [&node] { node.boot(); });
}

void World::crash_some() {
    if (prng_.percent(scenario_.all_crash_percent)) {
        if (!happens()) return;
        count_fault("crash_all");
        mark("everybody_crashed");
        for (const auto& node : nodes_) {
            node->crash();
            restart_later(*node);
        }
        return;
    }
    const bool hunt = prng_.percent(scenario_.hunt_percent);
    SimNode& node = *nodes_[hunt ? highest_view() % scenario_.n : prng_.below(nodes_.size())];
    const bool between_effects = prng_.percent(60);
    const std::uint64_t effects = prng_.below(8);
    if (!happens()) return;
    count_fault(hunt ? "crash_of_primary" : "crash");
    if (!between_effects) {
        node.crash();
        return restart_later(node);
    }
    node.crash_after(effects);
    after(200 * kMsUs, [this, &node] {
        node.crash();
        restart_later(node);
    });
}

void World::schedule_crashes() {
    if (scenario_.crash_every_ms == 0) return;
    after(prng_.between(1, 2 * scenario_.crash_every_ms) * kMsUs, [this] {
        if (!chaos_) return;
        crash_some();
        schedule_crashes();
    });
}

void World::schedule_old_disks() {
    for (const Faulty& faulty : scenario_.faulty) {
        if (faulty.how == Misbehaviour::lost_disk) {
            after(prng_.between(20, scenario_.chaos_ms) * kMsUs, [this, &node = *nodes_[faulty.id]] {
                node.lose_disk();
                after(prng_.between(1, 300) * kMsUs, [&node] { node.boot(); });
            });
        }
        if (faulty.how != Misbehaviour::old_disk) continue;
        const std::uint64_t keep_ms = prng_.between(0, scenario_.chaos_ms * 2 / 3);
        SimNode& node = *nodes_[faulty.id];
        after(keep_ms * kMsUs, [&node] { node.keep_image(); });
        after(prng_.between(keep_ms + 20, scenario_.chaos_ms) * kMsUs, [this, &node] {
            count_fault("old_disk");
            node.put_back_image();
            after(prng_.between(1, 300) * kMsUs, [&node] { node.boot(); });
        });
    }
}

}  // namespace placet::sim
