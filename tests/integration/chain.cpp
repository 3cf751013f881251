// Making, starting and asking a chain of real processes: see chain.hpp.
#include "tests/integration/chain.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "api/dto/genesis.hpp"
#include "api/dto/json.hpp"
#include "cli/home/files.hpp"
#include "cli/home/keyring.hpp"
#include "cli/home/seat.hpp"
#include "ledger/crypto/random.hpp"
#include "tests/support/life.hpp"
#include "tests/support/must.hpp"

namespace placet::tests {

namespace {

namespace home = cli::home;
constexpr const char* kObserver = "observer";

bool port_is_free(unsigned port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool free = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return free;
}

// Below the range from which the system gives ports to outgoing connections.
unsigned free_ports(unsigned count) {
    const unsigned start = 10000 + static_cast<unsigned>(::getpid()) * 37 % 20000;
    for (unsigned base = start; base < start + 2000; base += count) {
        bool free = true;
        for (unsigned i = 0; i < count && free; ++i) free = port_is_free(base + i);
        if (free) return base;
    }
    throw std::runtime_error("no free ports");
}

std::string at(unsigned port) { return "127.0.0.1:" + std::to_string(port); }

std::string read_whole(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

struct Child {
    fs::path program;
    std::vector<std::string> arguments;
    fs::path output;
    std::optional<std::uint64_t> file_limit_bytes;
};

pid_t spawn(const Child& child) {
    std::vector<std::string> words{child.program.string()};
    words.insert(words.end(), child.arguments.begin(), child.arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    const int log = ::open(child.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    if (child.file_limit_bytes) {
        const rlimit limit{*child.file_limit_bytes, *child.file_limit_bytes};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
}

fs::path placetd_program() {
    const char* bin = std::getenv("PLACET_BIN");
    return fs::path(bin != nullptr ? bin : "build/release/bin") / "placetd";
}

Person Chain::add_organisation(const std::string& id, const std::string& kind) {
    home::HomePlan plan;
    plan.folder = folder_ / ("operator-" + id);
    plan.actor = "operator@" + id;
    plan.roles = {"operator"};
    plan.genesis = folder_ / "genesis.json";
    must(home::make_folder(plan.folder));
    const auto file = (plan.folder / "passphrase").string();
    const auto passphrase = must(home::make_passphrase_file(file));
    const auto card = must(home::make_home(plan, passphrase, file));
    genesis_.organisations.push_back(must(home::make_organisation({plan.folder, id, "Organisation " + id, kind, "DE"}, card, passphrase)));
    return {plan.actor, must(home::open_signing_key(plan.folder / "transaction.key", passphrase)), read_whole(plan.folder / "tls.crt"),
            must(home::open_tls_key(plan.folder / "tls.key", passphrase))};
}

void Chain::add_auditor() {
    const auto made = must(crypto::make_certificate({"auditor", {"localhost"}, home::now_ms(), 30}));
    auditor_.emplace(Person{"auditor@regulator", crypto::SigningKey::generate(), made.certificate_pem, made.key_pem});
    auditor_enrolment_.emplace();
    auditor_enrolment_->id = auditor_->id;
    auditor_enrolment_->roles = {contracts::governance::Role::regulator};
    auditor_enrolment_->key = auditor_->key.public_key();
    auditor_enrolment_->client_spki = made.spki;
}

void Chain::enrol_auditor() {
    if (!auditor_enrolment_) return;
    const auto receipt = must(client(regulator()).submit(sign(regulator(), *auditor_enrolment_), {}, std::chrono::seconds(20)));
    if (!receipt.outcome.accepted) throw std::runtime_error("the auditor was not enrolled: " + receipt.outcome.code);
    auditor_enrolment_.reset();
}

void Chain::add_more_operators(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto made = must(crypto::make_certificate({"client", {"localhost"}, home::now_ms(), 30}));
        contracts::governance::EnrolActor command;
        command.id = "client-" + std::to_string(i) + "@" + name(i % validators_);
        command.roles = {contracts::governance::Role::hospital_operator, contracts::governance::Role::gateway};
        Person person{command.id, crypto::SigningKey::generate(), made.certificate_pem, made.key_pem};
        command.key = person.key.public_key();
        command.client_spki = made.spki;
        more_operators_.push_back(std::move(person));
        more_enrolments_.push_back(std::move(command));
    }
}

void Chain::enrol_more_operators() {
    std::vector<types::TransactionId> ids;
    for (std::size_t i = 0; i < more_enrolments_.size(); ++i) {
        const Person& by = operators_.at(i % validators_);
        const auto transaction = sign(by, more_enrolments_[i]);
        must(client(by).submit_only(transaction, {}));
        ids.push_back(transaction.id);
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto receipt = must(client(operators_.at(i % validators_)).receipt(ids[i], std::chrono::seconds(30)));
        if (!receipt.outcome.accepted) throw std::runtime_error(more_enrolments_[i].id + " was not enrolled: " + receipt.outcome.code);
    }
    more_enrolments_.clear();
}

void Chain::must_placet(const std::vector<std::string>& arguments) {
    const auto ended = placet(arguments);
    if (ended.code != 0) throw std::runtime_error("placet " + arguments.front() + ": " + std::to_string(ended.code) + "\n" + ended.output);
}

void Chain::add_admin(const std::string& organisation) {
    home::HomePlan plan;
    plan.folder = home_of("admin", organisation);
    plan.actor = "admin@" + organisation;
    plan.roles = {"node_admin"};
    plan.genesis = folder_ / "genesis.json";
    must(home::make_folder(plan.folder));
    const auto file = (plan.folder / "passphrase").string();
    (void)must(home::make_home(plan, must(home::make_passphrase_file(file)), file));
    must_placet({"org", "enroll", (plan.folder / "card.json").string(), "--home", home_of("operator", organisation)});
}

void Chain::add_seat(const std::string& name) {
    const fs::path folder = folder_of(name);
    must(home::make_folder(folder));
    const std::string file = (folder / "passphrase").string();
    (void)must(home::make_passphrase_file(file));
    const auto port = base_port_ + static_cast<unsigned>(2 * (validators_ + seats_.size()));
    must_placet({"init", folder.string(), "--name", name, "--peer-address", at(port), "--api-address", at(port + 1), "--sponsor",
                 Chain::name(0), "--genesis-at", (folder_ / "genesis.json").string(), "--passphrase-file", file});
    seats_[name] = must(home::read_validator_card(folder / "validator.json"));
    must_placet({"org", "enroll", (folder / "follower.json").string(), "--home", home_of("operator", Chain::name(0))});
}

const types::Validator* Chain::seat_of(const std::string& node) const {
    for (const auto& validator : genesis_.validators.validators)
        if (validator.name == node) return &validator;
    const auto added = seats_.find(node);
    return added == seats_.end() ? nullptr : &added->second;
}

Chain::Chain(const ChainPlan& plan) : validators_(plan.validators), guests_(plan.guests) {
    ::setenv("PLACET_SCRYPT_LOG2N", "10", 1);
    program_ = placetd_program();
    if (::access(program_.c_str(), X_OK) != 0) throw std::runtime_error("there is no " + program_.string() + "; PLACET_BIN names the folder that has it");
    std::string pattern = (fs::absolute(plan.parent) / "placet-integration-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + plan.parent.string());
    folder_ = pattern;
    base_port_ = free_ports(static_cast<unsigned>(2 * (validators_ + guests_) + 1));
    genesis_.chain = "integration";
    genesis_.checkpoint_interval = plan.interval;
    genesis_.created_at_ms = home::now_ms();
    for (std::size_t i = 0; i < validators_; ++i) {
        operators_.push_back(add_organisation(name(i), "hospital"));
        const fs::path folder = folder_of(name(i));
        must(home::make_folder(folder));
        const auto passphrase = must(home::make_passphrase_file(folder / "passphrase"));
        const auto port = base_port_ + static_cast<unsigned>(2 * i);
        const home::SeatPlan seat{folder, name(i), name(i), at(port), at(port + 1), folder_ / "genesis.json"};
        genesis_.validators.validators.push_back(must(home::make_seat(seat, passphrase, (folder / "passphrase").string())));
    }
    for (std::size_t i = 0; i < guests_; ++i) operators_.push_back(add_organisation(name(validators_ + i), "hospital"));
    operators_.push_back(add_organisation("regulator", "regulator"));
    add_auditor();
    add_more_operators(plan.more_operators);
    const fs::path folder = folder_of(kObserver);
    must(home::make_folder(folder));
    const auto passphrase = must(home::make_passphrase_file(folder / "passphrase"));
    must(home::make_observer({folder, kObserver, "regulator", "", endpoint_address(kObserver), folder_ / "genesis.json"}, passphrase,
                             (folder / "passphrase").string()));
    observer_spki_ = must(crypto::spki_of_pem(read_whole(folder / "keys" / "tls.crt")));
    must(types::check(genesis_));
    must(home::replace_file(folder_ / "genesis.json", base::as_bytes(api::dto::genesis_to_json(genesis_))));
}

Chain::~Chain() {
    for (auto& [node, process] : processes_)
        if (!process.status) ::kill(process.pid, SIGKILL);
    for (auto& [node, process] : processes_)
        if (!process.status) ::waitpid(process.pid, nullptr, 0);
    std::error_code ignored;
    if (!keep_ && std::getenv("PLACET_KEEP") == nullptr) fs::remove_all(folder_, ignored);
}

std::string Chain::log_of(const std::string& node) const { return read_whole(folder_of(node) / "placetd.log"); }

void Chain::start(const std::string& node, const std::vector<std::string>& extra, std::optional<std::uint64_t> file_limit_bytes) {
    Child child{program_, {"--config", (folder_of(node) / "placetd.toml").string()}, folder_of(node) / "placetd.log", file_limit_bytes};
    child.arguments.insert(child.arguments.end(), extra.begin(), extra.end());
    processes_[node] = {spawn(child), std::nullopt};
}

void Chain::start_all() {
    for (std::size_t i = 0; i < validators_; ++i) start(name(i));
    for (std::size_t i = 0; i < validators_; ++i)
        if (!eventually([&] { return ready(name(i)); })) throw std::runtime_error(name(i) + " does not become ready:\n" + log_of(name(i)));
    enrol_auditor();
    enrol_more_operators();
}

void Chain::signal(const std::string& node, int number) { ::kill(processes_.at(node).pid, number); }

bool Chain::runs(const std::string& node) {
    Process& process = processes_.at(node);
    if (process.status) return false;
    int status = 0;
    if (::waitpid(process.pid, &status, WNOHANG) == process.pid) process.status = status;
    return !process.status;
}

int Chain::wait_exit(const std::string& node) {
    if (!eventually([&] { return !runs(node); })) throw std::runtime_error(node + " does not end:\n" + log_of(node));
    return exit_code(*processes_.at(node).status);
}

Chain::Ended Chain::run(const std::vector<std::string>& arguments) {
    const fs::path output = folder_ / "run.out";
    fs::remove(output);
    const pid_t pid = spawn({program_, arguments, output, std::nullopt});
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {exit_code(status), read_whole(output)};
}

Chain::Ended Chain::placet(const std::vector<std::string>& arguments) {
    const fs::path output = folder_ / "placet.out";
    fs::remove(output);
    const pid_t pid = spawn({program_.parent_path() / "placet", arguments, output, std::nullopt});
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {exit_code(status), read_whole(output)};
}

std::string Chain::endpoint_address(const std::string& node) const {
    if (const auto* seat = seat_of(node)) return seat->api_address;
    return at(base_port_ + static_cast<unsigned>(2 * (validators_ + guests_)));
}

api::client::Client Chain::client(const std::string& node, const Person& person) const {
    api::client::ClientConfig config;
    const auto* seat = seat_of(node);
    config.endpoints = {{endpoint_address(node), seat != nullptr ? seat->tls_spki : observer_spki_}};
    config.certificate_pem = person.certificate_pem;
    config.key_pem = person.key_pem;
    return must(api::client::Client::make(std::move(config)));
}

api::client::Client Chain::client(const Person& person, const std::string& first) const {
    api::client::ClientConfig config;
    config.endpoints = api::client::endpoints_of(genesis_, first);
    config.certificate_pem = person.certificate_pem;
    config.key_pem = person.key_pem;
    return must(api::client::Client::make(std::move(config)));
}

types::Transaction Chain::sign(const Person& person, const contracts::governance::EnrolActor& command) const {
    types::Payload payload;
    payload.kind = static_cast<std::uint64_t>(contracts::CommandKind::enrol_actor);
    payload.nonce = crypto::random_fixed<types::Nonce>();
    payload.expires_at_ms = home::now_ms() + kTransactionLifeMs;
    payload.body = contracts::encode(command);
    return types::sign(payload, person.key, types::genesis_hash(genesis_));
}

types::Transaction Chain::enrolment(const Person& person, const std::string& actor) const {
    contracts::governance::EnrolActor command;
    command.id = actor + person.id.substr(person.id.find('@'));
    command.roles = {contracts::governance::Role::clinician};
    command.key = crypto::SigningKey::generate().public_key();
    return sign(person, command);
}

types::Transaction Chain::observer_enrolment() const {
    contracts::governance::EnrolActor command;
    command.id = "node@regulator";
    command.roles = {contracts::governance::Role::observer};
    command.key = crypto::SigningKey::generate().public_key();
    command.client_spki = observer_spki_;
    return sign(regulator(), command);
}

std::string Chain::readyz(const std::string& node) {
    auto asking = client(node, regulator());
    api::http::Request request;
    request.method = "GET";
    request.path = "/readyz";
    request.query = "verbose";
    const auto response = asking.send(request);
    if (!response) return "no answer: " + base::describe(response.error());
    return std::to_string(response->status) + " " + std::string(base::as_text(response->body));
}

bool Chain::ready(const std::string& node) { return readyz(node).starts_with("200"); }

std::optional<types::Height> Chain::height(const std::string& node) {
    auto asking = client(node, regulator());
    const auto body = asking.get("/v1/checkpoint", "application/cbor");
    if (!body) return std::nullopt;
    const auto certificate = types::decode_certificate(*body);
    return certificate ? std::optional(certificate->body.height) : std::nullopt;
}

std::string Chain::primary_at(const std::string& node) const {
    auto asking = client(node, regulator());
    const auto body = asking.get("/v1/status");
    const auto status = body ? api::dto::parse_json(base::as_text(*body)) : base::Result<nlohmann::json>(std::unexpected(body.error()));
    return status && status->contains("primary") ? (*status)["primary"].get<std::string>() : std::string();
}

}  // namespace placet::tests
