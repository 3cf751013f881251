// placet key: key files, sealed at rest by scrypt and AES-256-GCM. Showing one needs no passphrase.
#include "cli/commands/commands.hpp"
#include "cli/home/files.hpp"
#include "cli/home/home.hpp"
#include "cli/home/keyring.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/renewal.hpp"

namespace placet::cli::commands {

using namespace frame;

namespace {

Json listing(const std::filesystem::path& path, const crypto::SealedKeyInfo& info) {
    return Json::object({{"path", path.string()}, {"purpose", info.purpose}, {"algorithm", info.algorithm}, {"public", info.public_text}});
}

base::Result<std::string> make_key(const std::filesystem::path& path, const std::string& algorithm, const std::string& purpose,
                                   const home::Passphrase& passphrase) {
    if (algorithm == "es256k" || algorithm == "es256") {
        const auto chosen = algorithm == "es256" ? crypto::Algorithm::es256 : crypto::Algorithm::es256k;
        PLACET_TRY_ASSIGN(const crypto::PublicKey key, home::generate_key(path, purpose, chosen, passphrase));
        return crypto::to_text(key);
    }
    if (algorithm == "ed25519") {
        PLACET_TRY_ASSIGN(const auto key, home::generate_note_key(path, passphrase));
        return base::to_hex(key.view());
    }
    if (algorithm == "aes-256-gcm") {
        PLACET_TRY(home::generate_symmetric_key(path, purpose, passphrase));
        return std::string{};
    }
    return base::refuse(base::ErrorCode::unsupported, "algorithms are es256k, es256, ed25519 and aes-256-gcm", "--algorithm");
}

CommandResult generate(Context& context, const Arguments& arguments) {
    const std::string file = arguments.text("FILE");
    const std::string algorithm = arguments.text("--algorithm", "es256k");
    const std::string purpose = arguments.text("--purpose", algorithm == "ed25519" ? "note" : algorithm == "aes-256-gcm" ? "documents" : "transaction");
    const auto passphrase = home::obtain_passphrase(context.settings.passphrase_file, file, home::Purpose::choose);
    if (!passphrase) return std::unexpected(Failure(Exit::configuration, passphrase.error()));
    const auto made = make_key(file, algorithm, purpose, *passphrase);
    if (!made) return std::unexpected(Failure(Exit::usage, made.error()));
    Report report{listing(file, {purpose, algorithm, *made}), {}};
    report.words.line("made {}: a {} key for {}", file, algorithm, purpose);
    if (!made->empty()) report.words.line("public part: {}", *made);
    report.words.add("Keep the passphrase: without it the key is lost, and nobody can recover it.");
    return report;
}

CommandResult show(Context&, const Arguments& arguments) {
    const std::string file = arguments.text("FILE");
    const auto info = home::read_info(file);
    if (!info) return std::unexpected(Failure(Exit::usage, info.error()));
    Report report{listing(file, *info), {}};
    report.words.line("purpose:   {}", info->purpose).line("algorithm: {}", info->algorithm);
    report.words.line("public:    {}", info->public_text.empty() ? "(none: a symmetric key)" : info->public_text);
    return report;
}

/// A TLS key, opened with the passphrase; the file was looked at first, so that a wrong file asks for none.
Outcome<std::string> open_tls(Context& context, const std::filesystem::path& file) {
    const auto info = home::read_info(file);
    if (!info) return std::unexpected(Failure(Exit::usage, info.error()));
    if (info->algorithm != "tls-pem") return usage("is no TLS key, but one for " + info->purpose, file.string());
    const auto passphrase =
        home::obtain_passphrase(context.settings.passphrase_file, file.string(), home::Purpose::open);
    if (!passphrase) return std::unexpected(Failure(Exit::configuration, passphrase.error()));
    auto key = home::open_tls_key(file, *passphrase);
    if (!key) return std::unexpected(Failure(Exit::configuration, key.error()));
    return std::move(*key);
}

void wipe(std::string& text) {
    crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

CommandResult export_tls(Context& context, const Arguments& arguments) {
    const std::string file = arguments.text("FILE");
    const std::string out = arguments.text("--out");
    auto key = open_tls(context, file);
    if (!key) return std::unexpected(key.error());
    const auto written = home::create_private(out, base::as_bytes(*key));
    wipe(*key);
    if (!written) return std::unexpected(Failure(Exit::usage, written.error()));
    Report report{Json::object({{"key", file}, {"file", out}}), {}};
    report.words.line("{}: the TLS key in the clear, readable by you alone; remove it when it is no longer needed",
                      out);
    return report;
}

/// The certificate that --out or the key's place names, for the key as it is.
CommandResult certificate(Context& context, const Arguments& arguments) {
    const std::filesystem::path file = arguments.text("FILE");
    const std::filesystem::path out =
        arguments.text("--out", (file.parent_path() / (file.stem().string() + ".crt")).string());
    const auto days = arguments.number("--days", 825, {.min = 1, .max = 36500});
    if (!days) return std::unexpected(days.error());
    auto key = open_tls(context, file);
    if (!key) return std::unexpected(key.error());
    crypto::CertificateRequest request;
    request.common_name = arguments.text("--name");
    request.alt_names = {"localhost", "127.0.0.1"};
    for (const std::string& host : arguments.values("--host")) request.alt_names.push_back(host);
    request.not_before_ms = home::now_ms();
    request.days = static_cast<unsigned>(*days);
    const auto made = crypto::certificate_for(*key, request);
    wipe(*key);
    if (!made) return std::unexpected(Failure(Exit::usage, made.error()));
    if (const auto written = home::replace_file(out, base::as_bytes(*made)); !written)
        return std::unexpected(Failure(written.error()));
    const auto until = crypto::expiry_of_pem(*made);
    const auto spki = crypto::spki_of_pem(*made);
    if (!until) return std::unexpected(Failure(Exit::failed, until.error()));
    if (!spki) return std::unexpected(Failure(Exit::failed, spki.error()));
    Report report{Json::object({{"certificate", out.string()},
                                {"key", file.string()},
                                {"spki", base::to_hex(spki->view())},
                                {"until", base::to_rfc3339(*until)}}),
                  {}};
    report.words.line("made {}: for the same key, so its pin is the same; it ends {}", out.string(),
                      base::to_rfc3339(*until));
    report.words.add("a node reads it at its next start");
    return report;
}

CommandResult list(Context& context, const Arguments& arguments) {
    std::filesystem::path folder = arguments.text("DIR");
    if (folder.empty()) {
        const auto opened = home::open_home(context.settings);
        if (!opened) return std::unexpected(opened.error());
        folder = opened->folder;
    }
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error)) return usage("is no folder", folder.string());
    Json keys = Json(Json::Array{});
    std::vector<std::vector<std::string>> rows{{"FILE", "PURPOSE", "ALGORITHM", "PUBLIC"}};
    for (const auto& key : home::list_keys(folder)) {
        keys.push(listing(key.path, key.info));
        rows.push_back({key.path.filename().string(), key.info.purpose, key.info.algorithm, key.info.public_text});
    }
    Report report{Json::object({{"folder", folder.string()}, {"keys", keys}}), {}};
    if (rows.size() == 1) report.words.line("no key files in {}", folder.string());
    report.words.table(rows);
    return report;
}

}  // namespace

