// Runs of days.
#include "contracts/consent/days.hpp"

#include <algorithm>
#include <chrono>

namespace placet::contracts::consent {
namespace {

std::string padded(unsigned number, std::size_t width) {
    std::string out = std::to_string(number);
    return std::string(width - std::min(width, out.size()), '0') + out;
}

}  // namespace

std::string to_date(Day day) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
           padded(static_cast<unsigned>(date.month()), 2) + "-" + padded(static_cast<unsigned>(date.day()), 2);
}

void DaySet::add(DayRange range) {
    if (range.last < range.first) return;
    std::vector<DayRange> out;
    for (const DayRange& run : runs_) {
        const bool apart = run.last < range.first - 1 || range.last < run.first - 1;
        if (apart)
            out.push_back(run);
        else
            range = {std::min(run.first, range.first), std::max(run.last, range.last)};
    }
    out.insert(std::ranges::upper_bound(out, range), range);
    runs_ = std::move(out);
}

void DaySet::subtract(DayRange range) {
    if (range.last < range.first) return;
    std::vector<DayRange> out;
    for (const DayRange& run : runs_) {
        if (run.last < range.first || range.last < run.first) {
            out.push_back(run);
            continue;
        }
        if (run.first < range.first) out.push_back({run.first, range.first - 1});
        if (range.last < run.last) out.push_back({range.last + 1, run.last});
    }
    runs_ = std::move(out);
}

}  // namespace placet::contracts::consent
