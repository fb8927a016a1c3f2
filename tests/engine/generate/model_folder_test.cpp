// A model's folder as others write it, with the demo model's files and one of them changed.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <nlohmann/json.hpp>

#include "engine/generate/language_model.h"
#include "tests/engine/format/refusal.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

const fs::path kDemoModel = DSM_SOURCE_DIR "/resources/demo_model";

class ModelFolder : public testing::Test {
  protected:
    ModelFolder() {
        for (const char* name : {"config.json", "generation_config.json", "tokenizer.json",
                                 "tokenizer_config.json", "model.safetensors"}) {
            fs::copy_file(kDemoModel / name, folder_ / name);
        }
    }

    Result<std::unique_ptr<LanguageModel>> load() const {
        return LanguageModel::load(
            {.folder = folder_.path(), .backend = "cpu", .threads = 2, .contextLimit = 128}, {},
            {});
    }
    std::unique_ptr<LanguageModel> mustLoad() const {
        auto model = load();
        if (model) return std::move(*model);
        ADD_FAILURE() << model.error().message;
        return nullptr;
    }

    // Changes a JSON file of the folder.
    template <class Change>
    void edit(const char* name, const Change& change) const {
        auto document = nlohmann::json::parse(contentOf(folder_ / name));
        change(document);
        folder_.write(name, document.dump());
    }

    static GenerationSettings greedy() {
        GenerationSettings settings;
        settings.sampling.temperature = 0;
        settings.maximumTokens = 20;
        return settings;
    }

    const TemporaryFolder folder_;
};

TEST_F(ModelFolder, EndsAReplyAtEachIdOfEitherList) {
    auto model = mustLoad();
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("What is");
    const auto whole = model->generate(prompt, greedy(), {}, {});
    ASSERT_TRUE(whole);
    ASSERT_GT(whole->ids.size(), 4U);
    const TokenId third = whole->ids[3];
    ASSERT_EQ(std::count(whole->ids.begin(), whole->ids.begin() + 3, third), 0);
    for (const char* name : {"config.json", "generation_config.json"}) {
        SCOPED_TRACE(name);
        edit(name, [&](auto& document) { document["eos_token_id"] = {2559, third}; });
        model = mustLoad();
        ASSERT_NE(model, nullptr);
        EXPECT_TRUE(model->endsReply(third));
        EXPECT_TRUE(model->endsReply(2559));
        const auto reply = model->generate(prompt, greedy(), {}, {});
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->reason, StopReason::EndOfText);
        EXPECT_EQ(reply->ids, std::vector<TokenId>(whole->ids.begin(), whole->ids.begin() + 3));
        edit(name, [](auto& document) { document["eos_token_id"] = 2559; });
    }
}

TEST_F(ModelFolder, EndsAReplyAtTheLengthThatItsFileSetsForTextAndReply) {
    edit("generation_config.json", [](auto& document) {
        document["max_length"] = 12;
        document.erase("max_new_tokens");
        document["do_sample"] = false;
    });
    const auto model = mustLoad();
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("What is");
    ASSERT_LT(prompt.size(), 8U);
    const auto reply = model->generate(prompt, model->ownSettings(), {}, {});
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->reason, StopReason::MaximumTokens);
    EXPECT_EQ(prompt.size() + reply->ids.size(), 12U);
    const auto answers =
        model->generateAnswers(prompt, model->ownSettings(), std::array<AnswerWish, 2>{}, {}, {});
    ASSERT_TRUE(answers) << answers.error().message;
    for (const Generation& answer : *answers)
        EXPECT_EQ(answer.ids, reply->ids);
    const auto whole = model->encodeText("one two three four five six seven eight nine ten eleven");
    ASSERT_GE(whole.size(), 12U);
    expectRefused(model->generate(whole, model->ownSettings(), {}, {}),
                  {"long", ErrorCode::Unsupported, {"max_length", "generation_config.json", "12"}});
    GenerationChoices wanted;
    wanted.maximumTokens = 5;
    const auto longer = model->generate(whole, overridden(model->ownSettings(), wanted), {}, {});
    ASSERT_TRUE(longer) << longer.error().message;
    EXPECT_EQ(longer->ids.size(), 5U);
}

