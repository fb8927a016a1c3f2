// Numbers on the command line: whole and decimal, within a range that help and refusals name.
//
// Stricter than CLI11's Range: "nan" is in no range, what float64 cannot hold is refused, a whole
// number is written in decimal digits (neither "0x10" nor "010" nor "1e3"), and a seed has no sign.
//
// Errors  CLI::ValidationError, which CLI11 puts the option's name before.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

#include "engine/generate/setting_range.h"

namespace dsm::cli {

CLI::Validator wholeNumber(std::int64_t least, std::int64_t most);
CLI::Validator wholeNumber(const SettingRange& range);
CLI::Validator number(double least, double most);
CLI::Validator number(const SettingRange& range);
CLI::Validator seedNumber();
// FOLDER or FOLDER:SCALE.
CLI::Validator adapterWithScale();

CLI::Validator threadCount();

}  // namespace dsm::cli
