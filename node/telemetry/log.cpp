// The log over spdlog's sinks, with our own formatting: see log.hpp.
#include "node/telemetry/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>

#include "ledger/base/cbor.hpp"
#include "ledger/base/time.hpp"

namespace placet::node {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::trace: return spdlog::level::trace;
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warn: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view name_of(LogLevel level) {
    constexpr std::string_view names[] = {"trace", "debug", "info", "warn", "error"};
    return names[static_cast<std::size_t>(level)];
}

std::string now_text() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return base::to_rfc3339(static_cast<base::TimeMs>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()));
}

std::string value_text(const std::variant<std::string, std::int64_t, std::uint64_t, bool>& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return json_quoted(*text);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return std::to_string(std::get<std::uint64_t>(value));
}

}  // namespace

struct Log::Impl {
    std::string node;
    std::unique_ptr<spdlog::logger> logger;
};

std::string json_quoted(std::string_view text) {
    if (!base::cbor::is_utf8(base::as_bytes(text))) {
        std::string cleaned;
        for (const char c : text) cleaned += static_cast<unsigned char>(c) < 0x80 ? c : '?';
        return json_quoted(cleaned);
    }
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\', out += c;
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else out += c;
    }
    return out + '"';
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Log::~Log() = default;

base::Result<std::unique_ptr<Log>> Log::open(const Options& options) {
    auto impl = std::make_unique<Impl>();
    impl->node = options.node;
    spdlog::sink_ptr sink;
    try {
        if (options.file.empty()) sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        else sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    } catch (const spdlog::spdlog_ex& error) {
        return base::refuse(base::ErrorCode::io, error.what(), "log.file");
    }
    impl->logger = std::make_unique<spdlog::logger>("placetd", std::move(sink));
    impl->logger->set_pattern("%v");
    impl->logger->set_level(spdlog::level::from_str(options.level));
    impl->logger->flush_on(spdlog::level::info);
    // A log that cannot be written (disk full) must not take the node with it.
    impl->logger->set_error_handler([](const std::string&) {});
    return std::unique_ptr<Log>(new Log(std::move(impl)));
}

void Log::write(LogLevel level, std::string_view event, std::string_view message, std::initializer_list<LogField> fields) {
    if (!impl_->logger->should_log(spdlog_level(level))) return;
    std::string line = fmt::format(R"({{"time":"{}","level":"{}","node":{},"event":{},"message":{})", now_text(), name_of(level),
                                   json_quoted(impl_->node), json_quoted(event), json_quoted(message));
    for (const auto& field : fields) line += fmt::format(",{}:{}", json_quoted(field.name), value_text(field.value));
    impl_->logger->log(spdlog_level(level), line + '}');
}

}  // namespace placet::node
