// Reading placetd's configuration: TOML, environment and flags over the table of settings. See config.hpp.
#include "node/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

#include "ledger/base/edit_distance.hpp"

extern char** environ;

namespace placet::node {

namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "PLACET_";
constexpr std::size_t kMaxFileBytes = 256 * 1024;

std::string hint(std::string_view name) {
    const auto& all = settings();
    const auto nearest = std::ranges::min_element(all, {}, [&](const Setting& s) { return base::edit_distance(name, s.name); });
    return base::edit_distance(name, nearest->name) * 2 <= std::max(name.size(), nearest->name.size()) ? fmt::format("; did you mean '{}'?", nearest->name)
                                                                                              : std::string("; placetd --print-config lists all");
}

const Setting* find_setting(std::string_view name) {
    const auto& all = settings();
    const auto found = std::ranges::find(all, name, &Setting::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto comma = text.find(',');
        std::string_view item = text.substr(0, comma);
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
        if (!item.empty()) out.emplace_back(item);
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return out;
}

// Gathers every problem instead of the first: an operator wants to fix a file once.
class Problems {
public:
    void add(std::string_view where, std::string what) { lines_.push_back(where.empty() ? std::move(what) : fmt::format("{}: {}", where, what)); }
    [[nodiscard]] bool none() const noexcept { return lines_.empty(); }
    [[nodiscard]] base::Error error() const { return {ErrorCode::invalid_value, fmt::format("{}", fmt::join(lines_, "\n")), {}}; }

private:
    std::vector<std::string> lines_;
};

struct Origin {
    std::string where;  // "placetd.toml:7", "PLACET_DATA", "--data"; empty for defaults
    fs::path base;      // what a relative path is relative to
};

struct Setter {
    Config& config;
    const Setting& setting;
    const std::string& text;
    const Origin& origin;
    Problems& problems;

    void operator()(const Setting::Text& kind) const {
        if (!kind.allowed.empty() && std::ranges::find(kind.allowed, text) == kind.allowed.end())
            return problems.add(origin.where, fmt::format("'{}' must be one of {}, not '{}'", setting.name, fmt::join(kind.allowed, ", "), text));
        kind.place(config) = text;
    }
    void operator()(const Setting::Path& kind) const {
        const fs::path path(text);
        kind.place(config) = path.empty() || path.is_absolute() || origin.base.empty() ? path : origin.base / path;
    }
    void operator()(const Setting::Number& kind) const {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || value < kind.min || value > kind.max)
            return problems.add(origin.where, fmt::format("'{}' must be a whole number from {} to {}, not '{}'", setting.name, kind.min, kind.max, text));
        kind.place(config) = value;
    }
    void operator()(const Setting::List& kind) const { kind.place(config) = split_list(text); }
};

void set(Config& config, const Setting& setting, const std::string& text, const Origin& origin, Problems& problems) {
    std::visit(Setter{config, setting, text, origin, problems}, setting.kind);
}

// The value as the text a flag would have; nothing (and a problem) if it is of the wrong type.
std::optional<std::string> text_of(const toml::node& node, const Setting& setting, const std::string& where, Problems& problems) {
    if (std::holds_alternative<Setting::Number>(setting.kind)) {
        if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
    } else if (std::holds_alternative<Setting::List>(setting.kind)) {
        std::string out;
        const toml::array* items = node.as_array();
        bool good = items != nullptr;
        if (items != nullptr)
            for (const auto& item : *items) {
                const auto text = item.value_exact<std::string>();
                good = good && text.has_value();
                if (text) out += (out.empty() ? "" : ",") + *text;
            }
        if (good) return out;
    } else if (const auto text = node.value_exact<std::string>()) {
        return *text;
    }
    const char* wanted = std::holds_alternative<Setting::Number>(setting.kind) ? "a whole number"
                         : std::holds_alternative<Setting::List>(setting.kind) ? "a list of texts" : "a text in quotes";
    problems.add(where, fmt::format("'{}' must be {}", setting.name, wanted));
    return std::nullopt;
}

class FileReader {
public:
    FileReader(Config& config, const fs::path& file, Problems& problems) : config_(config), file_(file), problems_(problems) {}

