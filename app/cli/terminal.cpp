#include "app/cli/terminal.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "engine/generate/demo_model.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"

namespace dsm::cli {
namespace {

std::mutex armedMutex;
std::weak_ptr<std::stop_source> armedSource;
std::atomic<int> lastSignal = SIGINT;

std::shared_ptr<std::stop_source> armed() {
    const std::lock_guard lock(armedMutex);
    return armedSource.lock();
}

}  // namespace

std::string shortNumber(double value, int digits) {
    std::ostringstream text;
    text.precision(digits);
    text << value;
    return text.str();
}

void printRow(const char* name, const std::string& value) {
    std::cout << "  " << std::left << std::setw(26) << name << value << '\n';
}

void showProgress(const char* what, double share) {
    static int shown = -1;
    const int percent = static_cast<int>(std::floor(share * 100));
    if (percent == shown) return;
    shown = percent;
    std::fprintf(stderr, "\r%s %3d %%", what, percent);
    if (percent == 100) std::fprintf(stderr, "\r                \r");
    std::fflush(stderr);
}

bool inputIsTerminal() {
    return ::isatty(STDIN_FILENO) == 1;
}
bool outputIsTerminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}
bool errorIsTerminal() {
    return ::isatty(STDERR_FILENO) == 1;
}

void note(const std::string& text) {
    std::cerr << text << '\n';
}

int fail(const Error& error) {
    if (error.code == ErrorCode::Cancelled) return kInterrupted;
    std::cerr << "deepseekmoe: " << error.message << '\n';
    return kFailure;
}

Result<std::filesystem::path> modelFolder(const std::filesystem::path& asked) {
    if (!asked.empty()) return asked;
    if (const auto demo = demoModelFolder()) return *demo;
    return failure(ErrorCode::NotFound,
                   "The bundled demo model was not found. Name a model folder with --model.");
}

std::optional<AdapterChoice> adapterOf(const EngineOptions& options) {
    if (options.adapter.empty()) return std::nullopt;
    return *parseAdapterChoice(options.adapter);
}

Result<void> useAdapter(Model& model, const EngineOptions& options) {
    const auto adapter = adapterOf(options);
    if (!adapter) return {};
    auto read = readAdapter(adapter->folder, model.config());
    if (!read) return tl::unexpected(read.error());
    return model.useAdapter(std::make_shared<LoraAdapter>(std::move(*read)), adapter->scale);
}

Residency residencyOf(const EngineOptions& options) {
    if (options.fromDisk) return Residency::OnDisk;
    return options.lock ? Residency::Locked : Residency::InMemory;
}

Result<std::unique_ptr<LanguageModel>> loadModel(const EngineOptions& options) {
    const auto stop = Interrupt::arm();
    return loadModel(options, stop->get_token());
}

Result<std::unique_ptr<LanguageModel>> loadModel(const EngineOptions& options,
                                                 const std::stop_token& stop) {
    const Result<std::filesystem::path> folder = modelFolder(options.model);
    if (!folder) return tl::unexpected(folder.error());
    ProgressSink progress;
    if (errorIsTerminal()) progress = [](double share) { showProgress("Loading", share); };
    auto model = LanguageModel::load({.folder = *folder,
                                      .backend = options.backend,
                                      .threads = options.threads,
                                      .contextLimit = options.context,
                                      .kv = options.kv,
                                      .residency = residencyOf(options),
                                      .adapter = adapterOf(options),
                                      .gpu = options.gpu,
                                      .gpuLayers = options.gpuLayers},
                                     progress, stop);
    if (model && options.context > (*model)->config().maxPositions) {
        note("Note: the context of this model holds " +
             std::to_string((*model)->config().maxPositions) + " tokens at most, not the " +
             std::to_string(options.context) + " of --context.");
    }
    if (model && isDemoModel(*folder)) {
        note(
            "This is the small bundled demo model, not DeepSeekMoE 16B: it knows a few topics "
            "only.\nLoad another model with --model FOLDER.");
    }
    return model;
}

namespace {

const char* inWords(StopReason reason) {
    switch (reason) {
        case StopReason::EndOfText:
            return "the model ended it";
        case StopReason::StopString:
            return "a stop string";
        case StopReason::MaximumTokens:
            return "--max-tokens";
        case StopReason::ContextFull:
            return "the context is full";
        case StopReason::Cancelled:
            return "stopped";
        case StopReason::NotFinite:
            return "numbers that are not finite";
    }
    return "";
}

}  // namespace

std::string statisticsLine(const Generation& generation) {
    const GenerationStatistics& s = generation.statistics;
    std::ostringstream line;
    line.setf(std::ios::fixed);
    line.precision(1);
    line << "[prompt " << s.promptTokens << " tokens";
    if (s.reusedTokens > 0) line << " (" << s.reusedTokens << " reused)";
    line << ", " << s.promptTokensPerSecond << " tokens/s; first token after "
         << s.timeToFirstToken.count() * 1000 << " ms; reply " << s.generatedTokens << " tokens, "
         << s.tokensPerSecond << " tokens/s; end: " << inWords(generation.reason) << ']';
    return line.str();
}

int noteEnd(const Generation& generation, const LanguageModel& model) {
    if (generation.reason == StopReason::Cancelled) return kInterrupted;
    if (generation.reason == StopReason::NotFinite)
        return fail({ErrorCode::Malformed, generation.problem});
    if (generation.reason != StopReason::ContextFull) return kOk;
    const std::int64_t limit = model.contextLimit();
    const std::int64_t most = model.config().maxPositions;
    note("(The context of " + std::to_string(limit) + " tokens is full: the reply ends here." +
         (limit < most ? " --context N makes room for up to " + std::to_string(most) + "." : "") +
         ")");
    return kContextFull;
}

void Interrupt::install() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    // nohup means what it says: a terminal that goes away does not end what was started under it.
    struct sigaction hangup {};
    ::sigaction(SIGHUP, nullptr, &hangup);
    if (hangup.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);
    // A file larger than allowed fails to be written, with a reason, instead of ending the program.
    ::signal(SIGXFSZ, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([signals] {
        for (;;) {
            int signal = 0;
            sigwait(&signals, &signal);
            lastSignal = signal;
            const auto source = armed();
            // A second one while something stops, or one with nothing to stop, ends the program,
            // with the code that shells count the signal as.
            if (!source || !source->request_stop()) ::_exit(128 + signal);
        }
    }).detach();
}

std::shared_ptr<std::stop_source> Interrupt::arm() {
    auto source = std::make_shared<std::stop_source>();
    const std::lock_guard lock(armedMutex);
    armedSource = source;
    return source;
}

void Interrupt::request() {
    if (const auto source = armed()) source->request_stop();
}

int Interrupt::exitCode() {
    return 128 + lastSignal;
}

}  // namespace dsm::cli
