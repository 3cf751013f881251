// The stage on which the story is played: the network's folders and processes, the actors' homes, the narration, and the
// summary with its evidence. Every step of the story runs the real `placet` as its actor would. One thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/demo/options.hpp"
#include "cli/demo/process.hpp"

namespace placet::cli::demo {

/// A step that did not do what the rules say. Ends the story with its words; the summary says ok: false.
class StoryFailed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Ctrl-C or SIGTERM while the story was played: nothing went wrong, and nothing is proved.
class Interrupted : public StoryFailed {
public:
    Interrupted() : StoryFailed("interrupted before its end") {}
};

class Stage {
public:
    explicit Stage(Options options);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    [[nodiscard]] const Options& options() const noexcept { return options_; }
    [[nodiscard]] std::filesystem::path network() const { return options_.out / "network"; }
    [[nodiscard]] std::filesystem::path samples() const { return options_.out / "samples"; }
    [[nodiscard]] std::filesystem::path home(const std::string& name) const { return network() / "homes" / name; }
    [[nodiscard]] std::string program(const char* name) const { return (options_.bin / name).string(); }

    // Narration: a chapter, what happened, what proves it.
    void chapter(const std::string& title);
    void say(const std::string& words);
    void proof(const std::string& words);

    /// `placet ARGUMENTS --json` as the actor whose home it is; throws StoryFailed unless it exits with one of `allowed`.
    nlohmann::json placet(const std::string& home_name, std::vector<std::string> arguments, std::vector<int> allowed = {0});
    /// A program run to its end, without a home.
    ProcessResult run(std::vector<std::string> arguments);
    /// Throws StoryFailed with `words` unless the condition holds; and Interrupted once the story was asked to end.
    void check(bool holds, const std::string& words) const;
    /// Asks the story to end at its next step. Async-signal-safe.
    static void interrupt() noexcept;
    [[nodiscard]] static bool interrupted() noexcept;

    /// A validator (or the observer) as a process of its own.
    void start_node(const std::string& name);
    void stop_node(const std::string& name);
    void kill_node(const std::string& name);
    [[nodiscard]] int pid_of(const std::string& name) const;
    void start_gateway(const std::string& home_name);
    void stop_gateway();
    /// In the order of seats.
    [[nodiscard]] static const std::vector<std::string>& validators();
    /// /v1/status of one node, or null while it does not answer.
    nlohmann::json status_of(const std::string& name);
    /// Waits until the node reports at least `height` and is healthy; throws when it does not in time.
    void await_height(const std::string& name, std::uint64_t height, unsigned patience_s);

    /// summary.json: measured values, beside each its evidence.
    [[nodiscard]] nlohmann::json& summary() { return *summary_; }
    [[nodiscard]] nlohmann::json& notes() { return *notes_; }  ///< what a later scene needs of an earlier one
    void write_summary() const;
    void stop_all();

private:
    [[nodiscard]] std::filesystem::path node_folder(const std::string& name) const;
    Options options_;
    std::map<std::string, Daemon> nodes_;
    std::optional<Daemon> gateway_;
    std::unique_ptr<nlohmann::json> summary_;
    std::unique_ptr<nlohmann::json> notes_;
    unsigned chapter_ = 0;
};

}  // namespace placet::cli::demo
