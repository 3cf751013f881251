// Values of the command line that must be something more than text: an instant, a pseudonym, one of a few words, a path
// that can be read. Whatever is not is wrong use (exit 2), told with the option's own name, before anybody is asked.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/frame/command.hpp"

namespace placet::cli::commands {

/// The option's text, an RFC 3339 instant; empty if it was not given.
[[nodiscard]] frame::Outcome<std::string> instant_of(const frame::Arguments& arguments, std::string_view name);
/// The option's text, 64 hexadecimal digits in lower case; empty if it was not given.
[[nodiscard]] frame::Outcome<std::string> pseudonym_of(const frame::Arguments& arguments, std::string_view name);
/// The option's text, one of `words`; empty if it was not given.
[[nodiscard]] frame::Outcome<std::string> choice_of(const frame::Arguments& arguments, std::string_view name,
                                                    const std::vector<std::string>& words);

/// A library's refusal of the option's value, as wrong use under the option's name.
[[nodiscard]] frame::Outcome<void> as_usage(const base::Status& status, std::string_view name);
/// Whether the option's text is host:port.
[[nodiscard]] frame::Outcome<void> check_address(const frame::Arguments& arguments, std::string_view name);

/// Whether every one is a disease's name in an ontology, like MONDO:0005148.
[[nodiscard]] frame::Outcome<void> check_diseases(const std::vector<std::string>& diseases, std::string_view name);

/// Whether something is there that this process may read: a file, or a folder it may list.
[[nodiscard]] frame::Outcome<void> check_readable(const std::filesystem::path& path);
/// Whether a file can be put there: looked at before the ledger is asked for what is to stand in it.
[[nodiscard]] frame::Outcome<void> check_writable(const std::filesystem::path& path);

}  // namespace placet::cli::commands
