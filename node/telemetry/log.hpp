// The log: one JSON object a line, every text escaped by us (spdlog's own JSON pattern does not, and then a peer's words could
// forge lines). Thread-safe. Never given names, numbers or texts of patients: ids, hashes, counts and our own sentences only.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "ledger/base/error.hpp"

namespace placet::node {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };

struct LogField {
    std::string_view name;
    std::variant<std::string, std::int64_t, std::uint64_t, bool> value;
    LogField(std::string_view field, std::string text) : name(field), value(std::move(text)) {}
    LogField(std::string_view field, std::string_view text) : name(field), value(std::string(text)) {}
    LogField(std::string_view field, const char* text) : name(field), value(std::string(text)) {}
    LogField(std::string_view field, std::int64_t number) : name(field), value(number) {}
    LogField(std::string_view field, int number) : name(field), value(std::int64_t{number}) {}
    LogField(std::string_view field, std::uint64_t number) : name(field), value(number) {}
    LogField(std::string_view field, bool truth) : name(field), value(truth) {}
};

class Log {
public:
    struct Options {
        std::string node;   ///< stands in every line
        std::string level;  ///< as in the configuration
        std::string file;   ///< empty = standard error
    };
    [[nodiscard]] static base::Result<std::unique_ptr<Log>> open(const Options& options);
    ~Log();

    /// `event` is a stable name for machines ("link_up"), `message` a sentence for people.
    void write(LogLevel level, std::string_view event, std::string_view message, std::initializer_list<LogField> fields = {});
    void info(std::string_view event, std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::info, event, message, fields); }
    void warn(std::string_view event, std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::warn, event, message, fields); }
    void error(std::string_view event, std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::error, event, message, fields); }
    void debug(std::string_view event, std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::debug, event, message, fields); }

private:
    struct Impl;
    explicit Log(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// `text` between quotes, as a JSON string: control characters escaped, octets that are no UTF-8 replaced.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace placet::node
