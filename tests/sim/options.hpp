// placet-sim's command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace placet::sim {

inline constexpr const char* kUsage =
    "usage: placet-sim --seeds N [--from S] [--jobs J] [--resume FILE] [--summary FILE] [--all-marks]\n"
    "       placet-sim --seed S [--trace]\n"
    "       placet-sim --shrink S\n"
    "       placet-sim --world FILE [--trace]\n"
    "       placet-sim --twins N [--samples K]\n"
    "       placet-sim --crash-points [--every K]\n"
    "  --seeds N       run N seeds\n"
    "  --from S        starting at S, any unsigned 64-bit number (default 0); seeds wrap around\n"
    "  --jobs J        threads (default: all cores); results do not depend on it\n"
    "  --resume FILE   keep the state of a long run there every 10 s; if the file is there, go on from it\n"
    "  --summary FILE  where the JSON goes (default build/sim/summary.json)\n"
    "  --commit ID     of this build, for the summary (./run knows it)\n"
    "  --all-marks     fail unless every coverage mark was reached\n"
    "  --seed S        run this one seed\n"
    "  --trace         print what every replica did, and the trace's hash\n"
    "  --shrink S      make the world of a failing seed as small as it still fails; writes build/sim/seed-S.world\n"
    "  --world FILE    run a world that --shrink wrote\n"
    "  --twins N       N = 4: every way to split four replicas and a twin in two, four rounds; N = 7: samples\n"
    "  --crash-points  a run of 200 requests again and again, one crash in each, at every persistence boundary of "
    "every replica\n"
    "  --samples K, --every K   only K of the splits; only every K-th boundary\n"
    "example: placet-sim --seeds 100000 --from 5000 --resume build/sim/long.json\n";

struct Options {
    enum class Mode : std::uint8_t { campaign, one_seed, shrink, world, twins, crash_points };
    Mode mode = Mode::campaign;
    std::optional<std::uint64_t> from;
    std::optional<std::uint64_t> seeds;
    std::uint64_t seed = 0;
    unsigned jobs = 1;
    std::string summary = "build/sim/summary.json";
    std::string resume;
    std::string world;
    std::string commit;
    std::uint64_t twins_n = 4;
    std::uint64_t samples = 0;  ///< 0 = all (n = 4), 2,000 (n = 7)
    std::uint64_t every = 1;
    bool trace = false;
    bool all_marks = false;
};

/// None if the words are wrong; then what is wrong was printed.
[[nodiscard]] std::optional<Options> read_options(int count, char** words);

}  // namespace placet::sim
