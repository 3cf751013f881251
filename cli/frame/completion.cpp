// Completion scripts, made from the command table. They hold words only; nothing is run while one completes.
#include <set>

#include "cli/frame/command.hpp"

namespace placet::cli::frame {

namespace {
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char character : text) out += character == '\'' ? std::string("'\\''") : std::string(1, character);
    return out + "'";
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> first_words(const CommandTable& table) {
    std::vector<std::string> out;
    for (const Group& group : table.groups)
        if (group.name.find(' ') == std::string::npos) out.push_back(group.name);
    for (const Command& command : table.commands)
        if (command.path.size() == 1) out.push_back(command.path[0]);
    return out;
}

std::vector<std::string> options_of(const Command& command) {
    std::vector<std::string> out{"--help"};
    for (const Argument& argument : command.arguments)
        if (argument.name.starts_with("--")) out.push_back(argument.name);
    for (const Argument& argument : common_arguments()) out.push_back(argument.name);
    return out;
}

/// A case statement over the words typed so far, which bash and zsh share; sets `words`.
std::string cases(const CommandTable& table) {
    std::string out = "  case \"$path\" in\n";
    out += fmt::format("    '') words={} ;;\n", quoted(joined(first_words(table))));
    for (const Group& group : table.groups) {
        std::vector<std::string> words;
        for (const Command& command : table.commands)
            if (group_of(command) == group.name) words.push_back(command.path.back());
        for (const Group& inner : table.groups)
            if (inner.name.starts_with(group.name + " ")) words.push_back(inner.name.substr(group.name.size() + 1));
        out += fmt::format("    {}) words={} ;;\n", quoted(group.name), quoted(joined(words)));
    }
    for (const Command& command : table.commands)
        out += fmt::format("    {}) words={} ;;\n", quoted(joined(command.path)), quoted(joined(options_of(command))));
    return out + "    *) words='' ;;\n  esac\n";
}

/// Two words name a command of a group, three one of a group in it, one word any other.
std::string path_function(const CommandTable& table) {
    std::vector<std::string> groups;
    std::string inner = "''";
    for (const Group& group : table.groups) {
        if (group.name.find(' ') == std::string::npos) groups.push_back(group.name);
        else inner += "|" + quoted(group.name);
    }
    return fmt::format(
        "_placet_path() {{\n  local first=\"$1\" second=\"$2\" third=\"$3\"\n  case \" {} \" in\n"
        "    *\" $first \"*) case \"$second\" in ''|-*) echo \"$first\"; return ;; esac\n"
        "      case \"$first $second\" in {}) case \"$third\" in ''|-*) ;; *) echo \"$first $second $third\"; return ;; esac ;; esac\n"
        "      echo \"$first $second\" ;;\n"
        "    *) echo \"$first\" ;;\n  esac\n}}\n",
        joined(groups), inner);
}

std::string bash(const CommandTable& table) {
    return "# placet completion for bash: source this file, or put it in /etc/bash_completion.d\n" + path_function(table) +
           "_placet() {\n  local words path current=\"${COMP_WORDS[COMP_CWORD]}\" before=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n"
           "  path=\"$(_placet_path \"${before[0]}\" \"${before[1]}\" \"${before[2]}\")\"\n" +
           cases(table) + "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\ncomplete -o default -F _placet placet\n";
}

std::string zsh(const CommandTable& table) {
    return "#compdef placet\n# placet completion for zsh: put this file, named _placet, into a folder of $fpath\n" + path_function(table) +
           "_placet() {\n  local words_typed=(\"${(@)words[2,CURRENT-1]}\") path words\n"
           "  path=\"$(_placet_path \"${words_typed[1]}\" \"${words_typed[2]}\" \"${words_typed[3]}\")\"\n" +
           cases(table) + "  if [[ -n \"$words\" ]]; then compadd -- ${=words}; fi\n  _files\n}\ncompdef _placet placet\n";
}

std::string fish(const CommandTable& table) {
    std::string out = "# placet completion for fish: put this file into ~/.config/fish/completions/placet.fish\n";
    for (const Group& group : table.groups) {
        const std::size_t space = group.name.find(' ');
        const std::string last = space == std::string::npos ? group.name : group.name.substr(space + 1);
        const std::string where =
            space == std::string::npos ? "__fish_use_subcommand" : quoted("__fish_seen_subcommand_from " + group.name.substr(0, space));
        out += fmt::format("complete -c placet -n {} -a {} -d {}\n", where, last, quoted(group.summary));
        for (const Command& command : table.commands)
            if (group_of(command) == group.name)
                out += fmt::format("complete -c placet -n '__fish_seen_subcommand_from {}' -a {} -d {}\n", last, command.path.back(),
                                   quoted(command.summary));
    }
    for (const Command& command : table.commands) {
        if (command.path.size() == 1)
            out += fmt::format("complete -c placet -n __fish_use_subcommand -a {} -d {}\n", command.path[0], quoted(command.summary));
        for (const Argument& argument : command.arguments)
            if (argument.name.starts_with("--"))
                out += fmt::format("complete -c placet -n '__fish_seen_subcommand_from {}' -l {} -d {}\n", command.path.back(),
                                   argument.name.substr(2), quoted(argument.help));
    }
    for (const Argument& argument : common_arguments())
        out += fmt::format("complete -c placet -l {} -d {}\n", argument.name.substr(2), quoted(argument.help));
    return out;
}
}  // namespace

base::Result<std::string> completion_script(const CommandTable& table, std::string_view shell) {
    if (shell == "bash") return bash(table);
    if (shell == "zsh") return zsh(table);
    if (shell == "fish") return fish(table);
    return base::refuse(base::ErrorCode::invalid_value, "completion is made for bash, zsh and fish", "SHELL");
}

}  // namespace placet::cli::frame
