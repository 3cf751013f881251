// placet completion: the script for a shell, made from the command table.
#include "cli/commands/commands.hpp"

namespace placet::cli::commands {

using namespace frame;

void add_completion(CommandTable& table) {
    table.commands.push_back({{"completion"},
                              "print the completion script for bash, zsh or fish",
                              "source <(placet completion bash)",
                              {{"SHELL", Kind::positional, "bash, zsh or fish", Presence::required, ""}},
                              [](Context&, const Arguments& arguments) -> CommandResult {
                                  const auto script = completion_script(all_commands(), arguments.text("SHELL"));
                                  if (!script) return std::unexpected(Failure(Exit::usage, script.error()));
                                  Report report{Json::object({{"shell", arguments.text("SHELL")}, {"script", *script}}), {}};
                                  report.words.paragraph(*script);
                                  return report;
                              }});
}

}  // namespace placet::cli::commands
