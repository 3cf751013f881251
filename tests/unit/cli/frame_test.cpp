// The frame: parsing, help, exit codes, JSON and what may reach a terminal.
#include <catch2/catch.hpp>
#include <sstream>

#include "cli/commands/commands.hpp"
#include "cli/frame/printable.hpp"
#include "tests/unit/cli/run_placet.hpp"

using namespace placet;
using namespace placet::cli;
using tests::cli::Ran;
using tests::cli::run_placet;

TEST_CASE("every command has a help that ends with an example of itself") {
    for (const frame::Command& command : commands::all_commands().commands) {
        std::vector<std::string> words = command.path;
        words.emplace_back("--help");
        const Ran ran = run_placet(words);
        INFO(command.example);
        CHECK(ran.exit == 0);
        CHECK(ran.out.find("Example:\n  " + command.example) != std::string::npos);
        std::string name = "placet";
        for (const std::string& word : command.path) name += " " + word;
        CHECK(command.example.find(name) != std::string::npos);
        CHECK_FALSE(command.summary.ends_with("."));
    }
}

TEST_CASE("the commands that the manual promises are there") {
    std::vector<std::string> names;
    const auto table = commands::all_commands();
    for (const frame::Group& group : table.groups) names.push_back(group.name);
    for (const frame::Command& command : table.commands) names.push_back(command.path[0]);
    for (const char* name : {"localnet", "init", "key", "org", "genesis", "consent", "dataset", "request", "access", "gateway", "patient", "tx",
                             "proof", "verify", "match", "periods", "status", "completion"})
        CHECK(std::ranges::find(names, name) != names.end());
}

TEST_CASE("a misspelt command or option names what was meant, with exit 2 and one object") {
    CHECK(run_placet({"kye", "list"}).err.find("did you mean key?") != std::string::npos);
    CHECK(run_placet({"key", "shwo"}).err.find("did you mean show?") != std::string::npos);
    CHECK(run_placet({"key", "show", "file", "--jsn"}).err.find("did you mean --json?") != std::string::npos);
    CHECK(run_placet({"dataset", "register", "d", "--title", "--odd", "--vots-needed", "2"}).err.find("did you mean --votes-needed?") != std::string::npos);
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"--json"}, {"--json", "key"}, {"key", "show", "--json"}, {"verify", "--json", "x", "y"}, {"status", "--json", "--timeout", "never"}}) {
        const Ran ran = run_placet(words);
        CHECK(ran.exit == 2);
        CHECK(ran.json.text_at("ok").empty());
        CHECK(ran.json.number_at("exit") == 2);
        CHECK_FALSE(ran.json.at("error").text_at("message").empty());
    }
}

TEST_CASE("no option takes a passphrase") {
    for (const frame::Command& command : commands::all_commands().commands)
        for (const frame::Argument& argument : command.arguments) {
            CHECK(argument.name.find("passphrase") == std::string::npos);
            CHECK(argument.name.find("password") == std::string::npos);
        }
}

TEST_CASE("a completion script knows every command and option") {
    const auto table = commands::all_commands();
    for (const char* shell : {"bash", "zsh", "fish"}) {
        const auto script = frame::completion_script(table, shell);
        REQUIRE(script.has_value());
        for (const frame::Command& command : table.commands) {
            CHECK(script->find(command.path.back()) != std::string::npos);
            for (const frame::Argument& argument : command.arguments)
                if (argument.name.starts_with("--")) CHECK(script->find(argument.name.substr(2)) != std::string::npos);
        }
    }
    CHECK(run_placet({"completion", "tcsh"}).exit == 2);
}

TEST_CASE("text of strangers cannot move the cursor, start a line or turn its direction") {
    CHECK(frame::printable("a\x1b[2Jb") == "a\\u{1b}[2Jb");
    CHECK(frame::printable("a\nplacet: recorded\r") == "a\\u{a}placet: recorded\\u{d}");
    CHECK(frame::printable("\xE2\x80\xAE"
                           "desufer") == "\\u{202e}desufer");
    CHECK(frame::printable("\xC2\x9B"
                           "31m") == "\\u{9b}31m");
    CHECK(frame::printable("\xFFz\xC0\x80") == "\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(frame::printable("Grüße, 患者") == "Grüße, 患者");
    CHECK(frame::columns("é患") == 2);
    frame::Words words;
    words.line("name: {}", "eve\nverified: yes").table({{"A"}, {"x\ny"}});
    CHECK(words.text() == "name: eve\\u{a}verified: yes\nA\nx\\u{a}y\n");
}

TEST_CASE("errors that quote input stay on their line") {
    const Ran ran = run_placet({"key", "show", "no\x1b[31m\nsuch"});
    CHECK(ran.exit == 2);
    CHECK(ran.err.find('\x1b') == std::string::npos);
    CHECK(std::ranges::count(ran.err, '\n') == 1);
}

TEST_CASE("JSON keeps order, escapes controls and survives octets that are no text") {
    frame::Json json = frame::Json::object({{"b", 1}, {"a", std::uint64_t{18446744073709551615U}}, {"n", nullptr}, {"t", "\x01\"\\\xFF"}});
    json.set("b", true).set("list", frame::Json::array({"x"}));
    CHECK(json.dump() == "{\"b\":true,\"a\":18446744073709551615,\"n\":null,\"t\":\"\\u0001\\\"\\\\\xEF\xBF\xBD\",\"list\":[\"x\"]}");
    CHECK(json.at("missing").at("deeper").is_null());
    CHECK(json.texts_at("list") == std::vector<std::string>{"x"});
}

TEST_CASE("every kind of library error has an exit code of the table") {
    using base::ErrorCode;
    CHECK(frame::exit_of(ErrorCode::io) == frame::Exit::usage);
    CHECK(frame::exit_of(ErrorCode::invalid_proof) == frame::Exit::failed);
    CHECK(frame::exit_of(ErrorCode::unavailable) == frame::Exit::no_connection);
    CHECK(frame::exit_of(ErrorCode::conflict) == frame::Exit::refused);
    CHECK(frame::exit_of(ErrorCode::timeout) == frame::Exit::not_committed);
    CHECK(frame::exit_of(ErrorCode::not_found) == frame::Exit::not_found);
    CHECK(frame::exit_of(ErrorCode::unauthorised) == frame::Exit::not_authorised);
}

TEST_CASE("nothing is drawn off a terminal") {
    std::ostringstream out, err;
    frame::Terminal terminal(out, err, frame::Terminal::Animation::off, frame::Terminal::Colour::off);
    frame::Progress progress(terminal, "importing", 10);
    progress.at(10);
    terminal.redraw("half way");
    CHECK(err.str().empty());
    CHECK(out.str().empty());
}
