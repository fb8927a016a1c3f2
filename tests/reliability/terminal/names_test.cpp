// Names and replies that would command a terminal.
#include "tests/reliability/terminal/terminal_fixture.h"

namespace dsm {
namespace {

constexpr const char* kEscape = "\x1b";

using Names = Terminal;

TEST_F(Names, NeverCommandATerminal) {
    const auto folder = folder_ / (std::string("red") + kEscape + "[31m\xE2\x80\xAE");
    fs::create_directory(folder);
    for (const std::string& command :
         {"complete" + quoted("x") + "--model" + quoted(folder), "inspect --model" + quoted(folder),
          "complete x" + short_ + "--adapter" + quoted(folder),
          "complete x --backend" + quoted(kEscape), "x" + quoted(kEscape),
          "dataset" + quoted(folder) + "--model " + kTiny.string(),
          "synth --config" + quoted(folder) + "--out x"}) {
        const auto outcome = run_(command);
        EXPECT_NE(outcome.exitCode, 0) << command;
        EXPECT_EQ((outcome.errors + outcome.output).find(kEscape), std::string::npos) << command;
        expectHas(outcome.errors, {"\\x1b"});
    }
    // Where all goes well the name is shown, in a file too.
    fs::copy(kTiny, folder);
    const auto bench = run_("bench --threads 2 --prompt 4 --decode 0 --model" + quoted(folder));
    EXPECT_EQ(bench.exitCode, 0) << bench.errors;
    expectHas(bench.output, {"red\\x1b[31m\\u202e"});
}

TEST_F(Names, InReplesAreWrittenOutOnATerminalAlone) {
    // An echo of the text stands for a reply that holds it.
    const std::string command =
        "complete" + short_ + "--echo \"$(printf 'a\\033[31mb\\302\\2331m')\"";
    const auto piped = run_(command);
    EXPECT_TRUE(
        piped.output.starts_with("a\x1b[31mb\xC2\x9B"
                                 "1m"))
        << piped.output;
    const auto shown = run_.onTerminal(command);
    EXPECT_EQ(shown.exitCode, 0) << shown.errors;
    EXPECT_TRUE(shown.output.starts_with("a\\x1b[31mb\\u009b1m")) << shown.output;
}

}  // namespace
}  // namespace dsm
