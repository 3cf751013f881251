// placet.toml, read strictly: every key is known here, with its meaning in cli/README.md.
#include "cli/home/home.hpp"

#include <cstdlib>
#include <toml++/toml.h>

#include "api/dto/genesis.hpp"
#include "cli/home/files.hpp"
#include "ledger/base/hex.hpp"

namespace placet::cli::home {

using base::ErrorCode;
using frame::Exit;
using frame::fail;
using frame::Outcome;

namespace {

const std::vector<std::string>& known_keys() {
    static const std::vector<std::string> kKeys = {"actor",   "roles",       "genesis",      "node",     "passphrase_file", "transaction_key",
                                                   "tls_key", "certificate", "registry_key", "registry", "listen",          "records",
                                                   "journal", "gateway",     "endpoint",     "subject"};
    return kKeys;
}

std::unexpected<frame::Failure> bad(const std::string& file, const toml::source_region& where, const std::string& words) {
    return fail(Exit::configuration, ErrorCode::invalid_value, fmt::format("line {}, column {}: {}", where.begin.line, where.begin.column, words),
                file);
}

/// Reads one table strictly; the first error sticks.
class TableReader {
public:
    TableReader(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

    std::string text(std::string_view key) {
        const toml::node* node = table_.get(key);
        if (!node) return {};
        if (const auto value = node->value_exact<std::string>()) return *value;
        refuse_at(*node, fmt::format("{} must be a text in quotes", key));
        return {};
    }
    template <class Fixed>
    Fixed fixed(std::string_view key) {
        const auto value = base::fixed_from_hex<Fixed>(text(key));
        if (value) return *value;
        const toml::node* node = table_.get(key);
        refuse_at(node ? *node : table_, fmt::format("{}: {}", key, value.error().message));
        return {};
    }
    std::vector<std::string> texts(std::string_view key) {
        std::vector<std::string> out;
        const toml::node* node = table_.get(key);
        if (!node) return out;
        const toml::array* array = node->as_array();
        if (!array) refuse_at(*node, fmt::format("{} must be a list of texts", key));
        for (std::size_t i = 0; array && i < array->size(); ++i) {
            if (const auto value = array->get(i)->value_exact<std::string>())
                out.push_back(*value);
            else
                refuse_at(*array->get(i), fmt::format("{} must be a list of texts", key));
        }
        return out;
    }
    std::vector<const toml::table*> tables(std::string_view key) {
        std::vector<const toml::table*> out;
        const toml::node* node = table_.get(key);
        if (!node) return out;
        const toml::array* array = node->as_array();
        if (!array) refuse_at(*node, fmt::format("write [[{}]]", key));
        for (std::size_t i = 0; array && i < array->size(); ++i) {
            if (const toml::table* table = array->get(i)->as_table())
                out.push_back(table);
            else
                refuse_at(*array->get(i), fmt::format("write [[{}]]", key));
        }
        return out;
    }
    void only(const std::vector<std::string>& known) {
        for (const auto& [key, node] : table_) {
            if (std::ranges::find(known, key.str()) != known.end()) continue;
            const auto near = frame::nearest(key.str(), known);
            refuse_at(node, fmt::format("unknown key \"{}\"{}", key.str(), near ? "; did you mean " + *near + "?" : ""));
        }
    }
    [[nodiscard]] const std::optional<frame::Failure>& failure() const { return failure_; }

private:
    void refuse_at(const toml::node& node, const std::string& words) {
        if (!failure_) failure_ = bad(file_, node.source(), words).error();
    }
    const toml::table& table_;
    std::string file_;
    std::optional<frame::Failure> failure_;
};

std::filesystem::path below(const std::filesystem::path& folder, const std::string& text) {
    if (text.empty()) return {};
    const std::filesystem::path path(text);
    return path.is_absolute() ? path : (folder / path).lexically_normal();
}

Outcome<Home> read_table(const toml::table& table, const std::filesystem::path& folder) {
    const std::string file = (folder / "placet.toml").string();
    TableReader reader(table, file);
    Home home;
    home.folder = folder;
    home.actor = reader.text("actor");
    if (const auto at = home.actor.find('@'); at != std::string::npos) home.organisation = home.actor.substr(at + 1);
    home.roles = reader.texts("roles");
    home.genesis = below(folder, reader.text("genesis"));
    home.node = reader.text("node");
    if (const std::string path = reader.text("passphrase_file"); !path.empty()) home.passphrase_file = below(folder, path).string();
    home.transaction_key = below(folder, reader.text("transaction_key"));
    home.tls_key = below(folder, reader.text("tls_key"));
    home.certificate = below(folder, reader.text("certificate"));
    home.registry_key = below(folder, reader.text("registry_key"));
    home.registry = below(folder, reader.text("registry"));
    home.listen = reader.text("listen");
    home.records = below(folder, reader.text("records"));
    home.journal = below(folder, reader.text("journal"));
    for (const toml::table* entry : reader.tables("gateway")) {
        TableReader fields(*entry, file);
        home.gateways.push_back({fields.text("custodian"), fields.text("address"), fields.fixed<crypto::SpkiHash>("spki")});
        fields.only({"custodian", "address", "spki"});
        if (fields.failure()) return std::unexpected(*fields.failure());
    }
    for (const toml::table* entry : reader.tables("endpoint")) {
        TableReader fields(*entry, file);
        home.endpoints.push_back({fields.text("address"), fields.fixed<crypto::SpkiHash>("spki"), fields.text("name")});
        fields.only({"address", "spki", "name"});
        if (fields.failure()) return std::unexpected(*fields.failure());
    }
    for (const toml::table* entry : reader.tables("subject")) {
        TableReader fields(*entry, file);
        home.subjects.push_back({fields.text("custodian"), fields.fixed<types::Pseudonym>("pseudonym")});
        fields.only({"custodian", "pseudonym"});
        if (fields.failure()) return std::unexpected(*fields.failure());
    }
    reader.only(known_keys());
    if (reader.failure()) return std::unexpected(*reader.failure());
    return home;
}

std::optional<std::filesystem::path> home_folder(const frame::Settings& settings) {
    if (settings.home) return std::filesystem::path(*settings.home);
    const char* user = std::getenv("HOME");
    if (user && *user) return std::filesystem::path(user) / ".placet";
    return std::nullopt;
}

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char character : text) {
        if (character == '"' || character == '\\') out += '\\';
        out += character;
    }
    return out + "\"";
}

}  // namespace

