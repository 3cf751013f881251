// Exit codes of library errors, and the words of a report.
#include "cli/frame/report.hpp"

#include <algorithm>

namespace placet::cli::frame {

Exit exit_of(base::ErrorCode code) noexcept {
    using enum base::ErrorCode;
    switch (code) {
        case malformed:
        case not_canonical:
        case too_large:
        case unsupported:
        case invalid_value:
        case io: return Exit::usage;
        case invalid_signature:
        case invalid_proof:
        case corrupt:
        case internal: return Exit::failed;
        case unauthenticated:
        case unauthorised: return Exit::not_authorised;
        case not_found: return Exit::not_found;
        case conflict: return Exit::refused;
        case expired:
        case timeout: return Exit::not_committed;
        case busy:
        case unavailable: return Exit::no_connection;
    }
    return Exit::failed;
}

Words& Words::add(std::string_view line) {
    text_ += printable(line);
    text_ += '\n';
    return *this;
}

Words& Words::blank() {
    text_ += '\n';
    return *this;
}

Words& Words::paragraph(std::string_view lines) {
    text_ += printable_lines(lines);
    if (!lines.empty() && lines.back() != '\n') text_ += '\n';
    return *this;
}

Words& Words::table(const std::vector<std::vector<std::string>>& rows) {
    if (rows.size() < 2) return *this;
    std::vector<std::vector<std::string>> shown;
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        auto& cells = shown.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) {
            cells.push_back(printable(row[i]));
            if (widths.size() <= i) widths.push_back(0);
            widths[i] = std::max(widths[i], columns(cells.back()));
        }
    }
    for (const auto& cells : shown) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            line += cells[i];
            if (i + 1 < cells.size()) line.append(widths[i] - columns(cells[i]) + 2, ' ');
        }
        text_ += line;
        text_ += '\n';
    }
    return *this;
}

}  // namespace placet::cli::frame
