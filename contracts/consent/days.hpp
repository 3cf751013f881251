// Sets of calendar days, and the days as dates. Days count from 1970-01-01 (negative before), proleptic Gregorian, no
// time zone.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/common/codec.hpp"

namespace placet::contracts::consent {

using Day = std::int32_t;

/// 0001-01-01 and 9999-12-31: what an open start and an open end stand for.
inline constexpr Day kFirstDay = -719162;
inline constexpr Day kLastDay = 2932896;

/// Both ends belong to it.
struct DayRange {
    Day first = kFirstDay;
    Day last = kLastDay;
    auto operator<=>(const DayRange&) const = default;
};

/// "2024-02-29"; the day must lie between kFirstDay and kLastDay.
[[nodiscard]] std::string to_date(Day day);

/// A set of days as its longest runs, ascending: runs neither overlap nor touch. A value.
class DaySet {
public:
    /// A range whose last day comes before its first is empty.
    void add(DayRange range);
    void subtract(DayRange range);
    [[nodiscard]] const std::vector<DayRange>& runs() const noexcept { return runs_; }
    [[nodiscard]] bool empty() const noexcept { return runs_.empty(); }
    bool operator==(const DaySet&) const = default;

private:
    std::vector<DayRange> runs_;
};

}  // namespace placet::contracts::consent
