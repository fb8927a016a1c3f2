#include "engine/generate/adapter_choice.h"

#include <gtest/gtest.h>

#include "engine/generate/side_by_side.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

TEST(AdapterChoice, ReadsAFolderAndAScale) {
    EXPECT_EQ(parseAdapterChoice("a/b"), (AdapterChoice{"a/b", 1}));
    EXPECT_EQ(parseAdapterChoice("a/b:0.5"), (AdapterChoice{"a/b", 0.5F}));
    EXPECT_EQ(parseAdapterChoice("a:b:-2"), (AdapterChoice{"a:b", -2}));
    EXPECT_EQ(parseAdapterChoice("C:x"), (AdapterChoice{"C:x", 1}));
    EXPECT_EQ(parseAdapterChoice("a:"), (AdapterChoice{"a:", 1}));
    EXPECT_EQ(parseAdapterChoice("a:nan"), (AdapterChoice{"a:nan", 1}));
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
    EXPECT_FALSE(generateSideBySide(it, {"/missing", 1}, prompt, settings, {}, {}).has_value());
    EXPECT_EQ(it.adapter(), adapter);
    EXPECT_EQ(it.generate(prompt, settings, {}, {})->text, both->tuned.text);
}

}  // namespace
}  // namespace dsm
