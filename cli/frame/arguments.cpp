// Values of the command line, the options all commands share, and the guess at what a misspelt word was meant to be.
#include <algorithm>
#include <charconv>

#include "cli/frame/command.hpp"
#include "ledger/base/edit_distance.hpp"

namespace placet::cli::frame {

std::optional<std::string> Arguments::value(std::string_view name) const {
    const auto it = given.find(name);
    if (it == given.end() || it->second.empty()) return std::nullopt;
    return it->second.back();
}

std::string Arguments::text(std::string_view name, std::string_view otherwise) const {
    return value(name).value_or(std::string(otherwise));
}

std::vector<std::string> Arguments::values(std::string_view name) const {
    const auto it = given.find(name);
    return it == given.end() ? std::vector<std::string>{} : it->second;
}

Outcome<std::uint64_t> Arguments::number(std::string_view name, std::uint64_t otherwise, Range range) const {
    const auto text = value(name);
    if (!text) return otherwise;
    std::uint64_t out = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
    if (error != std::errc{} || end != text->data() + text->size() || out < range.min || out > range.max)
        return usage(fmt::format("expected a whole number from {} to {}, got \"{}\"", range.min, range.max, *text), std::string(name));
    return out;
}

const std::vector<Argument>& common_arguments() {
    static const std::vector<Argument> kArguments = {
        {"--json", Kind::flag, "one JSON object on standard output, errors too", Presence::optional, ""},
        {"--home", Kind::value, "whose keys and settings to use (PLACET_HOME)", Presence::optional, "DIR"},
        {"--node", Kind::value, "the validator to ask, by name (PLACET_NODE)", Presence::optional, "NAME"},
        {"--genesis", Kind::value, "the genesis file to trust (PLACET_GENESIS)", Presence::optional, "FILE"},
        {"--passphrase-file", Kind::value, "holds the passphrase of the keys (PLACET_PASSPHRASE_FILE)", Presence::optional, "FILE"},
        {"--timeout", Kind::value, "how long to wait for the ledger, in seconds (PLACET_TIMEOUT)", Presence::optional, "SECONDS"},
    };
    return kArguments;
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = base::edit_distance(word, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

}  // namespace placet::cli::frame
