#include "engine/generate/adapter_choice.h"

#include <gtest/gtest.h>

#include "engine/generate/side_by_side.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

void expectChoice(const std::string& text, const AdapterChoice& expected) {
    const auto choice = parseAdapterChoice(text);
    ASSERT_TRUE(choice.has_value()) << choice.error().message;
    EXPECT_EQ(*choice, expected) << text;
}

TEST(AdapterChoice, ReadsAFolderAndAScale) {
    expectChoice("a/b", {"a/b", 1});
    expectChoice("a/b:0.5", {"a/b", 0.5F});
    expectChoice("a:b:-2", {"a:b", -2});
    expectChoice("C:x", {"C:x", 1});
    expectChoice("a:", {"a:", 1});
}

TEST(AdapterChoice, TakesAPathThatExistsForAFolderWhateverItsColons) {
    const TemporaryFolder folder;
    const std::string path = (folder / "epoch:2").string();
    expectChoice(path, {folder / "epoch", 2});
    std::filesystem::create_directory(path);
    expectChoice(path, {path, 1});
    expectChoice(path + ":0.5", {path, 0.5F});
}

TEST(AdapterChoice, RefusesAScaleThatIsNoNumberOrOutOfItsRange) {
    for (const char* scale : {"nan", "inf", "-inf", "1e999", "101", "-1e30"}) {
        const auto choice = parseAdapterChoice(std::string("a:") + scale);
        ASSERT_FALSE(choice.has_value()) << scale;
        for (const char* part : {"scale", scale, "-100 to 100"})
            EXPECT_NE(choice.error().message.find(part), std::string::npos)
                << choice.error().message;
    }
}

TEST(AdapterChoice, FindsAdaptersOfJobsAndTheirCheckpoints) {
    const TemporaryFolder folder;
    for (const char* name : {"job", "job/checkpoint-10", "job/checkpoint-10/deep", "other"}) {
        std::filesystem::create_directories(folder / name);
        if (std::string_view(name) == "other") continue;
        folder.write(std::string(name) + "/adapter_config.json", "{}");
        folder.write(std::string(name) + "/adapter_model.safetensors", "");
    }
    EXPECT_EQ(findAdapters(folder.path()),
              (std::vector<std::filesystem::path>{folder / "job", folder / "job/checkpoint-10"}));
    EXPECT_TRUE(findAdapters(folder / "missing").empty());
}

TEST(SideBySide, AnswersTwiceAndLeavesTheModelAsItWas) {
    auto model = LanguageModel::load({.folder = test::goldenFolder("tiny"), .threads = 2}, {}, {});
    ASSERT_TRUE(model.has_value()) << model.error().message;
    LanguageModel& it = **model;
    GenerationSettings settings = it.ownSettings();
    settings.sampling.temperature = 0;
    settings.maximumTokens = 12;
    const auto prompt = it.encodeText("hello");
    const std::string plain = it.generate(prompt, settings, {}, {})->text;
    const AdapterChoice adapter{test::goldenFolder("adapter") / "patterns", 1};
    std::string shown[2];
    const auto both = generateSideBySide(
        it, adapter, prompt, settings,
        [&](bool isTuned, std::string_view text) { shown[isTuned ? 1 : 0] += text; }, {});
    ASSERT_TRUE(both.has_value()) << both.error().message;
    EXPECT_EQ(both->base.text, plain);
    EXPECT_NE(both->tuned.text, plain);
    EXPECT_EQ(shown[0], both->base.text);
    EXPECT_EQ(shown[1], both->tuned.text);
    EXPECT_FALSE(it.adapter().has_value());
    EXPECT_EQ(it.generate(prompt, settings, {}, {})->text, plain);

    ASSERT_TRUE(it.useAdapter(adapter).has_value());
    bool isAnswered = false;
    const auto watch = [&](bool, std::string_view) { isAnswered = true; };
    EXPECT_FALSE(generateSideBySide(it, {"/missing", 1}, prompt, settings, watch, {}).has_value());
    EXPECT_FALSE(isAnswered);  // no answer is waited for that no other can be beside
    EXPECT_EQ(it.adapter(), adapter);
    EXPECT_EQ(it.generate(prompt, settings, {}, {})->text, both->tuned.text);
}

}  // namespace
}  // namespace dsm
