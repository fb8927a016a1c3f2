// The command line: the commands of the program with their options, a function for each group.
//
// A command that runs leaves its exit code; what it takes says command.h.
//
// Ownership Options live as long as the program's description (CLI::App), exit codes longer.
// Errors    A command line that is not understood: CLI::ParseError when it is read.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>

namespace dsm::cli {

void addReplyCommands(CLI::App& program, int& exitCode);     // chat, complete
void addModelCommands(CLI::App& program, int& exitCode);     // what is in a model, and new ones
void addMachineCommands(CLI::App& program, int& exitCode);   // speed, devices, self-test
void addTrainingCommands(CLI::App& program, int& exitCode);  // finetune and what is around it

// A command with its options, which are made before they are read.
template <class Options>
struct Command {
    CLI::App* command;
    std::shared_ptr<Options> options;
};

template <class Options>
Command<Options> addCommand(CLI::App& program, const char* name, const char* what, int& exitCode,
                            int (*run)(const Options&)) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand(name, what);
    command->callback([options, run, &exitCode] { exitCode = run(*options); });
    return {command, options};
}

}  // namespace dsm::cli
