// What these tests share: the program, a folder, and the tiny model as arguments.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <string>

#include "tests/reliability/terminal/program_run.h"
#include "tests/support/temporary_folder.h"

namespace dsm {

namespace fs = std::filesystem;

inline const fs::path kTiny = fs::path(DSM_SOURCE_DIR) / "tests/golden/tiny";
inline const fs::path kAdapter = fs::path(DSM_SOURCE_DIR) / "tests/golden/adapter/patterns";

class Terminal : public testing::Test {
  protected:
    static void expectHas(const std::string& text, std::initializer_list<std::string> parts) {
        for (const std::string& part : parts)
            EXPECT_NE(text.find(part), std::string::npos) << part << "\n-- in --\n" << text;
    }
    std::string quoted(const fs::path& path) const { return " '" + path.string() + "' "; }

    TemporaryFolder folder_;
    test::ProgramRun run_;
    const std::string tiny_ = " --threads 2 --model " + kTiny.string() + " ";
    const std::string short_ = tiny_ + "-n 4 -t 0 ";
};

}  // namespace dsm
