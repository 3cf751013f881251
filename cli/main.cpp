// placet: the command line. Everything it can do is in the command table (commands/); everything it prints passes the terminal.
#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli/commands/commands.hpp"

int main(int argc, char** argv) {
    using namespace placet::cli;
    // Keys and passphrases are in our memory: no core dumps, no debugger of the same user (security.md, Edges).
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    auto terminal = frame::Terminal::of_process();
    return frame::run(commands::all_commands(), argc, argv, terminal);
}
