// A whole demo is played, and no name, number, birth date, address or free text of a sample patient is anywhere but at
// her hospital.
//
// Searched for: every string under `personal` in the samples' manifest.json, in every encoding of needles.hpp.
// Searched:
//   files  every file that the demo leaves, state kept: logs, WAL, SST files (raw, and as tables and records:
//   stored.hpp), journals,
//          registries, keys, bundles, what was released, summary.json; and all that the demo printed.
//   plain  what every process of the demo gave to TLS before it was encrypted and got from it (recorder.cpp): all that
//   any client, any
//          validator and the gateway ever said to each other. The bytes on the wire are encrypted, so that searching
//          them alone would prove little.
//   wire   every octet that passed over loopback during the demo, streams put together (capture.hpp).
// Left out, because it is where personal data belong, and nothing else:
//   samples/            the hospitals' own documents and records, from which all is made
//   enrolment.receipt   what the hospital hands the patient herself: it opens the commitment to her number. Checked: it
//   holds that number
//                       and nothing more.
//   plain, from a system of the hospital to its own gateway: accesses in care name the patient by the hospital's
//   reference. Checked: such
//                       references and nothing more, and that there are many, which shows that the recording works.
// Files that were deleted before the demo ended (logs whose records a table took over) are not seen; their content is,
// in the tables and where it passed the wire.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/demo/process.hpp"
#include "cli/localnet/daemon.hpp"
#include "cli/localnet/layout.hpp"
#include "tests/leak/needles.hpp"
#include "tests/leak/own_network.hpp"
#include "tests/leak/stored.hpp"

using namespace placet;
using namespace placet::tests;
namespace fs = std::filesystem;

