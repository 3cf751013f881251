// placet: the command line. Everything it can do is in the command table (commands/); everything it prints passes the terminal.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "cli/commands/commands.hpp"

int main(int argc, char** argv) {
    using namespace placet::cli;
    // Keys and passphrases are in our memory: no core dumps, no debugger of the same user (security.md, Edges).
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // A reader that is gone and a file size limit are errors of writing, not the end of the process: the exit codes stay ours.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    auto terminal = frame::Terminal::of_process();
    const int exit = frame::run(commands::all_commands(), argc, argv, terminal);
    if (exit != 0 || std::cout.flush()) return exit;
    // Nobody saw the answer: that is no success, and of `verify`, whose 1 is a verdict, none.
    const bool judges = std::find(argv, argv + argc, std::string_view("verify")) != argv + argc;
    return static_cast<int>(judges ? frame::Exit::usage : frame::Exit::failed);
}
