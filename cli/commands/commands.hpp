// All commands of placet, one file each (a group of commands of one noun is one file). A file adds its rows to the
// table; how the rows are parsed, helped and completed is the frame's business.
#pragma once

#include "cli/frame/command.hpp"

namespace placet::cli::commands {

void add_home(frame::CommandTable& table);
void add_key(frame::CommandTable& table);
void add_init(frame::CommandTable& table);
void add_genesis(frame::CommandTable& table);
void add_localnet(frame::CommandTable& table);
void add_org(frame::CommandTable& table);
void add_validator(frame::CommandTable& table);
void add_consent(frame::CommandTable& table);
void add_dataset(frame::CommandTable& table);
void add_diseases(frame::CommandTable& table);
void add_request(frame::CommandTable& table);
void add_access(frame::CommandTable& table);
void add_breakglass(frame::CommandTable& table);
void add_gateway(frame::CommandTable& table);
void add_patient(frame::CommandTable& table);
void add_tx(frame::CommandTable& table);
void add_proof(frame::CommandTable& table);
void add_verify(frame::CommandTable& table);
void add_match(frame::CommandTable& table);
void add_periods(frame::CommandTable& table);
void add_decide(frame::CommandTable& table);
void add_status(frame::CommandTable& table);
void add_completion(frame::CommandTable& table);

/// Every command there is.
[[nodiscard]] frame::CommandTable all_commands();

}  // namespace placet::cli::commands
