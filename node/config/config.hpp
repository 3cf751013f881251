// What placetd is told: one struct of plain values, and the table of settings from which the reader, the documented example,
// environment variables and flags are all made. Flags stand over environment (PLACET_…), environment over file, file over default.
// An unknown key is refused with its line and the nearest name. Secrets are never settings: only the file that holds one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ledger/base/error.hpp"

namespace placet::node {

enum class NodeRole : std::uint8_t { validator, observer };

struct NetworkConfig {
    std::string listen;
};

struct ApiConfig {
    std::string listen;
    std::uint64_t threads = 0;
    std::uint64_t connections = 0;
    std::uint64_t requests_per_second = 0;
    std::uint64_t burst = 0;
    std::uint64_t anonymous_requests_per_second = 0;
    std::uint64_t anonymous_burst = 0;
};

struct ConsensusConfig {
    std::uint64_t view_timeout_ms = 0;
    std::uint64_t view_timeout_cap_ms = 0;
    std::uint64_t heartbeat_ms = 0;
    std::uint64_t busy_status_ms = 0;
    std::uint64_t idle_status_ms = 0;
    std::uint64_t batch_ms = 0;
    std::uint64_t clock_skew_ms = 0;
    std::uint64_t round_trip_ms = 0;
    std::uint64_t bandwidth_kib_per_s = 0;
};

struct LimitsConfig {
    std::uint64_t mempool_transactions = 0;
    std::uint64_t mempool_mib = 0;
    std::uint64_t verify_threads = 0;
    std::uint64_t waiting_receipts = 0;
    std::uint64_t min_free_mib = 0;
    std::uint64_t full_check_below_mib = 0;
};

struct ObserverConfig {
    std::vector<std::string> follow;
    std::uint64_t poll_ms = 0;
};

struct LogConfig {
    std::string level;
    std::string file;
};

/// Every value has been checked for its range; paths are absolute or relative to the working directory.
struct Config {
    std::string name;
    std::string role_text;
    std::filesystem::path genesis;
    std::filesystem::path data;
    std::filesystem::path keys;
    std::filesystem::path passphrase_file;
    NetworkConfig network;
    ApiConfig api;
    ConsensusConfig consensus;
    LimitsConfig limits;
    ObserverConfig observer;
    LogConfig log;

    [[nodiscard]] NodeRole role() const noexcept { return role_text == "observer" ? NodeRole::observer : NodeRole::validator; }
};

/// One setting. `name` is "key" or "section.key"; its environment variable is PLACET_SECTION_KEY, its flag --section.key.
struct Setting {
    struct Text {
        std::function<std::string&(Config&)> place;
        std::vector<std::string> allowed;  ///< empty = any
    };
    struct Path {
        std::function<std::filesystem::path&(Config&)> place;
    };
    struct Number {
        std::function<std::uint64_t&(Config&)> place;
        std::uint64_t min = 0;
        std::uint64_t max = UINT64_MAX;
    };
    struct List {
        std::function<std::vector<std::string>&(Config&)> place;
    };
    std::string name;
    std::string initial;  ///< default, as TOML writes it without quotes; a list's items are divided by commas
    std::string help;     ///< sentences
    std::variant<Text, Path, Number, List> kind;
};

/// Every setting there is, in the order of the example.
[[nodiscard]] const std::vector<Setting>& settings();
[[nodiscard]] std::string environment_name(const Setting& setting);

/// Where values come from, from weakest to strongest.
struct ConfigSources {
    std::filesystem::path file;                    ///< empty = none
    std::map<std::string, std::string> environment;  ///< PLACET_… variables; those that are no setting are left alone
    std::map<std::string, std::string> flags;        ///< by setting name
};

/// All errors at once, one a line ("placetd.toml:7: unknown key 'nmae'; did you mean 'name'?"); code invalid_value.
[[nodiscard]] base::Result<Config> load_config(const ConfigSources& sources);
/// The process's environment, PLACET_… alone.
[[nodiscard]] std::map<std::string, std::string> placet_environment();

/// A whole configuration file with every key, its meaning, range, variable and default, as --print-config writes it.
[[nodiscard]] std::string documented_example();

}  // namespace placet::node