namespace {

constexpr unsigned kPorts = 13;
constexpr std::size_t kContext = 24;

std::string slurp(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

unsigned free_ports() {
    const unsigned start = 10000 + static_cast<unsigned>(::getpid()) * 13 % 15000;
    for (unsigned base = start; base < start + 5000; base += kPorts) {
        bool free = true;
        for (unsigned port = base; port < base + kPorts && free; ++port) free = !cli::localnet::port_user(port);
        if (free) return base;
    }
    throw std::runtime_error("no free ports");
}

/// One place in which something was found.
struct Leak {
    std::string where;
    Find find;
    std::string around;
};

/// Searches and keeps count.
class Search {
public:
    explicit Search(const Needles& needles) : needles_(needles) {}
    std::vector<Leak> in(const std::string& where, std::string_view octets) {
        ++places;
        octets_searched += octets.size();
        std::vector<Leak> out;
        for (Find& find : needles_.search(octets)) {
            const std::size_t from = find.at < kContext ? 0 : find.at - kContext;
            std::string around(octets.substr(from, 3 * kContext));
            for (char& c : around)
                if (c < ' ' || c > '~') c = '.';
            out.push_back({where, std::move(find), std::move(around)});
        }
        return out;
    }
    std::uint64_t places = 0;
    std::uint64_t octets_searched = 0;

private:
    const Needles& needles_;
};

void add(std::vector<Leak>& to, std::vector<Leak> more) {
    std::ranges::move(more, std::back_inserter(to));
}

std::string in_words(const std::vector<Leak>& leaks) {
    std::string out;
    for (std::size_t i = 0; i < leaks.size() && i < 12; ++i)
        out += fmt::format("\n  {}: \"{}\" as {}, in \"{}\"", leaks[i].where, leaks[i].find.text,
                           leaks[i].find.encoding, leaks[i].around);
    return fmt::format("{} found{}", leaks.size(), out);
}

/// A folder that goes away, unless PLACET_KEEP is set.
struct Workplace {
    fs::path folder;
    explicit Workplace(fs::path made) : folder(std::move(made)) {}
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace() {
        std::error_code ignored;
        if (std::getenv("PLACET_KEEP") == nullptr) fs::remove_all(folder, ignored);
    }
};

/// The demo, played once with its state kept.
struct Played {
    Played(fs::path where, unsigned base) : folder(std::move(where)), base_port(base) {
        fs::create_directories(folder / "plain");
        const char* bin = std::getenv("PLACET_BIN");
        const std::string programs = bin != nullptr ? bin : "build/release/bin";
        cli::demo::ProcessSpec spec;
        spec.arguments = {
            programs + "/placet-demo", "--once", "--keep", "--bin", programs, "--out", out().string(), "--base-port",
            std::to_string(base)};
        spec.environment = {"LD_PRELOAD=" PLACET_RECORDER, "PLACET_RECORD=" + (folder / "plain").string(),
                            "PLACET_SCRYPT_LOG2N=10"};
        result = cli::demo::run_process(spec);
    }
    [[nodiscard]] fs::path out() const { return folder / "demo"; }

    fs::path folder;
    unsigned base_port;
    cli::demo::ProcessResult result;
};

struct FileCounts {
    std::size_t tables = 0;
    std::size_t entries = 0;
    std::size_t logs = 0;
};

bool is_write_ahead(const fs::path& path) {
    const std::string name = path.filename().string();
    return (path.extension() == ".log" && name.find_first_not_of("0123456789") == name.size() - 4) ||
           name.starts_with("MANIFEST-");
}

std::vector<Leak> search_files(const Played& played, Search& search, FileCounts& counts) {
    std::vector<Leak> leaks;
    for (const auto& entry : fs::recursive_directory_iterator(played.out())) {
        const std::string name = fs::relative(entry.path(), played.out()).generic_string();
        if (!entry.is_regular_file() || name.starts_with("samples/") || name == "enrolment.receipt") continue;
        add(leaks, search.in(name, slurp(entry.path())));
        if (entry.path().extension() == ".sst") {
            const TableContent content = table_content(entry.path());
            INFO(name);
            CHECK(content.compression ==
                  "NoCompression");  // else the raw file would hide what an older version of a key held
            add(leaks, search.in(name + " (entries)", content.octets));
            ++counts.tables;
            counts.entries += content.entries;
        }
        if (is_write_ahead(entry.path())) {
            add(leaks, search.in(name + " (records)", log_content(entry.path())));
            ++counts.logs;
        }
    }
    return leaks;
}

/// PROGRAM.PID.NUMBER.out or .in, and what the octets themselves say of the connection: the validators' transport speaks
/// no HTTP, and a request names the port it goes to.
struct Recording {
    std::string program;
    std::string pid;
    bool is_written = false;
    bool is_mesh = false;
    unsigned asked_port = 0;  ///< of the Host; 0 for answers
};

Recording recording_of(const std::string& name, std::string_view octets) {
    const std::size_t pid = name.find('.') + 1;
    Recording out{name.substr(0, pid - 1), name.substr(pid, name.find('.', pid) - pid), name.ends_with(".out")};
    const std::string_view line = octets.substr(0, octets.find("\r\n"));
    out.is_mesh = !line.starts_with("HTTP/1.1 ") && !line.ends_with(" HTTP/1.1");
    const std::string_view head = octets.substr(0, octets.find("\r\n\r\n"));
    const std::size_t host = line.ends_with(" HTTP/1.1") ? head.find("\r\nHost: ") : std::string_view::npos;
    if (host == std::string_view::npos) return out;
    const std::string_view value = head.substr(host + 8, head.find("\r\n", host + 8) - host - 8);
    out.asked_port = static_cast<unsigned>(std::stoul(std::string(value.substr(value.rfind(':') + 1))));
    return out;
}

struct Plain {
    std::vector<Leak> leaks;
    std::vector<Leak> to_gateway;  ///< accesses in care, inside the hospital
    std::uint64_t written = 0;
    std::uint64_t read = 0;
    std::set<std::string> validators;  ///< processes that spoke to other validators
    std::set<std::string> servers;     ///< processes of placetd that answered clients
    std::set<std::string> clients;     ///< processes of placet and placet-demo
};

Plain search_plain(const Played& played, Search& search) {
    Plain out;
    const auto is_gateway = [&](unsigned port) {
        return port >= cli::localnet::gateway_port(played.base_port, 0) && port < played.base_port + kPorts;
    };
    for (const auto& entry : fs::directory_iterator(played.folder / "plain")) {
        const std::string name = entry.path().filename().string();
        const std::string octets = slurp(entry.path());
        const Recording recording = recording_of(name, octets);
        (recording.is_written ? out.written : out.read) += octets.size();
        const bool to_gateway = is_gateway(recording.asked_port);
        add(to_gateway ? out.to_gateway : out.leaks, search.in("plain/" + name, octets));
        if (octets.empty()) continue;
        if (recording.is_mesh)
            out.validators.insert(recording.pid);
        else
            (recording.program == "placetd" ? out.servers : out.clients).insert(recording.pid);
    }
    return out;
}

Plain check_plain(const Played& played, Search& search) {
    Plain plain = search_plain(played, search);
    INFO(in_words(plain.leaks));
    CHECK(plain.leaks.empty());
    CHECK(plain.validators.size() >= 4);
    CHECK(plain.servers.size() >= 4);
    CHECK(plain.clients.size() >= 20);
    CHECK(plain.read <= plain.written);  // whatever was read, some recorded process wrote it
    CHECK(plain.read * 10 >= plain.written * 9);
    std::set<std::string> patients;
    for (const Leak& leak : plain.to_gateway) {
        patients.insert(leak.find.text);
        CHECK(leak.around.find("Patient/" + leak.find.text) != std::string::npos);
    }
    CHECK(patients.size() >= 50);  // the recording works
    fmt::print("plain: {} octets written and {} read in {} processes; {} references of patients inside the hospital\n",
               plain.written, plain.read, plain.clients.size() + plain.servers.size(), plain.to_gateway.size());
    return plain;
}

void check_files(const Played& played, Search& search, const std::string& control) {
    const fs::path planted = played.out() / "network/validators/hospital-a/data/control.txt";
    std::ofstream(planted) << "found? " << control;
    FileCounts counts;
    const std::vector<Leak> leaks = search_files(played, search, counts);
    INFO(in_words(leaks));
    REQUIRE(leaks.size() == 1);
    CHECK(leaks[0].where == "network/validators/hospital-a/data/control.txt");
    CHECK(leaks[0].find.text == control);
    CHECK(counts.tables >= 4);
    CHECK(counts.logs >= 8);
    const std::vector<Leak> receipt = search.in("enrolment.receipt", slurp(played.out() / "enrolment.receipt"));
    INFO(in_words(receipt));
    REQUIRE(receipt.size() == 1);
    CHECK(receipt[0].find.text.starts_with("A-"));
    const std::vector<Leak> printed = search.in("printed", played.result.out + played.result.err);
    INFO(in_words(printed));
    CHECK(printed.empty());
    fmt::print("files: {} tables with {} entries, {} write-ahead logs and manifests\n", counts.tables, counts.entries,
               counts.logs);
}

struct Wire {
    std::unique_ptr<Capture> capture;
    std::uint16_t control_port = 0;
};

std::uint64_t check_wire(const Played& played, const Wire& wire, const std::string& control, Search& search) {
    CHECK(wire.capture->dropped() == 0);
    std::uint64_t octets = 0;
    std::uint64_t missing = 0;
    std::size_t controls = 0;
    std::vector<Leak> leaks;
    const auto is_ours = [&](unsigned port) { return port >= played.base_port && port < played.base_port + kPorts; };
    const auto flows = wire.capture->flows();
    for (const Flow& flow : flows) {
        if (flow.to == wire.control_port) {
            controls += search.in("control", flow.octets).size();
            continue;
        }
        if (!own_network().entered && !is_ours(flow.from) && !is_ours(flow.to)) continue;  // somebody else's
        octets += flow.octets.size();
        missing += flow.missing;
        add(leaks, search.in(fmt::format("wire, port {} to port {}", flow.from, flow.to), flow.octets));
    }
    INFO(in_words(leaks));
    CHECK(leaks.empty());
    CHECK(missing == 0);
    CHECK(controls == Needles::encodings_of(control).size());
    CHECK(octets >= 1'000'000);
    fmt::print("wire: {} packets, {} octets in {} streams\n", wire.capture->packets(), octets, flows.size());
    return octets;
}

}  // namespace

TEST_CASE("a whole demo leaves no personal string of any sample patient outside her hospital") {
    const OwnNetwork& network = own_network();
    char pattern[] = "/tmp/placet-leak-XXXXXX";
    const Workplace place{::mkdtemp(pattern)};
    std::string why;
    Wire wire{Capture::start(place.folder / "packets", why), 0};
    const Played played(place.folder, network.entered ? 17400 : free_ports());
    INFO(played.result.out << played.result.err);
    REQUIRE(played.result.exit_code == 0);
    const auto manifest = nlohmann::json::parse(slurp(played.out() / "samples/manifest.json"));
    const auto personal = manifest["personal"].get<std::vector<std::string>>();
    REQUIRE(personal.size() >= 2000);
    const std::string control =
        *std::ranges::find_if(personal, [](const std::string& text) { return text.starts_with("A-"); });
    if (wire.capture) {
        std::vector<std::string> words;
        for (const auto& one : Needles::encodings_of(control)) {
            words.push_back(one.octets.substr(0, 5));
            words.push_back(one.octets.substr(5) + "\n");
        }
        wire.control_port = say_in_clear(words);
        wire.capture->stop();
    }
    const Needles needles(personal);
    Search search(needles);
    check_files(played, search, control);
    const Plain plain = check_plain(played, search);
    if (wire.capture) {
        const std::uint64_t octets = check_wire(played, wire, control, search);
        CHECK(plain.written <= octets);           // each octet passed the wire, a little longer for TLS
        CHECK(plain.written * 10 >= octets * 8);  // and little else did
    } else {
        WARN("skipped: the octets on the wire (" << why << "); what was said in them was searched before encryption");
    }
    fmt::print("searched: {} personal strings in {} forms, {} places, {} octets\n", personal.size(), needles.count(),
               search.places, search.octets_searched);
}
