// placet lineage and placet withdrawal, for the table of all commands.
#pragma once

#include "cli/frame/command.hpp"

namespace placet::cli::commands {

void add_lineage(frame::CommandTable& table);

}  // namespace placet::cli::commands
