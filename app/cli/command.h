// The commands of the terminal program: each takes its parsed options, writes results to standard
// output and notes to standard error, and returns the exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/generate/generation.h"
#include "kernels/base/kv_panels.h"
#include "kernels/base/result.h"

namespace dsm::cli {

// All that the program ends with. chat on a terminal, where each trouble is told as it happens,
// ends with kOk unless it could not begin.
enum ExitCode {
    kOk = 0,
    kFailure = 1,        // a file, the memory, the model or the machine stood in the way, or
                         // standard output or a file could not be written
    kUsage = 2,          // the command line is not understood
    kContextFull = 3,    // chat, complete, compare: a reply ended because the context was full
    kInterrupted = 130,  // stopped by Ctrl+C; by another signal that asks to end, 128 + its number
};

inline constexpr const char* kExitCodes =
    "Exit codes: 0 done; 1 a file, the memory, the model or the machine stood in the way, or the\n"
    "output could not be written; 2 the command line is not understood; 3 a reply of chat, "
    "complete\n"
    "or compare ended because the context was full; 130 stopped with Ctrl+C\n"
    "(128 and its number for another signal that asks to end).";

struct EngineOptions {
    std::filesystem::path model;  // empty: the bundled demo model
    std::optional<std::string> backend;
    std::optional<int> gpu;                 // by its number
    std::optional<std::int64_t> gpuLayers;  // none: as many as fit
    int threads = 0;
    std::int64_t context = 0;
    bool fromDisk = false;
    bool lock = false;
    KvType kv = KvType::BF16;
    std::string adapter;  // "FOLDER" or "FOLDER:SCALE"; empty: none
};

struct ChatOptions {
    EngineOptions engine;
    GenerationChoices generation;
    std::optional<std::string> system;  // empty: none, also where a session may have one
    std::filesystem::path session;      // empty: the conversation is forgotten
    int answers = 1;                    // to each question, at once
    bool statistics = false;
};

struct CompleteOptions {
    EngineOptions engine;
    GenerationChoices generation;
    std::optional<std::string> text;  // none: standard input
    bool keepsLineFeed = false;       // at the end of standard input
    bool echo = false;
    int answers = 1;  // at once
    bool statistics = false;
};

struct TokenizeOptions {
    std::filesystem::path model;
    std::optional<std::string> text;  // none: standard input
    bool keepsLineFeed = false;       // at the end of standard input
    bool jsonLines = false;
};

struct InspectOptions {
    std::filesystem::path model;
    KvType kv = KvType::BF16;
    bool tensors = false;
};

struct LogitsOptions {
    EngineOptions engine;
    std::filesystem::path idsFile;
    std::filesystem::path out;
};

struct SynthOptions {
    std::string size;              // a name of kSynthSizes
    std::filesystem::path config;  // or a config.json of this architecture
    std::filesystem::path out;
    std::filesystem::path tokenizer;  // a folder to take the tokenizer's files from
    std::string format = "bf16";      // a preset
    std::int64_t layers = 0;          // 0: as many as the size has
    std::uint64_t seed = 1;
};

struct QuantizeOptions {
    std::filesystem::path model;
    std::string preset;
    std::filesystem::path out;
    std::filesystem::path calibration;  // a text; empty: none
    int threads = 0;
    bool report = false;               // print a table instead of converting
    std::filesystem::path text;        // of the report; empty: a bundled one
    std::vector<std::string> presets;  // of the report; empty: all
    bool cacheReport = false;          // print what the types of the cache cost instead
};

// Of bench --train.
struct TrainBenchOptions {
    std::int64_t tokens = 512;               // of a step
    std::vector<std::int64_t> lengths{128};  // of a sample
    std::int64_t steps = 5;
    bool checkpointing = true;
    std::vector<std::string> methods{"attention", "lora", "full"};
};

struct BenchOptions {
    EngineOptions engine;
    std::vector<std::int64_t> prompts{32, 128, 512, 2048};    // tokens
    std::vector<std::int64_t> positions{0, 512, 2048, 4000};  // that decode begins at
    std::vector<std::int64_t> streams;                        // so many at once
    bool ops = false;                                         // the time of each operation
    bool lookAhead = false;                                   // replies with guesses and without
    bool train = false;                                       // measure training instead
    TrainBenchOptions training;
    std::filesystem::path json;  // empty: none is written
};

struct FinetuneOptions {
    std::filesystem::path job;
    std::optional<std::string> backend;     // none: the fastest
    std::optional<int> gpu;                 // by its number
    std::optional<std::int64_t> gpuLayers;  // none: as the job says
    bool resume = false;
    bool estimateOnly = false;
    int threads = 0;  // 0: as the job says
};

struct ServerOptions {
    EngineOptions engine;
    std::string host = "127.0.0.1";
    int port = 8080;
    std::string name;                   // of the model in requests; "": the folder's
    std::vector<std::string> adapters;  // "FOLDER" or "FOLDER:SCALE"
    bool onDemand = false;              // the model is loaded at the first request
    std::optional<int> idleMinutes;     // and goes after so many without one
    std::vector<std::string> hostNames;
    std::vector<std::string> origins;
    int streams = 4;
    int waiting = 64;
};

struct SelftestOptions {
    std::string op;         // of kernels/selftest/op_cases.h; empty: all
    bool recovery = false;  // in place of operations: what becomes of a GPU that fails
    std::string backend;    // "cpu" or "cuda"; empty: all
};

int chat(const ChatOptions& options);
int complete(const CompleteOptions& options);
int tokenize(const TokenizeOptions& options);
int inspect(const InspectOptions& options);
int logits(const LogitsOptions& options);
int quantize(const QuantizeOptions& options);
int synth(const SynthOptions& options);
int bench(const BenchOptions& options);
int benchTraining(const BenchOptions& options);
int finetune(const FinetuneOptions& options);
int devices();
int selftest(const SelftestOptions& options);
int serve(const ServerOptions& options);

// The names that synth --size takes.
std::vector<std::string> synthSizes();

}  // namespace dsm::cli
