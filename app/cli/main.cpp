// deepseekmoe: the program without a window.

#include <CLI/CLI.hpp>
#include <iostream>
#include <set>

#include "app/cli/command.h"
#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/cli/terminal.h"
#include "kernels/base/log.h"

namespace dsm::cli {
namespace {

constexpr const char* kIntroduction =
    "DeepSeekMoE Desktop in the terminal: runs DeepSeekMoE 16B, and models of the same\n"
    "architecture, on this computer.\n\n"
    "  deepseekmoe chat                     talk to the bundled demo model\n"
    "  deepseekmoe chat --model FOLDER      talk to a Chat model you have\n"
    "  deepseekmoe complete --model FOLDER \"Once upon a time\"\n\n"
    "FOLDER holds config.json, tokenizer.json and the *.safetensors files.\n\n"
    "Replies reach a pipe or file as the model wrote them. On a terminal, and in all other lines,\n"
    "characters that command a terminal are written out, such as \\x1b.";

void logToStandardError(LogLevel level, std::string_view message) {
    std::cerr << (level == LogLevel::Warning ? "Warning: " : "") << message << '\n';
}

// An empty value, as of a variable of a shell that is not set, names no file and is no number; it
// would count as if the option were not there. Texts may be empty.
void refuseEmptyValues(CLI::App& app) {
    static const std::set<std::string> kTexts{"--system", "--stop", "text", "prompt"};
    for (CLI::App* command : app.get_subcommands({})) {
        for (CLI::Option* option : command->get_options()) {
            if (option->get_expected_min() == 0 || kTexts.contains(option->get_name())) continue;
            option->check([](const std::string& value) {
                return value.empty() ? std::string("its value is empty.") : std::string();
            });
        }
    }
}

int run(int argc, char** argv) {
    CLI::App app{kIntroduction, "deepseekmoe"};
    app.require_subcommand(0, 1);  // none is answered below, with the help
    app.footer(kExitCodes);        // before the commands, which take it over
    app.set_version_flag("--version", "deepseekmoe " DSM_VERSION);
    int exitCode = kOk;

    addReplyCommands(app, exitCode);
    addModelCommands(app, exitCode);
    addMachineCommands(app, exitCode);
    addTrainingCommands(app, exitCode);
    refuseEmptyValues(app);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kOk : kUsage;
    }
    if (app.get_subcommands().empty()) {
        std::cerr << app.help();
        return kUsage;
    }
    return exitCode;
}

}  // namespace
}  // namespace dsm::cli

int main(int argc, char** argv) {
    using namespace dsm::cli;
    installOutput();
    Interrupt::install();
    dsm::setLogSink(logToStandardError);
    try {
        const int ended = run(argc, argv);
        return endOutput(ended == kInterrupted ? Interrupt::exitCode() : ended);
    } catch (const std::exception& error) {  // e.g. memory ran out in a library
        return endOutput(fail({dsm::ErrorCode::Internal, error.what()}));
    }
}
