// placet periods: on which days data may be used for each code, by the consents of one patient, offline. Exit 0
// whatever the answer is, 2 if a consent cannot be read. The object of --json has the codes alone as its keys.
#include <algorithm>

#include "api/fhir/day_rules.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home/files.hpp"

namespace placet::cli::commands {

using namespace frame;
namespace consent = contracts::consent;

namespace {

/// "code" or "system|code"; a code may not be empty.
Outcome<consent::AskedCode> asked_code(std::string_view text, std::string_view option) {
    const std::size_t bar = text.rfind('|');
    consent::AskedCode out;
    out.code = std::string(bar == std::string_view::npos ? text : text.substr(bar + 1));
    if (bar != std::string_view::npos) out.system = std::string(text.substr(0, bar));
    if (out.code.empty()) return usage("write a code, or system|code", std::string(option));
    return out;
}

struct Question {
    std::vector<std::string> names;  ///< the codes as written, the answer's keys
    std::vector<consent::AskedCode> codes;
    std::vector<consent::Retroactive> retro;
};

Outcome<Question> question_of(const Arguments& arguments) {
    Question out;
    for (const std::string& text : arguments.values("--codes")) {
        auto code = asked_code(text, "--codes");
        if (!code) return std::unexpected(std::move(code).error());
        if (std::ranges::find(out.names, text) != out.names.end()) continue;
        out.names.push_back(text);
        out.codes.push_back(std::move(*code));
    }
    for (const std::string& text : arguments.values("--retro")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            return usage("write CODE=BY: the code that is extended, and the one that extends it", "--retro");
        auto code = asked_code(text.substr(0, equals), "--retro");
        if (!code) return std::unexpected(std::move(code).error());
        auto by = asked_code(text.substr(equals + 1), "--retro");
        if (!by) return std::unexpected(std::move(by).error());
        if (*code == *by) return usage("a code cannot extend itself", "--retro");
        if (std::ranges::find(out.codes, *code) == out.codes.end()) continue;  // extends what was not asked
        out.retro.push_back({std::move(*code), std::move(*by)});
    }
    return out;
}

Outcome<api::fhir::DayReading> read_consents(const Arguments& arguments) {
    api::fhir::DayReading reading;
    const auto in_file = [](const std::string& path, base::Error error) {
        if (error.field != path) error.field = error.field.empty() ? path : path + ": " + error.field;
        return std::unexpected(Failure(Exit::usage, std::move(error)));
    };
    for (const std::string& path : arguments.values("--consent")) {
        const auto text = home::read_text(path, std::size_t{256} << 20);
        if (!text) return in_file(path, text.error());
        if (const auto done = api::fhir::add_day_rules(reading, path, *text); !done) return in_file(path, done.error());
        if (reading.patients.size() > 1)
            return in_file(path, {base::ErrorCode::invalid_value,
                                  "the consents are of several patients, " + reading.patients[0] + " and " +
                                      reading.patients[1] + ": give those of one",
                                  "Consent.patient"});
    }
    return reading;
}

CommandResult periods(Context&, const Arguments& arguments) {
    const auto question = question_of(arguments);
    if (!question) return std::unexpected(question.error());
    const auto reading = read_consents(arguments);
    if (!reading) return std::unexpected(reading.error());
    const auto days = consent::permitted_days(reading->consents, question->codes, question->retro);
    Report report{Json::object(), {}, Exit::ok, Envelope::bare};
    for (std::size_t i = 0; i < days.size(); ++i) {
        if (days[i].empty()) {
            report.words.line("{}: on no day", question->names[i]);
            continue;
        }
        Json runs(Json::Array{});
        for (const consent::DayRange& run : days[i].runs()) {
            runs.push(Json::array({consent::to_date(run.first), consent::to_date(run.last)}));
            report.words.line("{}: {} to {}", question->names[i], consent::to_date(run.first),
                              consent::to_date(run.last));
        }
        report.data.set(question->names[i], std::move(runs));
    }
    return report;
}

}  // namespace

void add_periods(CommandTable& table) {
    table.commands.push_back(
        {{"periods"},
         "the days on which data may be used for each code, by one patient's consents, offline",
         "placet periods --consent consent.json --codes 2.16.840.1.113883.3.1937.777.24.5.3.6 "
         "2.16.840.1.113883.3.1937.777.24.5.3.8 --json",
         {{"--consent", Kind::lists, "FHIR Consents, Bundles (JSON or XML) or NDJSON", Presence::required, "FILE"},
          {"--codes", Kind::lists, "the codes asked for together; CODE or SYSTEM|CODE", Presence::required, "CODE"},
          {"--retro", Kind::lists, "a permit of BY in the same resource lets CODE's begin in 1900", Presence::optional,
           "CODE=BY"}},
         periods});
}

}  // namespace placet::cli::commands
