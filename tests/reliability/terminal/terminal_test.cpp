// The program against its surroundings: what a shell, a disk, a file and a model can do to it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/reliability/terminal/terminal_fixture.h"
#include "tests/support/damaged_model.h"

namespace dsm {
namespace {

using Output = Terminal;

TEST_F(Output, ThatCannotBeWrittenIsAFailureOfEveryCommand) {
    const auto ids = folder_.write("ids", "5 6");
    const auto rows =
        folder_.write("rows.jsonl", "{\"instruction\": \"2+2?\", \"output\": \"4\"}\n");
    for (const std::string& command :
         {"complete" + short_ + "hello", "chat" + short_, "inspect --model " + kTiny.string(),
          "tokenize --model " + kTiny.string() + " hello", std::string("devices"),
          "compare" + short_ + "--adapter " + kAdapter.string() + " hello",
          "dataset " + rows.string() + " --model " + kTiny.string(),
          std::string("selftest --backend cpu --op norm"), std::string("--help"),
          std::string("chat --help"), std::string("--version")}) {
        const auto full = run_(command + " >/dev/full", "hello\n");
        EXPECT_EQ(full.exitCode, 1) << command;
        expectHas(full.errors, {"Cannot write to standard output: No space left on device"});
        const auto closed = run_(command + " >&-", "hello\n");
        EXPECT_EQ(closed.exitCode, 1) << command;
    }
}

TEST_F(Output, ThatNobodyReadsStopsTheReply) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    const auto outcome =
        run_("complete" + tiny_ + "-t 0 --stats hello >&" + std::to_string(ends[1]));
    ::close(ends[1]);
    EXPECT_EQ(outcome.exitCode, 1);
    expectHas(outcome.errors, {"Broken pipe", "end: stopped"});
}

TEST_F(Output, NeverBecomesAFileThatIsOpenedLater) {
    const auto ids = folder_.write("ids", "5 6");
    const auto out = folder_ / "logits";
    const auto outcome =
        run_("logits" + tiny_ + "--ids-file" + quoted(ids) + "--out" + quoted(out) + ">&- 2>&-");
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(fs::file_size(out) % 4, 0U);
}

TEST_F(Output, OfResultFilesThatCannotBeWrittenIsAFailureBeforeAnythingSlow) {
    const auto ids = folder_.write("ids", "5 6");
    for (const std::string file : {"/dev/full", "/no/such/folder/file", "/proc/version"}) {
        const auto logits = run_("logits" + tiny_ + "--ids-file" + quoted(ids) + "--out " + file);
        EXPECT_EQ(logits.exitCode, 1) << file;
        expectHas(logits.errors, {file});
    }
    const auto bench = run_("bench" + tiny_ + "--json /no/such/folder/file");
    EXPECT_EQ(bench.exitCode, 1);
    expectHas(bench.errors, {"/no/such/folder/file"});
    EXPECT_EQ(bench.errors.find("Measuring"), std::string::npos);
    const auto session = run_("chat" + short_ + "--session /no/such/folder/file", "hello\n");
    EXPECT_EQ(session.exitCode, 1);
    EXPECT_EQ(session.output, "");  // no question is taken that would not be kept
    expectHas(session.errors, {"/no/such/folder/file"});
}

TEST_F(Output, FollowsLinksAndLeavesDevicesWhereTheyAre) {
    const auto ids = folder_.write("ids", "5 6");
    const auto logitsTo = [&](const fs::path& path) {
        return run_("logits" + tiny_ + "--ids-file" + quoted(ids) + "--out" + quoted(path));
    };
    folder_.write("real", "old");
    fs::create_symlink("real", folder_ / "link");
    EXPECT_EQ(logitsTo(folder_ / "link").exitCode, 0);
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    EXPECT_GT(fs::file_size(folder_ / "real"), 1000U);
    EXPECT_EQ(logitsTo("/dev/null").exitCode, 0);
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    // As /dev/stdout, which some small systems lack.
    fs::create_symlink("/proc/self/fd/1", folder_ / "stdout");
    const auto out = logitsTo(folder_ / "stdout");
    EXPECT_EQ(out.exitCode, 0);
    EXPECT_EQ(out.output, contentOf(folder_ / "real"));
    ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
    std::string read;
    std::thread reader([&] { read = contentOf(folder_ / "fifo"); });
    EXPECT_EQ(logitsTo(folder_ / "fifo").exitCode, 0);
    reader.join();
    EXPECT_EQ(read, contentOf(folder_ / "real"));
    EXPECT_TRUE(fs::is_fifo(folder_ / "fifo"));
}

using Numbers = Terminal;

TEST_F(Numbers, OutOfTheirRangeAreRefusedByNameAndRange) {
    const std::vector<std::pair<std::string, std::vector<std::string>>> options{
        {"complete -t", {"nan", "inf", "-1", "1e999", "0x1", "one", "''", "10.1"}},
        {"complete --top-p", {"nan", "0", "1.1"}},
        {"complete --min-p", {"nan", "-0.1", "2"}},
        {"complete --top-k", {"-1", "1.5", "1e3", "99999999999999999999"}},
        {"complete --repetition-penalty", {"nan", "0", "inf"}},
        {"complete --presence-penalty", {"nan", "-11"}},
        {"complete --frequency-penalty", {"nan", "11"}},
        {"complete --seed", {"-1", "1.5", "nan", "18446744073709551616", "0x10"}},
        {"complete --threads", {"0", "-1", "100000"}},
        {"complete --context", {"0", "-1", "99999999999999"}},
        {"complete --max-tokens", {"0", "-1", "nan"}},
        {"complete --gpu", {"-1", "nan"}},
        {"complete --gpu-layers", {"-1", "1e9"}},
        {"compare --adapter x --seed", {"-1"}},
        {"compare --adapter x -t", {"nan"}},
        {"synth --out x --size tiny --seed", {"-1"}},
        {"synth --out x --size tiny --layers", {"0", "nan"}},
        {"bench --prompt", {"0", "1,nan"}},
        {"bench --decode", {"-1"}},
        {"bench --train --train-steps", {"0", "nan"}},
        {"quantize x --report --threads", {"0"}},
        {"finetune job --threads", {"-1"}},
        {"dataset x --show", {"-1", "nan"}},
        {"dataset x --max-length", {"1", "nan"}},
        {"export-job x --out y --alpha", {"nan", "inf", "-1", "0"}},
        {"export-job x --out y --epochs", {"nan", "inf", "-1", "0"}},
        {"export-job x --out y --learning-rate", {"nan", "inf", "-1", "0"}},
        {"export-job x --out y --rank", {"0", "nan"}},
        {"export-job x --out y --zero", {"1", "4"}},
        {"merge a b c --threads", {"0"}}};
    for (const auto& [option, values] : options) {
        for (const std::string& value : values) {
            SCOPED_TRACE(option + " " + value);
            const auto outcome = run_(option + " " + value);
            EXPECT_EQ(outcome.exitCode, 2);
            expectHas(outcome.errors, {"--", "is not a ", " from ", " to "});
        }
    }
}

TEST_F(Numbers, OfAnAdaptersScaleAreRefusedByRange) {
    for (const char* scale : {"nan", "inf", "1e999", "-101"}) {
        const auto outcome = run_("complete --adapter " + kAdapter.string() + ":" + scale + " x");
        EXPECT_EQ(outcome.exitCode, 2);
        expectHas(outcome.errors, {"--adapter", scale, "-100 to 100"});
    }
    const auto colon = folder_ / "epoch:2";
    fs::copy(kAdapter, colon);
    const std::string command = "complete" + short_ + "hello --adapter";
    const auto plain = run_(command + quoted(kAdapter));
    EXPECT_EQ(plain.exitCode, 0) << plain.errors;
    EXPECT_EQ(run_(command + quoted(colon)).output, plain.output);
    EXPECT_EQ(run_(command + quoted(colon.string() + ":0")).output,
              run_("complete" + short_ + "hello").output);
}

using NotFinite = Terminal;

TEST_F(NotFinite, WeightsEndEveryCommandWithTheirPlace) {
    const std::string weight = "model.layers.2.self_attn.o_proj.weight";
    const auto model = test::damagedModel(folder_, {weight, 5});
    const std::string of = " --threads 2 --model " + model.string() + " ";
    const auto ids = folder_.write("ids", "5 6 7");
    const auto out = (folder_ / "out").string();
    for (const std::string& command :
         {"complete" + of + "hello", "chat" + of,
          "logits" + of + "--ids-file " + ids.string() + " --out " + out,
          "bench" + of + "--prompt 16 --decode 0 --json " + out,
          "compare" + of + "--adapter " + kAdapter.string() + " hello",
          "quantize " + model.string() + " --to q8 " + (folder_ / "q8").string(),
          "quantize " + model.string() + " --to bf16 " + (folder_ / "bf16").string(),
          "quantize " + model.string() + " --kv-report",
          "merge " + model.string() + " " + kAdapter.string() + " " +
              (folder_ / "merged").string()}) {
        SCOPED_TRACE(command);
        const auto outcome = run_(command, "hello\n");
        EXPECT_EQ(outcome.exitCode, 1) << outcome.errors;
        expectHas(outcome.errors, {weight, "not finite"});
        EXPECT_EQ(outcome.output.find("!!!"), std::string::npos);
    }
    EXPECT_FALSE(fs::exists(out));
}

TEST_F(NotFinite, NumbersLeaveTheTextBeforeThem) {
    const std::string ask = "complete -t 0 -n 12 hello --threads 2 --model ";
    const std::string whole = run_(ask + kTiny.string()).output;
    for (int id = 0; id < 316; ++id) {
        const auto model =
            test::damagedModel(folder_, {"model.embed_tokens.weight", std::int64_t{id} * 64, 64});
        const auto cut = run_(ask + model.string());
        if (cut.exitCode == 0 || cut.output.size() < 4) continue;  // elsewhere, or at once
        EXPECT_EQ(cut.exitCode, 1);
        expectHas(cut.errors, {"not finite", "the embedding"});
        EXPECT_TRUE(whole.starts_with(cut.output.substr(0, cut.output.size() - 1))) << cut.output;
        // In a session it stays as well.
        const auto session = folder_ / "session";
        const auto chat = run_("chat -t 0 -n 12 --threads 2 --model " + model.string() +
                                   " --session " + session.string(),
                               "q\n");
        const auto kept = nlohmann::json::parse(contentOf(session));
        EXPECT_EQ(kept["messages"][0]["content"], "q");
        return;
    }
    FAIL() << "no token of the reply was damaged";
}

using Session = Terminal;

TEST_F(Session, OfAnotherShapeIsRefusedByKeyAndLeftAlone) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "is empty"},
        {"[]", "expected an object"},
        {"{}", "messages: the key is missing"},
        {R"({"messages": {}})", "messages: expected an array"},
        {R"({"messages": [7]})", "messages[0]: expected an object"},
        {R"({"messages": [{"role": "tool", "content": ""}]})", "messages[0].role: \"tool\""},
        {R"({"messages": [{"role": 1, "content": ""}]})", "messages[0].role: expected a string"},
        {R"({"messages": [{"role": "user"}]})", "messages[0].content: the key is missing"},
        {R"({"messages": [{"role": "user", "content": "", "name": "x"}]})", "messages[0].name"},
        {R"({"messages": [], "model": "x"})", "model: a session has no such key"},
        {R"({"messages": [{"role": "assistant", "content": "x"}]})", "follows a user's"},
        {R"({"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "x"}]})",
         "messages[1]: a system message stands only"},
        {R"({"messages": [{"role": "user", "content": "x", "ids": [-1]}]})", "messages[0].ids[0]"},
        {R"({"messages": [{"role": "user", "content": "x", "ids": [4294967296]}]})", "no token id"},
        {"{\"messages\": [{\"role\": \"user\", \"content\": \"\xff\"}]}", "not UTF-8"},
        {"hello", "not valid JSON"}};
    for (const auto& [text, reason] : cases) {
        const auto path = folder_.write("session", text);
        const auto outcome = run_("chat" + short_ + "--session" + quoted(path), "hello\n");
        EXPECT_EQ(outcome.exitCode, 1) << text;
        expectHas(outcome.errors, {path.string(), reason});
        EXPECT_EQ(outcome.output, "");
        EXPECT_EQ(contentOf(path), text);
    }
    const auto huge = folder_.write("huge", "");
    fs::resize_file(huge, std::uintmax_t{1} << 30);
    for (const fs::path& path : {huge, folder_.path(), fs::path("/dev/null")}) {
        const auto outcome = run_("chat" + short_ + "--session" + quoted(path), "hello\n");
        EXPECT_EQ(outcome.exitCode, 1) << path;
        expectHas(outcome.errors, {path.string()});
    }
    EXPECT_EQ(fs::file_size(huge), std::uintmax_t{1} << 30);
}

