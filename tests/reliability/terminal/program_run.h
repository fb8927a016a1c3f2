// Runs the program as a shell does, and on a terminal of its own.
#pragma once

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "tests/support/temporary_folder.h"

namespace dsm::test {

struct Outcome {
    int exitCode = -1;
    std::string output;
    std::string errors;
};

class ProgramRun {
  public:
    // `arguments` as typed into a shell, redirections included; `input` is piped in.
    Outcome operator()(const std::string& arguments, const std::string& input = "") const {
        const auto inputPath = folder_.write("input", input);
        const std::string command = "{ " DSM_PROGRAM " " + arguments + "; } <" +
                                    inputPath.string() + " >" + (folder_ / "output").string() +
                                    " 2>" + (folder_ / "errors").string();
        const int status = std::system(command.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contentOf(folder_ / "output"),
                contentOf(folder_ / "errors")};
    }

    // With standard output on a terminal; output is what arrives there.
    Outcome onTerminal(const std::string& arguments, const std::string& input = "") const {
        const auto inputPath = folder_.write("input", input);
        return atTerminal(arguments + " <" + inputPath.string(), "");
    }

    // With the terminal for its input as well: `typed` are a few lines, the last of which ends the
    // program. The output has them too, as a terminal echoes what is typed.
    Outcome typing(const std::string& arguments, const std::string& typed) const {
        return atTerminal(arguments, typed);
    }

  private:
    Outcome atTerminal(const std::string& arguments, const std::string& typed) const {
        const std::string command =
            "exec " DSM_PROGRAM " " + arguments + " 2>" + (folder_ / "errors").string();
        int terminal = -1;
        const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
        if (child == 0) {
            ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
            ::_exit(127);
        }
        Outcome outcome;
        if (::write(terminal, typed.data(), typed.size()) != static_cast<ssize_t>(typed.size()))
            outcome.output = "(nothing could be typed)";
        std::array<char, 4096> piece;
        for (ssize_t size = 0; (size = ::read(terminal, piece.data(), piece.size())) > 0;)
            outcome.output.append(piece.data(), static_cast<std::size_t>(size));
        int status = 0;
        ::waitpid(child, &status, 0);
        ::close(terminal);
        outcome.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        outcome.errors = contentOf(folder_ / "errors");
        return outcome;
    }

    TemporaryFolder folder_;
};

}  // namespace dsm::test
