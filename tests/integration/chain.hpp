// A real chain for tests: keys, certificates and genesis in a temporary folder, placetd processes on loopback, and clients that speak
// to them as anybody would. Processes die with the test, however it ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/client/client.hpp"
#include "contracts/governance/commands.hpp"
#include "ledger/crypto/keys.hpp"
#include "ledger/types/genesis.hpp"

namespace placet::tests {

namespace fs = std::filesystem;

/// Polls until true, at most a minute (a loaded machine, a sanitizer); false then.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

/// The placetd that chains run: in the folder PLACET_BIN, or build/release/bin.
[[nodiscard]] fs::path placetd_program();

/// A running placetd.
struct Process {
    pid_t pid = 0;
    std::optional<int> status;  ///< of waitpid, once it ended
};

/// Somebody who acts: key and client certificate, opened.
struct Person {
    std::string id;
    crypto::SigningKey key;
    std::string certificate_pem;
    std::string key_pem;
};

/// What a chain is to be made of.
struct ChainPlan {
    std::size_t validators = 4;
    fs::path parent = "/tmp";          ///< its own new folder is made in here
    std::size_t more_operators = 0;    ///< people with keys and certificates of their own, spread over the hospitals
    std::size_t guests = 0;            ///< hospitals without a validator, named on from those with one: see add_seat
    std::uint64_t interval = types::Genesis{}.checkpoint_interval;
};

class Chain {
public:
    /// Organisations "hospital-0" … with a validator and an operator each, and a regulator with an observer.
    explicit Chain(std::size_t validators) : Chain(ChainPlan{.validators = validators}) {}
    explicit Chain(const ChainPlan& plan);
    ~Chain();
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;

    [[nodiscard]] const types::Genesis& genesis() const noexcept { return genesis_; }
    [[nodiscard]] std::size_t validators() const noexcept { return validators_; }
    [[nodiscard]] const fs::path& folder() const noexcept { return folder_; }
    /// The folder stays when the chain goes: something in it must be looked at.
    void keep_folder() noexcept { keep_ = true; }
    [[nodiscard]] static std::string name(std::size_t validator) { return "hospital-" + std::to_string(validator); }
    [[nodiscard]] fs::path folder_of(const std::string& node) const { return folder_ / node; }
    [[nodiscard]] std::string log_of(const std::string& node) const;

    /// `extra` arguments; `file_limit_bytes` sets RLIMIT_FSIZE.
    void start(const std::string& node, const std::vector<std::string>& extra = {}, std::optional<std::uint64_t> file_limit_bytes = {});
    void start_all();
    void signal(const std::string& node, int number);
    [[nodiscard]] pid_t pid_of(const std::string& node) const { return processes_.at(node).pid; }
    /// Exit code, or 128 + signal, once the process ended by itself or by a signal sent before.
    [[nodiscard]] int wait_exit(const std::string& node);
    /// Runs placetd to its end and gives exit code and what it wrote.
    struct Ended {
        int code = 0;
        std::string output;
    };
    [[nodiscard]] Ended run(const std::vector<std::string>& arguments);
    /// The same of the command line.
    [[nodiscard]] Ended placet(const std::vector<std::string>& arguments);
    /// The folder of an operator's home, and of a node administrator's once add_admin made it and it was enrolled.
    [[nodiscard]] std::string home_of(const std::string& role, const std::string& organisation) const { return (folder_ / (role + "-" + organisation)).string(); }
    void add_admin(const std::string& organisation);
    /// A new seat of a guest by `placet init`, with an empty data folder; its node may follow, let in by hospital 0.
    void add_seat(const std::string& name);
    [[nodiscard]] bool runs(const std::string& node);

    [[nodiscard]] const Person& operator_of(std::size_t validator) const { return operators_.at(validator); }
    [[nodiscard]] const Person& regulator() const { return operators_.back(); }
    /// Sees every transaction once enrolled, which start_all does.
    [[nodiscard]] const Person& auditor() const { return *auditor_; }
    void enrol_auditor();
    /// ChainPlan::more_operators, once enrolled, which start_all does.
    [[nodiscard]] const std::vector<Person>& more_operators() const noexcept { return more_operators_; }
    void enrol_more_operators();
    /// A client of one node only, as `person`.
    [[nodiscard]] api::client::Client client(const std::string& node, const Person& person) const;
    /// A client of all validators, `first` before the others.
    [[nodiscard]] api::client::Client client(const Person& person, const std::string& first = {}) const;
    /// Enrols a new clinician at the person's organisation: the simplest transaction there is.
    [[nodiscard]] types::Transaction enrolment(const Person& person, const std::string& name) const;
    [[nodiscard]] types::Transaction sign(const Person& person, const contracts::governance::EnrolActor& command) const;
    /// Enrols the observer's certificate.
    [[nodiscard]] types::Transaction observer_enrolment() const;

    [[nodiscard]] bool ready(const std::string& node);
    [[nodiscard]] std::string readyz(const std::string& node);
    /// Sealed height by GET /v1/checkpoint; none if the node does not answer or nothing is sealed.
    [[nodiscard]] std::optional<types::Height> height(const std::string& node);
    /// The primary's name, as this node's /v1/status has it; empty if the node does not answer.
    [[nodiscard]] std::string primary_at(const std::string& node) const;

private:
    [[nodiscard]] std::string endpoint_address(const std::string& node) const;
    [[nodiscard]] const types::Validator* seat_of(const std::string& node) const;
    void must_placet(const std::vector<std::string>& arguments);
    [[nodiscard]] Person add_organisation(const std::string& id, const std::string& kind);
    void add_auditor();
    void add_more_operators(std::size_t count);

    fs::path folder_;
    bool keep_ = false;
    fs::path program_;
    unsigned base_port_ = 0;
    std::size_t validators_ = 0;
    std::size_t guests_ = 0;
    types::Genesis genesis_;
    crypto::SpkiHash observer_spki_;
    std::vector<Person> operators_;
    std::vector<Person> more_operators_;
    std::vector<contracts::governance::EnrolActor> more_enrolments_;  ///< until they are enrolled
    std::optional<Person> auditor_;
    std::optional<contracts::governance::EnrolActor> auditor_enrolment_;
    std::map<std::string, Process> processes_;
    std::map<std::string, types::Validator> seats_;  ///< by add_seat
};

}  // namespace placet::tests
