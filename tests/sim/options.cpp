// See options.hpp.
#include "tests/sim/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <map>
#include <thread>

namespace placet::sim {

namespace {

using Mode = Options::Mode;

bool read_number(std::string_view text, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

using Numbers = std::map<std::string_view, std::function<void(std::uint64_t)>>;

Numbers numbers_of(Options& options) {
    return {
        {"--seeds", [&](std::uint64_t n) { options.seeds = n; }},
        {"--from", [&](std::uint64_t n) { options.from = n; }},
        {"--jobs", [&](std::uint64_t n) { options.jobs = static_cast<unsigned>(std::clamp<std::uint64_t>(n, 1, 64)); }},
        {"--seed", [&](std::uint64_t n) { options.mode = Mode::one_seed, options.seed = n; }},
        {"--shrink", [&](std::uint64_t n) { options.mode = Mode::shrink, options.seed = n; }},
        {"--twins", [&](std::uint64_t n) { options.mode = Mode::twins, options.twins_n = n; }},
        {"--samples", [&](std::uint64_t n) { options.samples = n; }},
        {"--every", [&](std::uint64_t n) { options.every = std::max<std::uint64_t>(1, n); }},
    };
}

bool read_word(Options& options, std::string_view word) {
    if (word == "--trace") return options.trace = true;
    if (word == "--all-marks") return options.all_marks = true;
    if (word != "--crash-points") return false;
    options.mode = Mode::crash_points;
    return true;
}

bool is_whole(const Options& options) {
    switch (options.mode) {
        case Mode::campaign:
            return options.seeds.value_or(0) > 0 || (!options.seeds && !options.resume.empty());
        case Mode::twins:
            return options.twins_n == 4 || options.twins_n == 7;
        default:
            return true;
    }
}

}  // namespace

std::optional<Options> read_options(int count, char** words) {
    Options options;
    options.jobs = std::max(1U, std::thread::hardware_concurrency());
    const Numbers numbers = numbers_of(options);
    const std::map<std::string_view, std::string*> texts = {{"--summary", &options.summary},
                                                            {"--resume", &options.resume},
                                                            {"--world", &options.world},
                                                            {"--commit", &options.commit}};
    for (int i = 1; i < count; ++i) {
        const std::string_view word(words[i]);
        if (read_word(options, word)) continue;
        const auto number = numbers.find(word);
        const auto text = texts.find(word);
        if (i + 1 == count || (number == numbers.end() && text == texts.end())) {
            fmt::print(stderr, "placet-sim: {}\n{}",
                       i + 1 == count ? fmt::format("{} wants a value, or is unknown", word)
                                      : fmt::format("unknown option {}", word),
                       kUsage);
            return std::nullopt;
        }
        const std::string_view value(words[++i]);
        if (text != texts.end()) {
            *text->second = value;
            continue;
        }
        std::uint64_t read = 0;
        if (!read_number(value, read)) {
            fmt::print(stderr, "placet-sim: {} wants an unsigned 64-bit number, not \"{}\"\n", word, value);
            return std::nullopt;
        }
        number->second(read);
    }
    if (!options.world.empty()) options.mode = Mode::world;
    if (is_whole(options)) return options;
    std::fputs(kUsage, stderr);
    return std::nullopt;
}

}  // namespace placet::sim