TEST_F(Session, GoesOnWithItsOwnSystemTextOnly) {
    const auto path = folder_ / "session";
    const std::string command = "chat" + short_ + "--session" + quoted(path);
    EXPECT_EQ(run_(command + "--system Briefly.", "one\n").exitCode, 0);
    const std::string begun = contentOf(path);
    EXPECT_NE(begun.find("Briefly."), std::string::npos);
    const auto other = run_(command + "--system Rudely.", "two\n");
    EXPECT_EQ(other.exitCode, 1);
    expectHas(other.errors, {path.string(), "another system text", "--session"});
    const auto none = run_(command + "--system ''", "two\n");
    EXPECT_EQ(none.exitCode, 1);
    expectHas(none.errors, {path.string(), "another system text"});
    EXPECT_EQ(contentOf(path), begun);
    EXPECT_EQ(run_(command + "--system Briefly.", "two\n").exitCode, 0);
    EXPECT_EQ(run_(command, "three\n").exitCode, 0);
    EXPECT_EQ(nlohmann::json::parse(contentOf(path))["messages"].size(), 7U);
    fs::remove(path);
    EXPECT_EQ(run_(command, "one\n").exitCode, 0);
    const auto late = run_(command + "--system Briefly.", "two\n");
    EXPECT_EQ(late.exitCode, 1);
    expectHas(late.errors, {"no system text"});
}