    void read() {
        std::ifstream in(file_, std::ios::binary);
        std::ostringstream content;
        content << in.rdbuf();
        if (!in) return problems_.add({}, fmt::format("cannot read {}", file_.string()));
        if (content.str().size() > kMaxFileBytes) return problems_.add(file_.string(), "too large for a configuration");
        try {
            walk(toml::parse(content.str(), file_.string()), {});
        } catch (const toml::parse_error& error) {
            problems_.add(where(error.source()), std::string(error.description()));
        }
    }

private:
    [[nodiscard]] std::string where(const toml::source_region& region) const { return fmt::format("{}:{}", file_.string(), region.begin.line); }

    void walk(const toml::table& table, const std::string& section) {
        for (const auto& [key, node] : table) {
            const std::string name = section.empty() ? std::string(key.str()) : section + "." + std::string(key.str());
            const std::string line = where(key.source());
            const bool is_section = std::ranges::any_of(settings(), [&](const Setting& s) { return s.name.starts_with(name + "."); });
            if (is_section && node.is_table() && section.empty()) {
                walk(*node.as_table(), name);
                continue;
            }
            const Setting* setting = find_setting(name);
            if (setting == nullptr) {
                problems_.add(line, fmt::format("unknown key '{}'{}", name, hint(name)));
                continue;
            }
            if (const auto text = text_of(node, *setting, line, problems_)) set(config_, *setting, *text, {line, file_.parent_path()}, problems_);
        }
    }

    Config& config_;
    fs::path file_;
    Problems& problems_;
};

std::string toml_value(const Setting& setting) {
    if (std::holds_alternative<Setting::Number>(setting.kind)) return setting.initial;
    if (!std::holds_alternative<Setting::List>(setting.kind)) return '"' + setting.initial + '"';
    std::vector<std::string> quoted;
    for (const auto& item : split_list(setting.initial)) quoted.push_back('"' + item + '"');
    return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string wrapped(std::string_view text) {
    constexpr std::size_t kWidth = 100;
    std::string out;
    std::size_t column = 0;
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
        if (column + word.size() > kWidth) column = 0;
        if (column == 0) out += out.empty() ? "# " : "\n# ";
        else out += ' ';
        out += word;
        column += word.size() + 1;
    }
    return out + "\n";
}

}  // namespace

base::Result<Config> load_config(const ConfigSources& sources) {
    Config config;
    Problems problems;
    const fs::path defaults_base = sources.file.empty() ? fs::path{} : sources.file.parent_path();
    for (const auto& setting : settings()) set(config, setting, setting.initial, {"default", defaults_base}, problems);
    if (!sources.file.empty()) FileReader(config, sources.file, problems).read();
    for (const auto& setting : settings()) {
        const std::string variable = environment_name(setting);
        if (const auto found = sources.environment.find(variable); found != sources.environment.end())
            set(config, setting, found->second, {variable, {}}, problems);
        if (const auto found = sources.flags.find(setting.name); found != sources.flags.end())
            set(config, setting, found->second, {"--" + setting.name, {}}, problems);
    }
    if (config.role() == NodeRole::validator && config.name.empty())
        problems.add({}, "'name' is not set: a validator's name as genesis has it");
    if (config.role() == NodeRole::observer && config.api.listen.empty())
        problems.add({}, "'api.listen' is not set: an observer stands in no genesis, so it must say where it listens");
    if (!problems.none()) return std::unexpected(problems.error());
    return config;
}

std::map<std::string, std::string> placet_environment() {
    std::map<std::string, std::string> out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (!text.starts_with(kPrefix) || equals == std::string_view::npos) continue;
        out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

std::string documented_example() {
    std::string out = "# Configuration of placetd. Flags (--section.key) stand over environment variables, those over this file,\n"
                      "# this file over the defaults shown. Relative paths are relative to this file's folder.\n";
    std::string section;
    for (const auto& setting : settings()) {
        const auto dot = setting.name.find('.');
        const std::string here = dot == std::string::npos ? std::string{} : setting.name.substr(0, dot);
        if (here != section) out += fmt::format("\n[{}]\n", here);
        section = here;
        out += "\n" + wrapped(setting.help);
        if (const auto* number = std::get_if<Setting::Number>(&setting.kind))
            out += fmt::format("# {} to {}. {}\n", number->min, number->max, environment_name(setting));
        else
            out += fmt::format("# {}\n", environment_name(setting));
        out += fmt::format("{} = {}\n", setting.name.substr(dot == std::string::npos ? 0 : dot + 1), toml_value(setting));
    }
    return out;
}

}  // namespace placet::node
