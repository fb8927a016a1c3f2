// Help, replies, sessions, and what is refused.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/app/cli/program_fixture.h"

namespace dsm {
namespace {

TEST_F(Program, HelpsANewcomer) {
    const Outcome help = run("--help");
    EXPECT_EQ(help.exitCode, 0);
    for (const char* word :
         {"chat", "complete", "tokenize", "inspect", "logits", "synth", "bench"}) {
        EXPECT_NE(help.output.find(word), std::string::npos) << word;
    }
    EXPECT_EQ(help.errors, "");
}

TEST_F(Program, WritesTheSameFromDiskAsFromMemory) {
    const std::string command = "complete " + tiny_ + " -n 8 -t 0 hello";
    const Outcome inMemory = run(command);
    EXPECT_EQ(inMemory.exitCode, 0);
    EXPECT_EQ(run(command + " --from-disk").output, inMemory.output);
    EXPECT_EQ(run(command + " --from-disk --lock").exitCode, 2);
}

TEST_F(Program, RefusesAnUnknownCommandOnStandardError) {
    const Outcome outcome = run("dance");
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_EQ(outcome.output, "");
    EXPECT_NE(outcome.errors.find("dance"), std::string::npos);
}

TEST_F(Program, AnswersEachLineOfAPipe) {
    const Outcome outcome = run("chat " + tiny_ + " -n 3 -t 0", "one\n\ntwo\n");
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_FALSE(outcome.output.empty());
    EXPECT_EQ(outcome.output.find("You:"), std::string::npos);  // no prompts in a pipe
}

TEST_F(Program, GoesOnWithASessionWithoutReadingItAgain) {
    const std::string command = "chat --model " DSM_SOURCE_DIR
                                "/resources/demo_model --threads 2 -n 8 -t 0 --stats --session " +
                                (folder_ / "session").string();
    std::string question;
    for (int i = 0; i < 120; ++i)
        question += "blue zqx ";
    const Outcome begun = run(command, question + "\n");
    EXPECT_EQ(begun.exitCode, 0) << begun.errors;
    EXPECT_TRUE(std::filesystem::exists(folder_ / "session.context"));
    const Outcome goneOn = run(command, "Why?\n");
    EXPECT_EQ(goneOn.exitCode, 0) << goneOn.errors;
    const std::size_t reused = goneOn.errors.find(" reused");
    ASSERT_NE(reused, std::string::npos) << goneOn.errors;
    const std::size_t number = goneOn.errors.rfind('(', reused) + 1;
    EXPECT_GT(std::stoi(goneOn.errors.substr(number)), 300);

    folder_.write("session.context", "DSMCACHE is not all");
    const Outcome damaged = run(command, "Why?\n");
    EXPECT_EQ(damaged.exitCode, 0);
    EXPECT_NE(damaged.errors.find("read again"), std::string::npos) << damaged.errors;
    folder_.write("session", "{\"messages\": 7}");
    EXPECT_EQ(run(command, "Why?\n").exitCode, 1);
}

TEST_F(Program, LeavesASessionAloneThatAnotherProgramUses) {
    const std::string session = (folder_ / "session").string();
    const int other = ::open((session + ".lock").c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_GE(other, 0);
    ASSERT_EQ(::flock(other, LOCK_EX), 0);
    const std::string command = "chat " + tiny_ + " -n 3 -t 0 --session " + session;
    const Outcome refused = run(command, "one\n");
    EXPECT_EQ(refused.exitCode, 1);
    EXPECT_NE(refused.errors.find("in use by another program"), std::string::npos)
        << refused.errors;
    EXPECT_FALSE(std::filesystem::exists(session));
    ::close(other);
    EXPECT_EQ(run(command, "one\n").exitCode, 0);
}

TEST_F(Program, GivesEqualRepliesForEqualSeeds) {
    const std::string command = "chat " + tiny_ + " -n 12 -t 1 --seed 5";
    EXPECT_EQ(run(command, "hello\n").output, run(command, "hello\n").output);
}

TEST_F(Program, WritesSeveralAnswersAtOnceEachAsWithItsOwnSeed) {
    const std::string command = "complete " + tiny_ + " -n 12 -t 1 hello --seed ";
    std::string expected;
    for (const int number : {1, 2, 3}) {
        const std::string alone = run(command + std::to_string(number + 4)).output;
        ASSERT_TRUE(alone.ends_with("\n"));
        expected += (number == 1 ? "Answer " : "\n\nAnswer ") + std::to_string(number) + ":\n" +
                    alone.substr(0, alone.size() - 1);
    }
    const Outcome together = run(command + "5 --answers 3 --stats");
    EXPECT_EQ(together.exitCode, 0) << together.errors;
    EXPECT_EQ(together.output, expected + "\n");
    EXPECT_NE(together.errors.find("reply 12 tokens"), std::string::npos) << together.errors;
    for (const char* wrong : {"0", "17", "many"})
        EXPECT_EQ(run(command + "5 --answers " + wrong).exitCode, 2) << wrong;
}

TEST_F(Program, GoesOnWithTheFirstOfSeveralAnswers) {
    const auto session = folder_ / "session.json";
    const Outcome two = run("chat -n 12 -t 1 --seed 3 --answers 2 --session " + session.string(),
                            "What is an expert?\nAnd then?\n");
    EXPECT_EQ(two.exitCode, 0) << two.errors;
    const auto messages = nlohmann::json::parse(contentOf(session))["messages"];
    ASSERT_EQ(messages.size(), 4U);
    const auto first = messages[1]["content"].get<std::string>();
    EXPECT_EQ(two.output.find("Answer 1:\n" + first.substr(first.find_first_not_of(' '))), 0U)
        << two.output;
    const Outcome one = run("chat -n 12 -t 1 --seed 3 --session " + (folder_ / "one").string(),
                            "What is an expert?\nAnd then?\n");
    EXPECT_EQ(nlohmann::json::parse(contentOf(folder_ / "one"))["messages"], messages);
}

TEST_F(Program, AsksAModelForWhatItsMakersAdvise) {
    const std::string demo = "chat --model " DSM_SOURCE_DIR "/resources/demo_model --threads 2 ";
    const std::string question = "Tell me a story.\n";
    const std::string advised = run(demo + "--seed 1", question).output;
    EXPECT_EQ(run(demo + "--seed 2", question).output, advised);  // greedy: no seed matters
    EXPECT_EQ(run(demo + "-t 0 -n 256", question).output, advised);
    EXPECT_NE(run(demo + "-t 5 --top-p 1 --seed 1", question).output, advised);
}

TEST_F(Program, ContinuesATextOnEitherBackend) {
    const std::string text = " -n 16 -t 0 \"Once upon a time\"";
    const Outcome reference = run("complete --backend reference " + tiny_ + text);
    const Outcome cpu = run("complete --backend cpu " + tiny_ + text);
    EXPECT_EQ(reference.exitCode, 0);
    EXPECT_FALSE(reference.output.empty());
    EXPECT_EQ(reference.output, cpu.output);
}

TEST_F(Program, NamesTheMissingFolder) {
    const Outcome outcome = run("chat --model /no/such/folder", "hi\n");
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_EQ(outcome.output, "");
    EXPECT_NE(outcome.errors.find("/no/such/folder"), std::string::npos);
}

TEST_F(Program, SaysWhatABackendNameMayBe) {
    const Outcome outcome = run("complete --backend abacus " + tiny_ + " x");
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_NE(outcome.errors.find("reference"), std::string::npos);
}

}  // namespace
}  // namespace dsm
