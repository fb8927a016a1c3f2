// Options that several commands take, each the same in all of them.
//
// Ownership Borrow what they fill, until the command line is read.
// Errors    A value that cannot be is refused by CLI11 with the option's name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/command.h"

namespace CLI {
class App;
}

namespace dsm::cli {

inline constexpr const char* kTextHelp =
    "The text (default: standard input, without the line feed that ends it)";

void addModel(CLI::App& command, std::filesystem::path& model);
void addKeepLineFeed(CLI::App& command, bool& keeps);
// The model and what computes it.
void addEngine(CLI::App& command, EngineOptions& engine);
void addAdapter(CLI::App& command, EngineOptions& engine);
void addGeneration(CLI::App& command, GenerationChoices& wanted);
void addCacheType(CLI::App& command, KvType& kv);
// Size and type of the context's memory.
void addContext(CLI::App& command, EngineOptions& engine);

// What options that name a preset take.
std::vector<std::string> presetNames();

}  // namespace dsm::cli
