#include <random>

#include "app/cli/command.h"
#include "app/cli/command_line.h"
#include "app/cli/number_option.h"
#include "app/cli/shared_options.h"
#include "engine/generate/language_model.h"
#include "engine/serve/batch.h"

namespace dsm::cli {
namespace {

// Not a secret: only different each time.
std::uint64_t anySeed() {
    return std::random_device()();
}

void addAnswers(CLI::App& command, int& answers) {
    command
        .add_option("--answers", answers,
                    "Write so many answers at once; the seed of each is one more than that of the "
                    "one before")
        ->check(wholeNumber(1, kMostAnswers))
        ->capture_default_str();
}

void addChat(CLI::App& program, int& exitCode) {
    const auto [command, options] =
        addCommand(program, "chat", "Talk to a Chat model; each line from a pipe is a question",
                   exitCode, chat);
    options->generation.seed = anySeed();
    addEngine(*command, options->engine);
    addAdapter(*command, options->engine);
    addContext(*command, options->engine);
    addGeneration(*command, options->generation);
    command->add_option("--session", options->session,
                        "Go on with the conversation in this file, and keep it there");
    // A member of optional type would take an empty text for none.
    command->add_option_function<std::string>(
        "--system", [chosen = options](const std::string& text) { chosen->system = text; },
        "A text before a new conversation; one that a session goes on with has its own");
    addAnswers(*command, options->answers);
    command->add_flag("--stats", options->statistics, "Show speeds after each reply");
}

void addComplete(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "complete", "Continue a text, as a Base model does", exitCode, complete);
    options->generation.seed = anySeed();
    addEngine(*command, options->engine);
    addAdapter(*command, options->engine);
    addContext(*command, options->engine);
    addGeneration(*command, options->generation);
    command->add_option("text", options->text, kTextHelp);
    addKeepLineFeed(*command, options->keepsLineFeed);
    addAnswers(*command, options->answers);
    command->add_flag("--echo", options->echo, "Print the text before its continuation");
    command->add_flag("--stats", options->statistics, "Show speeds at the end");
}

void addServe(CLI::App& program, int& exitCode) {
    const auto [command, options] = addCommand(
        program, "serve", "Answer other programs of this computer, as OpenAI's API has it",
        exitCode, serve);
    addEngine(*command, options->engine);
    addContext(*command, options->engine);
    command
        ->add_option("--adapter", options->adapters,
                     "Answer as MODEL:ADAPTER with the LoRA adapter in this folder, too; the first "
                     "where a request names no model")
        ->type_name("FOLDER[:SCALE]")
        ->allow_extra_args(false)
        ->check(adapterWithScale());
    command->add_flag("--on-demand", options->onDemand,
                      "Load the model when somebody asks for the first time");
    command
        ->add_option("--idle-minutes", options->idleMinutes,
                     "Give the model's memory back after so long without a request, and load it "
                     "again at the next")
        ->check(wholeNumber(1, 1440));
    command
        ->add_option("--host", options->host,
                     "The address to listen at; any but this computer's own needs a key in the "
                     "environment variable DEEPSEEKMOE_API_KEY")
        ->capture_default_str();
    command->add_option("--port", options->port, "The port; 0 takes any that is free")
        ->check(wholeNumber(0, 65535))
        ->capture_default_str();
    command->add_option("--name", options->name,
                        "What requests call the model (default: its folder's name)");
    command->add_option("--host-name", options->hostNames,
                        "Another name that requests may call this computer by");
    command->add_option("--origin", options->origins,
                        "A page that may ask from a browser, such as http://localhost:3000");
    command
        ->add_option("--streams", options->streams,
                     "Answer so many at once, each with a context of its own")
        ->check(wholeNumber(1, kMostStreams))
        ->capture_default_str();
    command->add_option("--waiting", options->waiting, "Let so many more wait for their turn")
        ->check(wholeNumber(0, 10'000))
        ->capture_default_str();
}

}  // namespace

void addReplyCommands(CLI::App& program, int& exitCode) {
    addChat(program, exitCode);
    addComplete(program, exitCode);
    addServe(program, exitCode);
}

}  // namespace dsm::cli
