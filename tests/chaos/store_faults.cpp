// Stores that are gone or damaged: see store_faults.hpp.
#include "tests/chaos/store_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace placet::tests::chaos {

namespace {

using Clock = Load::Clock;

bool says(const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
}

/// One validator and the store that it had.
class Patient {
public:
    Patient(Hands& hands, std::string name)
        : hands_(hands),
          name_(std::move(name)),
          store_(hands.chain.folder_of(name_) / "data" / "store"),
          kept_(hands.chain.folder_of(name_) / "store.kept") {}

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const fs::path& store() const noexcept { return store_; }

    void keep_copy() const {
        fs::remove_all(kept_);
        fs::copy(store_, kept_, fs::copy_options::recursive);
    }
    void keep_aside() const {
        fs::remove_all(kept_);
        fs::rename(store_, kept_);
    }

    void start() {
        log_size_ = hands_.chain.log_of(name_).size();
        hands_.chain.start(name_);
    }
    /// Since the last start.
    [[nodiscard]] std::string log() const { return hands_.log_since(name_, log_size_); }
    [[nodiscard]] bool voted() const { return says(log(), "\"standing\":\"voting\""); }

    /// True once it has what the others had sealed when this was called; patient as long as it gets on.
    [[nodiscard]] bool follows() const {
        const types::Height tip = tip_of_others();
        types::Height reached = 0;
        for (bool gets_on = true; gets_on && reached < tip;) {
            const types::Height before = reached;
            gets_on = eventually([&] {
                          reached = std::max(reached, hands_.chain.height(name_).value_or(0));
                          return reached > before || !hands_.chain.runs(name_);
                      }) &&
                      reached > before;
        }
        if (reached >= tip) return true;
        hands_.out.stalled.push_back(fmt::format("{} follows to {}, not to {}", name_, reached, tip));
        return false;
    }

    /// Without a store: nothing is signed, so its own store is still all that its key ever signed.
    [[nodiscard]] bool follows_from_nothing() {
        fs::remove_all(store_);
        start();
        const auto began = Clock::now();
        if (!follows()) return false;
        hands_.out.wiped_follows = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
        if (says(log(), "vote_log_lost")) return true;
        hands_.out.ended.push_back(name_ + " does not say that its log of votes is lost");
        return false;
    }

    /// Ends it and gives it back what was kept. Not if it voted since it was kept: two votes would contradict.
    void restore() {
        if (hands_.chain.runs(name_)) hands_.end(name_);
        if (voted()) return hands_.out.ended.push_back(name_ + " votes without its log");
        fs::remove_all(store_);
        fs::rename(kept_, store_);
        start();
        hands_.wait_ready({name_});
    }
    void forget_copy() const { fs::remove_all(kept_); }

private:
    [[nodiscard]] types::Height tip_of_others() const {
        types::Height tip = 0;
        for (std::size_t i = 0; i < hands_.chain.validators(); ++i)
            if (Chain::name(i) != name_) tip = std::max(tip, hands_.chain.height(Chain::name(i)).value_or(0));
        return tip;
    }

    Hands& hands_;
    std::string name_;
    fs::path store_;
    fs::path kept_;
    std::size_t log_size_ = 0;
};

/// A refusal must say what is damaged and what to do.
std::optional<std::string> complaint_about(const std::string& log, int code) {
    if (code != 1) return fmt::format("ended with {}", code);
    if (!says(log, "aside and start again")) return "does not say how to go on";
    constexpr std::array<std::string_view, 7> kPlaces{"at height", ".sst",    ".log",    "MANIFEST",
                                                      "CURRENT",   "OPTIONS", "IDENTITY"};
    if (std::ranges::none_of(kPlaces, [&](std::string_view place) { return says(log, place); }))
        return "names neither file nor height";
    return std::nullopt;
}

std::string last_line(std::string log) {
    while (!log.empty() && log.back() == '\n') log.pop_back();
    return log.substr(log.rfind('\n') + 1);
}

std::optional<Outcome> outcome_of(Hands& hands, const Patient& patient, const std::string& what) {
    std::optional<Outcome> found;
    const bool known = eventually([&] {
        if (!hands.chain.runs(patient.name()))
            found = Outcome::refused;
        else if (says(patient.log(), "\"standing\":\"lost\""))
            found = Outcome::behind;
        else if (hands.chain.ready(patient.name()))
            found = Outcome::harmless;
        return found.has_value();
    });
    if (!known)
        hands.out.stalled.push_back(what + ": neither ready nor refused: " + hands.chain.readyz(patient.name()));
    if (found != Outcome::refused) return found;
    if (const auto complaint = complaint_about(patient.log(), hands.chain.wait_exit(patient.name())))
        hands.out.ended.push_back(what + ": " + *complaint + ": " + last_line(patient.log()));
    return found;
}

/// Tables appear when the log is moved into them, which an end and a start do.
std::optional<fs::path> file_to_change(Hands& hands, const Patient& patient, StoreFile kind) {
    if (auto file = any_file(patient.store(), kind, hands.prng)) return file;
    hands.start({patient.name()});
    hands.wait_ready({patient.name()});
    hands.end(patient.name());
    auto file = any_file(patient.store(), kind, hands.prng);
    if (!file) hands.out.ended.push_back(fmt::format("{} has no {} file", patient.name(), to_string(kind)));
    return file;
}

}  // namespace

void wipe_one(Hands& hands) {
    Patient patient(hands, hands.some(1).front());
    hands.kill({patient.name()});
    patient.keep_aside();
    if (patient.follows_from_nothing()) patient.restore();
}

void flip_a_bit(Hands& hands) {
    Patient patient(hands, hands.some(1).front());
    const StoreFile kind = kStoreFiles[hands.turn % kStoreFiles.size()];
    hands.kill({patient.name()});
    const auto file = file_to_change(hands, patient, kind);
    if (!file) return;
    patient.keep_copy();
    const std::string what = patient.name() + ", " + flip_one_bit(*file, hands.prng);
    patient.start();
    const auto outcome = outcome_of(hands, patient, what);
    if (!outcome) return;
    Flip flip{kind, *outcome, false};
    switch (*outcome) {
        case Outcome::harmless:
            patient.forget_copy();
            break;
        case Outcome::behind:
            flip.repaired = patient.follows();
            patient.restore();
            break;
        case Outcome::refused:
            flip.repaired = patient.follows_from_nothing();
            patient.restore();
            break;
    }
    hands.out.flip = flip;
}

}  // namespace placet::tests::chaos
