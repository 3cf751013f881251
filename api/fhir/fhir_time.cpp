// Calendar arithmetic on days since 1970-01-01 by <chrono>'s civil types; no clock, no time zone data.
#include "api/fhir/fhir_time.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

/// Reads exactly `count` digits at `at`; −1 if they are not there.
int digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::int64_t midnight_ms(std::chrono::year_month_day day) noexcept {
    return std::chrono::sys_days(day).time_since_epoch().count() * kDayMs;
}

TimeInterval interval(std::int64_t first_ms, std::int64_t last_ms, bool zone_stated) noexcept {
    const auto clamp = [](std::int64_t value) {
        return value < 0 ? base::TimeMs{0} : std::min(static_cast<base::TimeMs>(value), base::kLastInstant);
    };
    return {clamp(first_ms), clamp(last_ms), zone_stated};
}

std::unexpected<base::Error> not_a_date(std::string_view text, std::string_view why) {
    return base::refuse(ErrorCode::malformed, "\"" + std::string(text.substr(0, 40)) + "\" is no FHIR date: " + std::string(why));
}

/// Milliseconds since midnight of "hh:mm:ss(.fff)" and where it ends; the width is that of the last digit given.
struct Clock {
    std::int64_t since_midnight_ms = -1;
    std::int64_t width_ms = 1000;
    std::size_t end = 0;
};

Clock read_clock(std::string_view text, std::size_t at) noexcept {
    const int hour = digits(text, at, 2), minute = digits(text, at + 3, 2), second = digits(text, at + 6, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return {};
    if (text[at + 2] != ':' || text[at + 5] != ':') return {};
    Clock out{((hour * 60LL + minute) * 60 + second) * 1000, 1000, at + 8};
    if (out.end < text.size() && text[out.end] == '.') {
        std::int64_t unit_ms = 100;
        const std::size_t first = ++out.end;
        for (; out.end < text.size() && text[out.end] >= '0' && text[out.end] <= '9'; ++out.end, unit_ms /= 10) {
            out.since_midnight_ms += unit_ms * (text[out.end] - '0');
            out.width_ms = std::max<std::int64_t>(unit_ms, 1);
        }
        if (out.end == first) return {};
    }
    return out;
}

/// Minutes east of UTC of "Z" or "±hh:mm", which must end the text; 10000 if it is neither.
int read_zone_minutes(std::string_view text, std::size_t at) noexcept {
    constexpr int kNone = 10000;
    if (text.substr(at) == "Z") return 0;
    if (text.size() != at + 6 || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') return kNone;
    const int hours = digits(text, at + 1, 2), minutes = digits(text, at + 4, 2);
    if (hours < 0 || minutes < 0 || minutes > 59 || hours > 14 || (hours == 14 && minutes > 0)) return kNone;
    return (text[at] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

Result<TimeInterval> read_date_time(std::string_view text) {
    using namespace std::chrono;
    const int year_number = digits(text, 0, 4);
    if (year_number < 1) return not_a_date(text, "it must begin with a year of four digits");
    const year y{year_number};
    if (text.size() == 4) return interval(midnight_ms(y / January / 1), midnight_ms((y + years(1)) / January / 1) - 1, false);

    const int month_number = digits(text, 5, 2);
    if (text[4] != '-' || month_number < 1 || month_number > 12) return not_a_date(text, "after the year comes -MM, from 01 to 12");
    const year_month ym = y / month(static_cast<unsigned>(month_number));
    if (text.size() == 7) return interval(midnight_ms(ym / 1), midnight_ms((ym + months(1)) / 1) - 1, false);

    const int day_number = digits(text, 8, 2);
    const year_month_day ymd = ym / day(static_cast<unsigned>(std::max(day_number, 0)));
    if (text[7] != '-' || day_number < 1 || !ymd.ok()) return not_a_date(text, "there is no such day");
    const std::int64_t start_ms = midnight_ms(ymd);
    if (text.size() == 10) return interval(start_ms, start_ms + kDayMs - 1, false);

    if (text[10] != 'T') return not_a_date(text, "between day and time stands a T");
    const Clock clock = read_clock(text, 11);
    if (clock.since_midnight_ms < 0) return not_a_date(text, "the time is written hh:mm:ss, with its seconds");
    const int zone_minutes = read_zone_minutes(text, clock.end);
    if (zone_minutes == 10000) return not_a_date(text, "a time needs its zone: Z or +hh:mm");
    const std::int64_t first_ms = start_ms + clock.since_midnight_ms - zone_minutes * 60'000LL;
    return interval(first_ms, first_ms + clock.width_ms - 1, true);
}

}  // namespace placet::api::fhir