TEST_F(Session, WritesThroughALink) {
    folder_.write("real", R"({"messages": []})");
    fs::create_symlink("real", folder_ / "link");
    EXPECT_EQ(run_("chat" + short_ + "--session" + quoted(folder_ / "link"), "one\n").exitCode, 0);
    EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
    EXPECT_EQ(nlohmann::json::parse(contentOf(folder_ / "real"))["messages"].size(), 2U);
}

TEST_F(Session, KeepsTheOldConversationWhenANewOneIsAskedFor) {
    const auto path = folder_ / "session";
    const std::string command = "chat" + short_ + "--system Briefly. --session" + quoted(path);
    const auto said = [](const fs::path& file) {
        const auto session = nlohmann::json::parse(contentOf(file));
        std::string texts;
        for (const auto& message : session["messages"]) {
            if (message["role"] != "assistant")
                texts += message["content"].get<std::string>() + "/";
        }
        return texts;
    };
    // Nothing is there to keep before the first question, nor between two of them.
    const auto first = run_.typing(command, "/new\none\nmore\n/new\n/new\ntwo\n/quit\n");
    EXPECT_EQ(first.exitCode, 0) << first.errors;
    expectHas(first.errors, {"is kept in " + path.string() + ".1.", "A new conversation."});
    EXPECT_EQ(said(path.string() + ".1"), "Briefly./one/more/");
    EXPECT_EQ(said(path), "Briefly./two/");
    EXPECT_FALSE(fs::exists(path.string() + ".2"));
    // One that was gone on with is kept likewise, and never over another.
    const auto second = run_.typing(command, "/new\nthree\n/quit\n");
    EXPECT_EQ(second.exitCode, 0) << second.errors;
    expectHas(second.errors, {"Going on with", "is kept in " + path.string() + ".2."});
    EXPECT_EQ(said(path.string() + ".1"), "Briefly./one/more/");
    EXPECT_EQ(said(path.string() + ".2"), "Briefly./two/");
    EXPECT_EQ(said(path), "Briefly./three/");
    // A pipe's line is a question, whatever it says.
    EXPECT_EQ(run_(command, "/new\n").exitCode, 0);
    EXPECT_EQ(said(path), "Briefly./three//new/");
    EXPECT_FALSE(fs::exists(path.string() + ".3"));
}

