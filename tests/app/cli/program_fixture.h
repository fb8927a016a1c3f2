// Program: runs the program itself, as a person at a terminal or a script would.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {

struct Outcome {
    int exitCode = -1;
    std::string output;
    std::string errors;
};

class Program : public testing::Test {
  protected:
    // `arguments` as typed into a shell; `input` is piped in.
    Outcome run(const std::string& arguments, const std::string& input = "") {
        const auto inputPath = folder_.write("input", input);
        const std::string command = std::string(DSM_PROGRAM) + " " + arguments + " <" +
                                    inputPath.string() + " >" + (folder_ / "output").string() +
                                    " 2>" + (folder_ / "errors").string();
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contentOf(folder_ / "output"),
                contentOf(folder_ / "errors")};
    }

    TemporaryFolder folder_;
    const std::string tiny_ = "--model " + test::goldenFolder("tiny").string();
};

}  // namespace dsm