void add_key(CommandTable& table) {
    table.groups.push_back({"key", "key files: make, show, list; new certificates for old keys"});
    table.commands.push_back({{"key", "generate"},
                              "make a key and seal it with a passphrase",
                              "placet key generate transaction.key --passphrase-file secret.txt",
                              {{"FILE", Kind::positional, "where to put it; never overwritten", Presence::required, ""},
                               {"--algorithm", Kind::value, "es256k (default), es256, ed25519 or aes-256-gcm", Presence::optional, "NAME"},
                               {"--purpose", Kind::value, "transaction, vote, checkpoint, note, parts-root or documents", Presence::optional, "NAME"}},
                              generate});
    table.commands.push_back({{"key", "show"},
                              "show the public part of a key file",
                              "placet key show transaction.key",
                              {{"FILE", Kind::positional, "the key file", Presence::required, ""}},
                              show});
    table.commands.push_back(
        {{"key", "export"},
         "write a TLS key in the clear, for curl and other programs that call the REST API",
         "placet key export ./me/tls.key --out me.key --passphrase-file ./me/passphrase",
         {{"FILE", Kind::positional, "the TLS key", Presence::required, ""},
          {"--out", Kind::value, "a new file, readable by you alone; never overwritten", Presence::required, "FILE"}},
         export_tls});
    table.commands.push_back(
        {{"key", "certificate"},
         "make a new certificate for a TLS key that there is: the old one ends or is damaged; the pin stays the same",
         "placet key certificate keys/tls.key --name hospital-a --host 10.0.0.5 --passphrase-file secret.txt",
         {{"FILE", Kind::positional, "the TLS key", Presence::required, ""},
          {"--name", Kind::value, "whose it is: the node's name or the actor", Presence::required, "NAME"},
          {"--host", Kind::values, "a host name or address of the node", Presence::optional, "HOST"},
          {"--days", Kind::value, "how long it holds (default 825)", Presence::optional, "N"},
          {"--out", Kind::value, "where to put it, over the old one; without it beside the key, tls.crt for tls.key",
           Presence::optional, "FILE"}},
         certificate});
    table.commands.push_back({{"key", "list"},
                              "list the key files of a folder, or of the home",
                              "placet key list --home ./net/homes/researcher-university",
                              {{"DIR", Kind::positional, "the folder; without it the home's", Presence::optional, ""}},
                              list});
}

}  // namespace placet::cli::commands
