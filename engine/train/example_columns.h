// The names that the texts of an example have: what a job's "columns" can say another name for, and
// what data/example.h reads.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace dsm {

inline constexpr std::array<std::string_view, 8> kExampleColumns{
    "instruction", "input", "output", "history", "system", "messages", "conversations", "text"};
inline constexpr const char* kExampleColumnList =
    "instruction, input, output, history, system, messages, conversations and text";

inline bool isExampleColumn(std::string_view name) {
    return std::find(kExampleColumns.begin(), kExampleColumns.end(), name) != kExampleColumns.end();
}

}  // namespace dsm
