// RFC 3339 text and instants, with the civil calendar in integer arithmetic (no locale, no time zone database).
#include "ledger/base/time.hpp"

#include <chrono>

namespace placet::base {
namespace {

constexpr std::uint64_t kDayMs = 24ULL * 60 * 60 * 1000;

// Reads exactly `digits` decimal digits at the front of `text` and takes them off; -1 if they are not there.
int take_number(std::string_view& text, std::size_t digits) noexcept {
    if (text.size() < digits) return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take_char(std::string_view& text, char wanted) noexcept {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::unexpected<Error> not_a_time(std::string_view text) {
    return refuse(ErrorCode::malformed,
                  "not an RFC 3339 date-time like 2026-11-23T08:00:00Z: \"" + std::string(text.substr(0, 40)) + "\"");
}

// Milliseconds from the epoch to the start of the day at the front of `text`, which is taken off; may be negative.
Result<std::int64_t> take_day(std::string_view& text) {
    const std::string_view whole = text;
    const int year = take_number(text, 4);
    const bool first_dash = take_char(text, '-');
    const int month = take_number(text, 2);
    const bool second_dash = take_char(text, '-');
    const int day = take_number(text, 2);
    if (year < 0 || month < 0 || day < 0 || !first_dash || !second_dash) return not_a_time(whole);
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok())
        return refuse(ErrorCode::malformed, "no such day in the calendar: \"" + std::string(whole.substr(0, 10)) + "\"");
    return std::chrono::sys_days{date}.time_since_epoch().count() * static_cast<std::int64_t>(kDayMs);
}

// Milliseconds within the day: "T08:00:00" and an optional fraction of any length.
Result<std::int64_t> take_clock(std::string_view& text, std::string_view whole) {
    if (!take_char(text, 'T') && !take_char(text, 't')) return not_a_time(whole);
    const int hour = take_number(text, 2);
    const bool first_colon = take_char(text, ':');
    const int minute = take_number(text, 2);
    const bool second_colon = take_char(text, ':');
    const int second = take_number(text, 2);
    if (hour < 0 || minute < 0 || second < 0 || !first_colon || !second_colon) return not_a_time(whole);
    // A leap second (:60) has no instant of its own in Unix time: refused rather than moved.
    if (hour > 23 || minute > 59 || second > 59) return not_a_time(whole);
    std::int64_t millis = ((hour * 60LL + minute) * 60 + second) * 1000;
    if (!take_char(text, '.')) return millis;
    std::size_t digits = 0;
    for (std::int64_t unit = 100; !text.empty() && text.front() >= '0' && text.front() <= '9'; unit /= 10, ++digits) {
        millis += unit * (text.front() - '0');
        text.remove_prefix(1);
    }
    if (digits == 0) return not_a_time(whole);
    return millis;
}

// The offset from UTC in milliseconds, which must end the text.
Result<std::int64_t> take_offset(std::string_view text, std::string_view whole) {
    if (text == "Z" || text == "z") return 0;
    const bool west = !text.empty() && text.front() == '-';
    if (!west && (text.empty() || text.front() != '+'))
        return refuse(ErrorCode::malformed, "a time needs an offset, Z or ±hh:mm: \"" + std::string(whole.substr(0, 40)) + "\"");
    text.remove_prefix(1);
    const int hours = take_number(text, 2);
    const bool colon = take_char(text, ':');
    const int minutes = take_number(text, 2);
    if (hours < 0 || minutes < 0 || !colon || !text.empty() || hours > 23 || minutes > 59) return not_a_time(whole);
    const std::int64_t offset = (hours * 60LL + minutes) * 60 * 1000;
    return west ? -offset : offset;
}

Result<TimeMs> in_range(std::int64_t instant) {
    if (instant < 0 || static_cast<TimeMs>(instant) > kLastInstant)
        return refuse(ErrorCode::invalid_value, "instants on the ledger lie between 1970 and 9999");
    return static_cast<TimeMs>(instant);
}

void append_padded(std::string& out, std::uint64_t value, std::size_t width) {
    const std::string digits = std::to_string(value);
    out.append(width > digits.size() ? width - digits.size() : 0, '0');
    out += digits;
}

}  // namespace

std::string to_rfc3339(TimeMs instant) {
    if (instant > kLastInstant) return "no end";
    const std::chrono::sys_days days{std::chrono::days{static_cast<int>(instant / kDayMs)}};
    const std::chrono::year_month_day date{days};
    const std::uint64_t rest = instant % kDayMs;
    std::string out;
    append_padded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_padded(out, rest / 3'600'000, 2);
    out += ':';
    append_padded(out, rest / 60'000 % 60, 2);
    out += ':';
    append_padded(out, rest / 1000 % 60, 2);
    out += '.';
    append_padded(out, rest % 1000, 3);
    out += 'Z';
    return out;
}

Result<TimeMs> from_rfc3339(std::string_view text) {
    std::string_view rest = text;
    PLACET_TRY_ASSIGN(const std::int64_t day, take_day(rest));
    PLACET_TRY_ASSIGN(const std::int64_t clock, take_clock(rest, text));
    PLACET_TRY_ASSIGN(const std::int64_t offset, take_offset(rest, text));
    return in_range(day + clock - offset);
}

Result<TimeMs> day_from_iso(std::string_view text) {
    std::string_view rest = text;
    PLACET_TRY_ASSIGN(const std::int64_t day, take_day(rest));
    if (!rest.empty())
        return refuse(ErrorCode::malformed, "not a day like 2026-11-23: \"" + std::string(text.substr(0, 40)) + "\"");
    return in_range(day);
}

}  // namespace placet::base
