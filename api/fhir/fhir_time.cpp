// Calendar arithmetic on days since 1970-01-01 by <chrono>'s civil types; no clock, no time zone data.
#include "api/fhir/fhir_time.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace placet::api::fhir {

using base::ErrorCode;
using base::Result;
using contracts::consent::Period;

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

/// Milliseconds from 1970, before it too; the last one is inclusive.
struct RawInterval {
    std::int64_t first_ms = 0;
    std::int64_t last_ms = 0;
    bool zone_stated = false;
};

RawInterval interval(std::int64_t first_ms, std::int64_t last_ms, bool zone_stated) noexcept {
    return {first_ms, last_ms, zone_stated};
}

std::unexpected<base::Error> not_a_date(std::string_view text, std::string_view why) {
    return base::refuse(ErrorCode::malformed,
                        "\"" + std::string(text.substr(0, 40)) + "\" is no FHIR date: " + std::string(why));
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

Result<RawInterval> read_raw(std::string_view text) {
    using namespace std::chrono;
    const int year_number = digits(text, 0, 4);
    if (year_number < 1) return not_a_date(text, "it must begin with a year of four digits");
    const year y{year_number};
    if (text.size() == 4)
        return interval(midnight_ms(y / January / 1), midnight_ms((y + years(1)) / January / 1) - 1, false);

    const int month_number = digits(text, 5, 2);
    if (text[4] != '-' || month_number < 1 || month_number > 12)
        return not_a_date(text, "after the year comes -MM, from 01 to 12");
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

}  // namespace

Result<TimeInterval> read_date_time(std::string_view text) {
    PLACET_TRY_ASSIGN(const RawInterval raw, read_raw(text));
    const auto clamp = [](std::int64_t value) {
        return value < 0 ? base::TimeMs{0} : std::min(static_cast<base::TimeMs>(value), base::kLastInstant);
    };
    return TimeInterval{clamp(raw.first_ms), clamp(raw.last_ms), raw.zone_stated};
}

Result<Period> read_data_time(std::string_view text) {
    PLACET_TRY_ASSIGN(const RawInterval raw, read_raw(text));
    const auto shifted = [](std::int64_t value) {
        const std::int64_t moved = value + static_cast<std::int64_t>(contracts::consent::kDataEpochMs);
        return static_cast<base::TimeMs>(std::max<std::int64_t>(moved, 0));
    };
    return Period{shifted(raw.first_ms), shifted(raw.last_ms) + 1};
}

std::string data_time_text(base::TimeMs instant) {
    using namespace std::chrono;
    const std::int64_t since_1970 =
        static_cast<std::int64_t>(instant) - static_cast<std::int64_t>(contracts::consent::kDataEpochMs);
    const auto days_since = floor<days>(milliseconds(since_1970));
    const std::int64_t in_day = since_1970 - duration_cast<milliseconds>(days_since).count();
    const year_month_day day{sys_days(days_since)};
    const auto digits_of = [](std::int64_t value, std::size_t width) {
        std::string out = std::to_string(value);
        return std::string(width > out.size() ? width - out.size() : 0, '0') + out;
    };
    std::string out = digits_of(int(day.year()), 4) + "-" + digits_of(unsigned(day.month()), 2) + "-" +
                      digits_of(unsigned(day.day()), 2);
    if (in_day == 0) return out;
    out += "T" + digits_of(in_day / 3'600'000, 2) + ":" + digits_of(in_day / 60'000 % 60, 2) + ":" +
           digits_of(in_day / 1000 % 60, 2);
    if (in_day % 1000 != 0) out += "." + digits_of(in_day % 1000, 3);
    return out + "Z";
}

}  // namespace placet::api::fhir
