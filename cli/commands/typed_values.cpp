// See typed_values.hpp.
#include "cli/commands/typed_values.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/words/in_words.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/time.hpp"
#include "ledger/types/part.hpp"

namespace placet::cli::commands {

using namespace frame;

Outcome<std::string> instant_of(const Arguments& arguments, std::string_view name) {
    const std::string text = arguments.text(name);
    if (!text.empty() && !base::from_rfc3339(text))
        return usage("\"" + text + "\" is no instant; write one like 2026-11-23T08:00:00Z", std::string(name));
    return text;
}

Outcome<std::string> pseudonym_of(const Arguments& arguments, std::string_view name) {
    const std::string text = arguments.text(name);
    if (!text.empty() && !base::fixed_from_hex<types::Pseudonym>(text))
        return usage("\"" + text +
                         "\" is no pseudonym: that is 64 hexadecimal digits in lower case, as `placet consent list "
                         "--json` shows them",
                     std::string(name));
    return text;
}

Outcome<std::string> choice_of(const Arguments& arguments, std::string_view name,
                               const std::vector<std::string>& words) {
    const std::string text = arguments.text(name);
    if (text.empty() || std::ranges::find(words, text) != words.end()) return text;
    const auto near = nearest(text, words);
    return usage("\"" + text + "\" is none of " + words::joined(words) + (near ? "; did you mean " + *near + "?" : ""),
                 std::string(name));
}

Outcome<void> as_usage(const base::Status& status, std::string_view name) {
    if (status) return {};
    return usage(status.error().message, std::string(name));
}

Outcome<void> check_address(const Arguments& arguments, std::string_view name) {
    const std::string text = arguments.text(name);
    if (text.empty()) return {};
    const std::size_t colon = text.rfind(':');
    Arguments port;
    port.given["port"] = {colon == std::string::npos ? "" : text.substr(colon + 1)};
    if (colon != 0 && port.number("port", 0, {.min = 0, .max = 65535})) return {};
    return usage("\"" + text + "\" is no address; write host:port, like 127.0.0.1:17109", std::string(name));
}

Outcome<void> check_diseases(const std::vector<std::string>& diseases, std::string_view name) {
    constexpr std::string_view kDigits = "0123456789";
    for (const std::string& disease : diseases) {
        const std::size_t colon = disease.find(':');
        const bool good = colon != std::string::npos && colon > 0 && colon + 1 < disease.size() &&
                          disease.find_first_not_of(kDigits, colon + 1) == std::string::npos &&
                          disease.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_") == colon;
        if (!good)
            return usage("\"" + disease + "\" names no disease; write one like MONDO:0005148", std::string(name));
    }
    return {};
}

Outcome<void> check_readable(const std::filesystem::path& path) {
    const auto unreadable = [&](const char* why) {
        return fail(Exit::usage, base::ErrorCode::io, std::string("cannot be read: ") + why, path.string());
    };
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        return fail(Exit::usage, base::ErrorCode::io, "does not exist", path.string());
    const bool is_folder = std::filesystem::is_directory(status);
    if (!is_folder && !std::filesystem::is_regular_file(status)) return unreadable("it is neither a file nor a folder");
    if (::access(path.c_str(), is_folder ? R_OK | X_OK : R_OK) != 0) return unreadable(std::strerror(errno));
    return {};
}

Outcome<void> check_writable(const std::filesystem::path& path) {
    const auto unwritable = [&](const std::string& why) {
        return fail(Exit::usage, base::ErrorCode::io, "cannot be written: " + why + "; nothing was asked for", path.string());
    };
    std::error_code error;
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    if (std::filesystem::is_directory(path, error)) return unwritable("it is a folder");
    if (!std::filesystem::is_directory(folder, error)) return unwritable("there is no folder " + folder.string());
    if (::access(folder.c_str(), W_OK | X_OK) != 0) return unwritable(std::strerror(errno));
    return {};
}

}  // namespace placet::cli::commands