TEST_F(ModelFolder, CompletesTextThoughItsTemplateIsOfAnotherModel) {
    edit("tokenizer_config.json",
         [](auto& document) { document["chat_template"] = "{{ messages[0]['content'] }}"; });
    const auto model = mustLoad();
    ASSERT_NE(model, nullptr);
    EXPECT_FALSE(model->chatTemplate().has_value());
    ASSERT_TRUE(model->templateProblem().has_value());
    EXPECT_TRUE(model->generate(model->encodeText("What is"), greedy(), {}, {}));
    const std::vector<ChatMessage> messages{{ChatRole::User, "Hello", {}}};
    expectRefused(model->encodeChat(messages, 10),
                  {"chat",
                   ErrorCode::Unsupported,
                   {(folder_ / "tokenizer_config.json").string(), "chat_template",
                    "not the template of DeepSeekMoE Chat"}});
}

// A file of it that was not fetched, and one that is no text.
TEST_F(ModelFolder, CompletesTextThoughItsTemplateCannotBeRead) {
    folder_.write("chat_template.jinja", "version https://git-lfs.github.com/spec/v1\noid sha256:" +
                                             std::string(64, 'a') + "\nsize 123\n");
    auto model = mustLoad();
    ASSERT_NE(model, nullptr);
    ASSERT_TRUE(model->templateProblem().has_value());
    EXPECT_NE(model->templateProblem()->message.find("Git LFS"), std::string::npos);
    std::filesystem::remove(folder_ / "chat_template.jinja");
    edit("tokenizer_config.json", [](auto& document) { document["chat_template"] = 5; });
    model = mustLoad();
    ASSERT_NE(model, nullptr);
    EXPECT_TRUE(model->templateProblem().has_value());
    EXPECT_TRUE(model->generate(model->encodeText("What is"), greedy(), {}, {}));
}

TEST_F(ModelFolder, IsRefusedWhereItsTokenizerKnowsMoreThanTheWeights) {
    edit("tokenizer.json", [](auto& document) {
        document["added_tokens"].push_back(
            {{"id", 2560}, {"content", "<more>"}, {"special", true}});
    });
    expectRefused(load(), {"more",
                           ErrorCode::Malformed,
                           {folder_.path().string(), "2561 tokens", "vocab_size", "2560"}});
}

// The whole program would end by SIGBUS, the reply with it.
TEST_F(ModelFolder, EndsAReplyWhereItsWeightsAreCutAndKeepsWhatWasWritten) {
    const auto model = mustLoad();
    ASSERT_NE(model, nullptr);
    const auto prompt = model->encodeText("What is");
    std::string seen;
    int tokens = 0;
    const PieceSink sink = [&](std::string_view text, TokenId) {
        seen += text;
        if (++tokens == 3) fs::resize_file(folder_ / "model.safetensors", 1 << 20);
    };
    const auto reply = model->generate(prompt, greedy(), sink, {});
    const Refusal refusal{
        "cut", ErrorCode::Io, {(folder_ / "model.safetensors").string(), "was changed"}};
    expectRefused(reply, refusal);
    EXPECT_EQ(tokens, 3);
    EXPECT_FALSE(seen.empty());
    expectRefused(model->generate(prompt, greedy(), {}, {}), refusal);  // and says it again
}

TEST_F(ModelFolder, IsRefusedAtOnceWhereAFileIsANamedPipe) {
    for (const char* name : {"tokenizer_config.json", "tokenizer.json", "generation_config.json",
                             "model.safetensors", "config.json"}) {
        const std::string content = contentOf(folder_ / name);
        fs::remove(folder_ / name);
        ASSERT_EQ(::mkfifo((folder_ / name).c_str(), 0600), 0);
        expectRefused(load(), {name, ErrorCode::Io, {(folder_ / name).string(), "a named pipe"}});
        fs::remove(folder_ / name);
        folder_.write(name, content);
    }
    EXPECT_TRUE(load());
}

}  // namespace
}  // namespace dsm
