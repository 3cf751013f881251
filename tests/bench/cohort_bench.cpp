// The cohort bench: see cohort_bench.hpp.
#include "tests/bench/cohort_bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>
#include <ostream>

#include "contracts/access/cohort.hpp"
#include "contracts/consent/purpose.hpp"
#include "contracts/consent/screening.hpp"
#include "tests/bench/cohort_shapes.hpp"
#include "tests/model/consent_cases.hpp"
#include "tests/support/must.hpp"

namespace placet::bench {

namespace {

using nlohmann::json;
using tests::must;
namespace model = tests::model;
namespace rules = contracts::consent;

constexpr auto kPolicy = contracts::governance::ImplicitPolicy::none;
constexpr const char* kAsker = "dr-lee@university";
constexpr const char* kAskedFor = "HMB";  // health or medical research: five purposes, all of which must be permitted

/// Everything that is asked about, as it is stored: payloads one after the other.
struct Cohort {
    base::Bytes payloads;
    std::vector<rules::StoredConsent> consents;
    std::vector<std::size_t> first;  ///< of each person, and the end
    std::vector<std::uint8_t> shapes;

    [[nodiscard]] std::span<const rules::StoredConsent> of(std::size_t person) const {
        return std::span(consents).subspan(first[person], first[person + 1] - first[person]);
    }
    [[nodiscard]] std::size_t persons() const { return shapes.size(); }
};

Cohort draw(std::size_t persons) {
    Cohort out;
    std::vector<std::size_t> ends;  // of each payload: `payloads` moves as it grows
    for (std::size_t number = 0; number < persons; ++number) {
        const Person one = person(number);
        out.first.push_back(out.consents.size());
        out.shapes.push_back(static_cast<std::uint8_t>(one.shape));
        for (const model::Document& document : one.documents) {
            const rules::HeldConsent held = model::held(document);
            if (held.consent) base::append(out.payloads, encode_consent(*held.consent));
            out.consents.push_back({held.status, held.not_before_ms, held.not_after_ms,
                                    held.consent ? std::optional(base::BytesView()) : std::nullopt});
            ends.push_back(out.payloads.size());
        }
    }
    out.first.push_back(out.consents.size());
    for (std::size_t i = 0; i < ends.size(); ++i)
        if (out.consents[i].payload) {
            const std::size_t from = i == 0 ? 0 : ends[i - 1];
            out.consents[i].payload = base::BytesView(out.payloads).subspan(from, ends[i] - from);
        }
    return out;
}

struct Took {
    double wall_s = 0;
    double cpu_s = 0;
};

template <class Work>
Took measure(Work work) {
    const auto cpu = [] {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
    };
    const double cpu_began = cpu();
    const auto began = std::chrono::steady_clock::now();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), cpu() - cpu_began};
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

rules::AccessContext question() {
    return contracts::access::context_of(kAsker, rules::purposes_of_duo(kAskedFor));
}

model::Inquiry inquiry() {
    model::Inquiry out;
    out.known_as = question().actors;
    for (const auto& purpose : rules::purposes_of_duo(kAskedFor)) out.purposes.push_back(purpose.code);
    out.action = "access";
    out.at = kAskedAt;
    return out;
}

class Bench {
public:
    Bench(const CohortPlan& plan, std::ostream& out) : plan_(plan), out_(out), cohort_(draw(plan.persons)) {}

    json run() {
        screen();
        say_limit();
        say_answers();
        compare();
        return std::move(result_);
    }

private:
    void screen() {
        std::vector<double> wall, cpu;
        answers_.resize(cohort_.persons());
        for (std::size_t run = 0; run < plan_.runs; ++run) {
            const Took took = measure([&] {
                auto screening = must(rules::Screening::make(question(), kPolicy, kAskedAt));
                for (std::size_t i = 0; i < cohort_.persons(); ++i) answers_[i] = must(screening.decide(cohort_.of(i)));
            });
            wall.push_back(took.wall_s);
            cpu.push_back(took.cpu_s);
        }
        seconds_ = median(wall);
        result_ = {{"persons", cohort_.persons()},
                   {"consents", cohort_.consents.size()},
                   {"shapes", kShapes.size()},
                   {"octets", cohort_.payloads.size()},
                   {"purposes_asked", question().purposes.size()},
                   {"runs", plan_.runs},
                   {"seconds", seconds_},
                   {"seconds_each", wall},
                   {"cpu_seconds", median(cpu)}};
        out_ << fmt::format(
            "{} persons, {} consents of {} shapes, {:.0f} MB; {} purposes asked\n"
            "screened on one core in {:.3f} s (median of {}), {:.3f} s of CPU: {:.0f} ns a consent\n",
            cohort_.persons(), cohort_.consents.size(), kShapes.size(),
            static_cast<double>(cohort_.payloads.size()) / 1e6, question().purposes.size(), seconds_, plan_.runs,
            median(cpu), 1e9 * median(cpu) / static_cast<double>(cohort_.consents.size()));
    }

