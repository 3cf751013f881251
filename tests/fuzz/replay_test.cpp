// The fuzz targets without a fuzzer: every valid input, every input that once broke something, and random changes of
// both. A broken property aborts. Coverage-guided runs are `./run fuzz`.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/fuzz/targets.hpp"
#include "tests/support/prng.hpp"

using namespace placet;

namespace {

constexpr std::size_t kChanges = 300;  // per target; each is an input with one to four changes

std::vector<base::Bytes> findings(std::string_view target) {
    const char* source = std::getenv("PLACET_SOURCE");
    const auto folder = std::filesystem::path(source != nullptr ? source : ".") / "tests/fuzz/findings" / target;
    std::vector<base::Bytes> out;
    if (!std::filesystem::exists(folder)) return out;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        out.push_back(base::to_bytes(text));
    }
    return out;
}

}  // namespace

TEST_CASE("every fuzz target holds its properties on valid inputs, former findings, and random changes of them") {
    for (const auto& target : fuzz::targets()) {
        INFO(target.name);
        auto inputs = target.seeds();
        CHECK_FALSE(inputs.empty());
        for (auto& finding : findings(target.name)) inputs.push_back(std::move(finding));
        for (const auto& input : inputs) target.run(input);
        target.run({});
        tests::Prng prng(1);
        for (std::size_t i = 0; i < kChanges; ++i) {
            auto input = inputs[prng.below(inputs.size())];
            for (std::uint64_t changes = 1 + prng.below(4); changes > 0; --changes)
                input = tests::mutated(std::move(input), prng);
            target.run(input);
        }
    }
}

TEST_CASE("the scripts of replica events get somewhere: requests are sealed, also behind a crashed primary and beside a liar") {
    for (const auto& script : fuzz::replica_event_seeds()) CHECK(fuzz::sealed_by_script(script) >= 2);
    CHECK(fuzz::sealed_by_script(fuzz::replica_event_seeds().front()) >= 3);
    CHECK(fuzz::sealed_by_script({}) == 0);
}

TEST_CASE("targets are found by name") {
    CHECK(fuzz::find_target("commands") != nullptr);
    CHECK(fuzz::find_target("nothing") == nullptr);
}
