// Comma-separated values as RFC 4180 has them, row by row: quoted fields may hold commas, line ends and doubled quotes;
// lines end with LF or CRLF; a byte order mark at the start is skipped; empty lines are not rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contracts/common/codec.hpp"

namespace placet::contracts::dataset {

class CsvReader {
public:
    explicit CsvReader(std::string_view text) noexcept;

    /// The next row into `fields`; false at the end. Errors: malformed (a quote that does not close, text after a
    /// closing quote, a quote inside an unquoted field, a NUL), too_large (a field over 64 KiB, a row of more than 64
    /// fields); `field` = "line N".
    [[nodiscard]] Result<bool> next(std::vector<std::string>& fields);
    /// Where the last row began, counted from 1: "line 17".
    [[nodiscard]] std::string place() const { return "line " + std::to_string(row_line_); }

private:
    [[nodiscard]] Result<std::string> quoted();
    [[nodiscard]] Result<std::string> plain();
    [[nodiscard]] bool at_line_end() const noexcept;
    void take_line_end() noexcept;

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 1;
};

/// The places of `wanted` columns in the first row, in the order of `wanted`; malformed where one is missing, named
/// twice or unknown.
[[nodiscard]] Result<std::vector<std::size_t>> columns_of(const std::vector<std::string>& heading,
                                                          const std::vector<std::string>& wanted);

}  // namespace placet::contracts::dataset
