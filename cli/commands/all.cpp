// The whole command table, in the order of `placet --help`.
#include "cli/commands/commands.hpp"
#include "cli/commands/lineage.hpp"

namespace placet::cli::commands {

frame::CommandTable all_commands() {
    frame::CommandTable table;
    for (const auto add : {add_localnet, add_init,    add_home,     add_key,     add_genesis, add_org,    add_validator,
                           add_consent,  add_dataset, add_diseases, add_request, add_lineage, add_access, add_breakglass, add_gateway,
                           add_patient,  add_tx,      add_proof,    add_verify,  add_decide,  add_match,  add_periods,
                           add_status,   add_completion})
        add(table);
    return table;
}

}  // namespace placet::cli::commands
