// placet-check TOPIC --ops N --seed S: rules against naive models. Exit 0 without a difference, 1 with one, 2 for wrong
// use.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/model/topic.hpp"

namespace {

using namespace placet::tests::model;

struct Topic {
    std::string_view name;
    Tally (*check)(const Plan&);
};

constexpr Topic kTopics[] = {
    {"consent", check_consent},
    {"match", check_match},
    {"periods", check_periods},
};

int wrong_use() {
    std::fputs("usage: placet-check TOPIC [--ops N] [--seed S]\ntopics:", stderr);
    for (const Topic& topic : kTopics) std::fprintf(stderr, " %s", std::string(topic.name).c_str());
    std::fputs("\n", stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const Topic* chosen = nullptr;
    Plan plan;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if ((word == "--ops" || word == "--seed") && i + 1 < argc) {
            char* end = nullptr;
            const std::uint64_t value = std::strtoull(argv[++i], &end, 10);
            if (*end != '\0' || end == argv[i]) return wrong_use();
            (word == "--ops" ? plan.ops : plan.seed) = value;
            continue;
        }
        for (const Topic& topic : kTopics)
            if (chosen == nullptr && topic.name == word) chosen = &topic;
        if (chosen == nullptr || chosen->name != word) return wrong_use();
    }
    if (chosen == nullptr) return wrong_use();
    const auto began = std::chrono::steady_clock::now();
    const Tally tally = chosen->check(plan);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::printf("%s: %llu operations, seed %llu, %.1f s, %d differences\n", std::string(chosen->name).c_str(),
                static_cast<unsigned long long>(tally.ops), static_cast<unsigned long long>(plan.seed), seconds,
                tally.difference.empty() ? 0 : 1);
    for (const auto& [answer, count] : tally.counts)
        std::printf("  %-24s %llu\n", answer.c_str(), static_cast<unsigned long long>(count));
    if (tally.difference.empty()) return 0;
    std::printf("first difference:\n%s\n", tally.difference.c_str());
    return 1;
}
