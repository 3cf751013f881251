// A store in a directory of its own, with the model chain beside it.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "ledger/store/store.hpp"
#include "tests/unit/ledger/state/model_chain.hpp"

namespace placet::test {

/// A fresh directory below the temporary one, removed at the end.
class ScratchDirectory {
public:
    ScratchDirectory() {
        static std::atomic<int> next{0};
        path = std::filesystem::temp_directory_path() /
               ("placet-store-" + std::to_string(::getpid()) + "-" + std::to_string(next++));
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    std::filesystem::path path;
};

/// The files as a SIGKILL would leave them. RocksDB removes old files behind our back, so a copy during which the list
/// of files changed is no copy of one moment and is taken again.
inline void copy_as_killed(const std::filesystem::path& from, const std::filesystem::path& to) {
    const auto listing = [&from] {
        std::map<std::string, std::uintmax_t> out;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(from))
            out[entry.path().filename()] = entry.file_size(ignored);
        return out;
    };
    for (;;) {
        std::error_code failed;
        std::filesystem::remove_all(to);
        const auto before = listing();
        std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, failed);
        if (!failed && listing() == before) return;
    }
}

inline const TestNetwork& store_network() {
    static const TestNetwork instance;
    return instance;
}

inline crypto::AeadKey parts_root() {
    crypto::AeadKey key;
    key.octets.fill(0x5a);
    return key;
}

inline base::Result<std::unique_ptr<store::Store>> open_store(const std::filesystem::path& directory) {
    return store::Store::open(directory, store_network().genesis, {ModelChain::genesis_writes(), parts_root()});
}

/// A store and its model, growing by random blocks.
struct GrowingStore {
    explicit GrowingStore(std::uint64_t seed)
        : model(store_network(), seed), store(open_store(scratch.path / "ledger").value()) {
        model.take(state::assemble_genesis(store_network().genesis, ModelChain::genesis_writes()).value());
    }
    state::UnsealedBlock draw() {
        const auto view = store->snapshot();
        state::UnsealedBlock block = state::assemble(model.draw(view->head()), view->head(), *view).value();
        block.record.seal = store_network().seal(block.body());
        return block;
    }
    void grow(int blocks) {
        while (blocks-- > 0) {
            const state::UnsealedBlock block = draw();
            if (!store->append(block, block.record.seal)) std::abort();
            model.take(block);
        }
    }
    ScratchDirectory scratch;
    ModelChain model;
    std::unique_ptr<store::Store> store;
};

/// What the view says is what the model says, in every column.
void require_agreement(const store::SealedView& view, const ModelChain& model);

}  // namespace placet::test