    /// What any way of deciding must do at least: bring every octet in once.
    void say_limit() {
        std::vector<double> each;
        std::uint64_t sum = 0;
        for (std::size_t run = 0; run < plan_.runs; ++run)
            each.push_back(measure([&] {
                               for (std::size_t at = 0; at + sizeof sum <= cohort_.payloads.size(); at += sizeof sum) {
                                   std::uint64_t word = 0;
                                   std::memcpy(&word, cohort_.payloads.data() + at, sizeof word);
                                   sum += word;
                               }
                           }).wall_s);
        const double limit = median(each);
        result_["limit_seconds"] = limit;
        result_["memory_gb_per_s"] = static_cast<double>(cohort_.payloads.size()) / limit / 1e9;
        result_["times_the_limit"] = seconds_ / limit;
        result_["control"] = sum;
        out_ << fmt::format("limit: reading the same octets once, {:.3f} s ({:.1f} GB/s): {:.1f} times the limit\n",
                            limit, static_cast<double>(cohort_.payloads.size()) / limit / 1e9, seconds_ / limit);
    }

    void say_answers() {
        std::array<std::array<std::uint64_t, 4>, kShapes.size()> by_shape{};
        std::array<std::uint64_t, 4> all{};
        for (std::size_t i = 0; i < answers_.size(); ++i) {
            ++by_shape[cohort_.shapes[i]][static_cast<std::size_t>(answers_[i])];
            ++all[static_cast<std::size_t>(answers_[i])];
        }
        const auto line = [&](std::string_view name, const std::array<std::uint64_t, 4>& counts) {
            out_ << fmt::format("{:<40} {:>9} {:>9} {:>15} {:>14}\n", name, counts[0], counts[1], counts[2], counts[3]);
            return json{{"permit", counts[0]},
                        {"deny", counts[1]},
                        {"not_applicable", counts[2]},
                        {"indeterminate", counts[3]}};
        };
        out_ << fmt::format("\n{:<40} {:>9} {:>9} {:>15} {:>14}\n", "persons by shape of their consents", "permit",
                            "deny", "not applicable", "indeterminate");
        for (std::size_t shape = 0; shape < kShapes.size(); ++shape) {
            json one = line(kShapes[shape], by_shape[shape]);
            one["shape"] = kShapes[shape];
            result_["by_shape"].push_back(std::move(one));
        }
        result_["answers"] = line("all", all);
    }

    /// The naive model's and the full rules' opinion of a sample, spread evenly; and what the full rules took.
    void compare() {
        const std::size_t step = std::max<std::size_t>(cohort_.persons() / std::max<std::size_t>(plan_.sample, 1), 1);
        std::size_t asked = 0, consents = 0, against_model = 0, against_rules = 0;
        std::array<std::uint64_t, 4> screened{}, modelled{};
        double full_s = 0;
        for (std::size_t i = 0; i < cohort_.persons() && asked < plan_.sample; i += step, ++asked) {
            const auto answer = static_cast<std::size_t>(answers_[i]);
            const auto judged = static_cast<std::size_t>(model::judge(person(i).documents, inquiry(), {}).answer);
            ++screened[answer];
            ++modelled[judged];
            against_model += answer == judged ? 0 : 1;
            rules::Decision full{};
            full_s += measure([&] { full = evaluated(i); }).cpu_s;
            against_rules += full == answers_[i] ? 0 : 1;
            consents += cohort_.of(i).size();
        }
        const double full_ns = 1e9 * full_s / static_cast<double>(std::max<std::size_t>(consents, 1));
        result_["sample"] = {{"persons", asked}, {"screened", screened}, {"model", modelled}};
        result_["differences"] = against_model + against_rules;
        result_["evaluate_ns_per_consent"] = full_ns;
        out_ << fmt::format(
            "\nsample of {}: {} decided otherwise by the naive model, {} by the rules with reasons (which take {:.0f} "
            "ns a consent)\n",
            asked, against_model, against_rules, full_ns);
    }

    [[nodiscard]] rules::Decision evaluated(std::size_t person) const {
        std::vector<rules::HeldConsent> held;
        for (const rules::StoredConsent& one : cohort_.of(person)) {
            rules::HeldConsent& back = held.emplace_back(
                rules::HeldConsent{std::to_string(held.size()), one.status, one.not_before_ms, one.not_after_ms, {}});
            if (one.payload) back.consent = must(rules::decode_consent(*one.payload));
        }
        return rules::evaluate(held, kPolicy, question(), kAskedAt).decision;
    }

    const CohortPlan& plan_;
    std::ostream& out_;
    Cohort cohort_;
    std::vector<rules::Decision> answers_;
    double seconds_ = 0;
    json result_;
};

}  // namespace

json run_cohort_bench(const CohortPlan& plan, std::ostream& out) {
    return Bench(plan, out).run();
}

}  // namespace placet::bench
