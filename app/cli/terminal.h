// What the commands share: messages on standard error, loading with progress, and Ctrl+C.
//
// Threads Main thread, but for Interrupt.
// Errors  Those of LanguageModel::load() and of the folders of models and adapters; NotFound where no
//         model is named and none came with the program. Ctrl+C: Cancelled.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "app/cli/command.h"
#include "engine/generate/language_model.h"
#include "kernels/base/result.h"

namespace dsm::cli {

bool inputIsTerminal();
bool outputIsTerminal();
bool errorIsTerminal();

// Writes a note of one line for people.
void note(const std::string& text);

// The number with so many digits that count, as it is written for people.
std::string shortNumber(double value, int digits);

// A line of a report on standard output: what it is, and its value in a column of its own.
void printRow(const char* name, const std::string& value);

// Rewrites a line of progress on standard error; 1 clears it.
void showProgress(const char* what, double share);

// Writes the error and returns the exit code that belongs to it.
int fail(const Error& error);

// The folder to load: as asked, else the bundled demo model.
Result<std::filesystem::path> modelFolder(const std::filesystem::path& asked);

// Where the options want the weights.
Residency residencyOf(const EngineOptions& options);

// The adapter that the options ask for; the command line allows no scale out of range.
std::optional<AdapterChoice> adapterOf(const EngineOptions& options);

// Gives it to a model that was loaded without a LanguageModel.
Result<void> useAdapter(Model& model, const EngineOptions& options);

// Loads with progress on a terminal; says so when it is the demo model.
Result<std::unique_ptr<LanguageModel>> loadModel(const EngineOptions& options);
Result<std::unique_ptr<LanguageModel>> loadModel(const EngineOptions& options,
                                                 const std::stop_token& stop);

// One line about how fast a generation was, and why it ended.
std::string statisticsLine(const Generation& generation);

// Tells why a reply ended before the model ended it, where that is not what was asked for, and
// returns the exit code that belongs to it.
int noteEnd(const Generation& generation, const LanguageModel& model);

// Ctrl+C ends what is under way first; with nothing under way, or a second time, it ends the
// program. So do SIGTERM, by which a system asks a program to end, and SIGHUP, by which a closed
// terminal does.
//
// Threads  Made once, in main(), before any other thread starts: it blocks these signals everywhere
//          and waits for them on a thread of its own.
class Interrupt {
  public:
    static void install();
    // Something that can be stopped is under way as long as the returned source lives.
    static std::shared_ptr<std::stop_source> arm();
    // Stops what is under way, if anything is; from any thread.
    static void request();
    // What the program ends with after a stop: 128 and the number of the signal that asked for it,
    // as shells count; that of Ctrl+C where none did.
    static int exitCode();
};

}  // namespace dsm::cli