using Prompt = Terminal;

TEST_F(Prompt, LosesTheLineFeedThatEndsItsFileUnlessItIsToBeKept) {
    const std::string tokenize = "tokenize --model " + kTiny.string();
    const std::string text = run_(tokenize + " hello").output;
    EXPECT_EQ(run_(tokenize, "hello\n").output, text);
    EXPECT_EQ(run_(tokenize, "hello\r\n").output, text);
    EXPECT_EQ(run_(tokenize, "hello").output, text);
    EXPECT_NE(run_(tokenize, "hello\n\n").output, text);
    const auto kept = run_(tokenize + " --keep-newline", "hello\n").output;
    EXPECT_EQ(kept, run_(tokenize, "hello\n\n").output);
    EXPECT_EQ(run_("complete" + short_, "hello\n").output,
              run_("complete" + short_ + "hello").output);
    EXPECT_EQ(run_("complete" + short_ + "--keep-newline", "hello\n").output,
              run_("complete" + short_, "hello\n\n").output);
}

TEST_F(Prompt, ThatIsUnusualIsSaidToBe) {
    expectHas(run_("complete" + short_ + "''").errors, {"the text is empty"});
    expectHas(run_("complete" + short_, "a\xff").errors, {"byte 2", "not UTF-8", "U+FFFD"});
    expectHas(run_("chat" + short_, "a\xff\n").errors, {"byte 2"});
    const auto config = nlohmann::json::parse(contentOf(kTiny / "tokenizer_config.json"));
    const std::string eos = config["eos_token"].is_string()
                                ? config["eos_token"].get<std::string>()
                                : config["eos_token"]["content"].get<std::string>();
    const auto special = run_("complete" + short_ + "'" + eos + "'");
    EXPECT_EQ(special.exitCode, 0);
    expectHas(special.errors, {eos, "plain text"});
    std::string longText;
    for (int i = 0; i < 400; ++i)
        longText += "zqx ";
    for (const char* command : {"complete", "chat", "compare --adapter x"}) {
        const auto outcome = run_(command + short_, longText + "\n");
        EXPECT_EQ(outcome.exitCode, 1) << command;
    }
    expectHas(run_("complete" + short_, longText).errors, {"256", "Shorten it"});
    const auto unreadable = run_("complete" + short_ + " </");
    EXPECT_EQ(unreadable.exitCode, 1);
    expectHas(unreadable.errors, {"Cannot read standard input"});
}

