// Reads CSV straight down; every error names its line.
#include "contracts/dataset/csv.hpp"

#include <algorithm>

namespace placet::contracts::dataset {
namespace {

constexpr std::size_t kMaxField = 64 * 1024;
constexpr std::size_t kMaxFields = 64;

std::unexpected<base::Error> refuse_line(ErrorCode code, std::string message, std::size_t line) {
    return refuse(code, std::move(message), "line " + std::to_string(line));
}

}  // namespace

CsvReader::CsvReader(std::string_view text) noexcept : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
}

bool CsvReader::at_line_end() const noexcept {
    return at_ < text_.size() && (text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n"));
}

void CsvReader::take_line_end() noexcept {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
}

Result<std::string> CsvReader::quoted() {
    const std::size_t opened = line_;
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '"') {
            if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') {
                ++at_;
                if (at_ < text_.size() && text_[at_] != ',' && !at_line_end())
                    return refuse_line(ErrorCode::malformed,
                                       "after a closing quote comes a comma or the end of the line", line_);
                return out;
            }
            ++at_;  // a doubled quote is one
        }
        if (text_[at_] == '\n') ++line_;
        out += text_[at_];
        if (out.size() > kMaxField)
            return refuse_line(ErrorCode::too_large, "a field has more than 65536 octets", opened);
    }
    return refuse_line(ErrorCode::malformed, "a quote is opened and never closed", opened);
}

Result<std::string> CsvReader::plain() {
    std::string out;
    while (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
        if (text_[at_] == '"')
            return refuse_line(ErrorCode::malformed, "a quote inside a field that does not begin with one", line_);
        if (text_[at_] == '\0') return refuse_line(ErrorCode::malformed, "a NUL octet", line_);
        out += text_[at_++];
        if (out.size() > kMaxField)
            return refuse_line(ErrorCode::too_large, "a field has more than 65536 octets", line_);
    }
    return out;
}

Result<bool> CsvReader::next(std::vector<std::string>& fields) {
    fields.clear();
    while (at_line_end()) take_line_end();
    if (at_ >= text_.size()) return false;
    row_line_ = line_;
    while (true) {
        PLACET_TRY_ASSIGN(std::string field, at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
        fields.push_back(std::move(field));
        if (fields.size() > kMaxFields)
            return refuse_line(ErrorCode::too_large, "a row of more than 64 fields", row_line_);
        if (at_ < text_.size() && text_[at_] == ',') {
            ++at_;
            continue;
        }
        if (at_line_end()) take_line_end();
        return true;
    }
}

Result<std::vector<std::size_t>> columns_of(const std::vector<std::string>& heading,
                                            const std::vector<std::string>& wanted) {
    std::vector<std::size_t> out;
    for (const std::string& name : wanted) {
        const auto found = std::ranges::find(heading, name);
        if (found == heading.end())
            return refuse(ErrorCode::malformed, "the first line names no column \"" + name + "\"", "line 1");
        if (std::ranges::count(heading, name) > 1)
            return refuse(ErrorCode::malformed, "the first line names column \"" + name + "\" twice", "line 1");
        out.push_back(static_cast<std::size_t>(found - heading.begin()));
    }
    return out;
}

}  // namespace placet::contracts::dataset