Outcome<Home> open_home(const frame::Settings& settings) {
    const auto folder = home_folder(settings);
    if (!folder) return fail(Exit::configuration, ErrorCode::invalid_value, "name a home: --home DIR or PLACET_HOME", "--home");
    const std::filesystem::path file = *folder / "placet.toml";
    const auto text = read_text(file, 256 * 1024);
    if (!text)
        return fail(
            Exit::configuration, ErrorCode::io,
            "there is no home here (" + text.error().message + "); make one with `placet home init`, or name yours with --home or PLACET_HOME",
            file.string());
    Home home;
    try {
        const toml::table table = toml::parse(*text, file.string());
        auto read = read_table(table, *folder);
        if (!read) return read;
        home = std::move(*read);
    } catch (const toml::parse_error& error) {
        return bad(file.string(), error.source(), std::string(error.description()));
    }
    if (settings.node) home.node = *settings.node;
    if (settings.genesis) home.genesis = *settings.genesis;
    if (settings.passphrase_file) home.passphrase_file = *settings.passphrase_file;
    return home;
}

std::string to_toml(const Home& home) {
    std::string out = "# The home of one actor of Placet. Every key is explained in cli/README.md.\n";
    const auto text = [&](std::string_view key, const std::string& value) {
        if (!value.empty()) out += fmt::format("{} = {}\n", key, in_quotes(value));
    };
    std::error_code error;
    const std::filesystem::path base_folder = std::filesystem::absolute(home.folder, error).lexically_normal();
    const auto path = [&](std::string_view key, const std::filesystem::path& value) {
        if (value.empty()) return;
        const auto relative = std::filesystem::absolute(value, error).lexically_normal().lexically_relative(base_folder);
        text(key, relative.empty() ? value.string() : relative.string());
    };
    text("actor", home.actor);
    if (!home.roles.empty()) {
        out += "roles = [";
        for (std::size_t i = 0; i < home.roles.size(); ++i) out += (i ? ", " : "") + in_quotes(home.roles[i]);
        out += "]\n";
    }
    path("genesis", home.genesis);
    text("node", home.node);
    if (home.passphrase_file) path("passphrase_file", *home.passphrase_file);
    path("transaction_key", home.transaction_key);
    path("tls_key", home.tls_key);
    path("certificate", home.certificate);
    path("registry_key", home.registry_key);
    path("registry", home.registry);
    text("listen", home.listen);
    path("records", home.records);
    path("journal", home.journal);
    for (const KnownGateway& gateway : home.gateways)
        out += fmt::format("\n[[gateway]]\ncustodian = {}\naddress = {}\nspki = \"{}\"\n", in_quotes(gateway.custodian), in_quotes(gateway.address),
                           base::to_hex(gateway.spki.view()));
    for (const PinnedEndpoint& endpoint : home.endpoints) {
        out += fmt::format("\n[[endpoint]]\naddress = {}\nspki = \"{}\"\n", in_quotes(endpoint.address), base::to_hex(endpoint.spki.view()));
        text("name", endpoint.name);
    }
    for (const Subject& subject : home.subjects)
        out +=
            fmt::format("\n[[subject]]\ncustodian = {}\npseudonym = \"{}\"\n", in_quotes(subject.custodian), base::to_hex(subject.pseudonym.view()));
    return out;
}

base::Status save_home(const Home& home) {
    return replace_file(home.folder / "placet.toml", base::as_bytes(to_toml(home)), Privacy::secret);
}

Outcome<types::Genesis> read_genesis(const std::filesystem::path& path) {
    auto text = read_text(path, 1024 * 1024);
    if (!text) return std::unexpected(frame::Failure(Exit::usage, text.error()));
    auto genesis = api::dto::genesis_from_json(*text);
    if (!genesis) {
        base::Error error = genesis.error();
        error.message = "is no genesis file: " + error.message;
        error.field = path.string() + (error.field.empty() ? "" : ": " + error.field);
        return std::unexpected(frame::Failure(Exit::usage, std::move(error)));
    }
    return std::move(*genesis);
}

Outcome<std::filesystem::path> genesis_path(const frame::Settings& settings) {
    if (settings.genesis) return std::filesystem::path(*settings.genesis);
    auto home = open_home(settings);
    if (!home) return std::unexpected(std::move(home).error());
    if (home->genesis.empty())
        return fail(Exit::configuration, ErrorCode::invalid_value, "placet.toml names no genesis file; add genesis = \"…\" or give --genesis FILE",
                    "genesis");
    return home->genesis;
}

Outcome<Passphrase> passphrase_of(const Home& home) {
    auto passphrase =
        obtain_passphrase(home.passphrase_file, "the keys of " + (home.actor.empty() ? home.folder.string() : home.actor), Purpose::open);
    if (!passphrase) return std::unexpected(frame::Failure(Exit::configuration, std::move(passphrase).error()));
    return std::move(*passphrase);
}

}  // namespace placet::cli::home