TEST_F(Prompt, FillsTheContextAndSaysSo) {
    const std::string full = tiny_ + "-t 0 -n 900 --stats --context 64 ";
    for (const char* command : {"complete", "chat"}) {
        const auto outcome = run_(command + full, "hello\n");
        EXPECT_EQ(outcome.exitCode, 3) << outcome.errors;
        expectHas(outcome.errors,
                  {"The context of 64 tokens is full", "--context", "end: the context is full"});
    }
    expectHas(run_("complete" + short_ + "--stats hello").errors, {"end: --max-tokens"});
    for (const char* command : {"--help", "chat --help", "complete --help"})
        expectHas(run_(command).output, {"3 a reply", "context was full", "130 stopped"});
}

TEST_F(Terminal, SynthReadsTheFileItIsGiven) {
    auto config = nlohmann::json::parse(contentOf(kTiny / "config.json"));
    folder_.write("config.json", config.dump());
    config["num_hidden_layers"] = 2;
    const auto other = folder_.write("other.json", config.dump());
    const auto out = folder_ / "out";
    const auto made = run_("synth --config" + quoted(other) + "--out" + quoted(out));
    EXPECT_EQ(made.exitCode, 0) << made.errors;
    EXPECT_EQ(nlohmann::json::parse(contentOf(out / "config.json"))["num_hidden_layers"], 2);
    const auto missing = run_("synth --config" + quoted(folder_ / "no.json") + "--out x");
    EXPECT_EQ(missing.exitCode, 1);
    expectHas(missing.errors, {"no.json"});
}

}  // namespace
}  // namespace dsm
