// Broken variants of adapter folders, as PEFT wrote them: each is refused with the name of a file
// of the folder, or computes. tests/support/attack.h says how the long run is asked for.

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

constexpr std::array kAdapters{"patterns", "saved", "whole"};

struct Folder {
    std::string config, weights;
};

Folder goodFolder(const std::string& name) {
    const auto folder = test::goldenFolder("adapter") / name;
    return {contentOf(folder / kAdapterConfigName), contentOf(folder / kAdapterWeightsName)};
}

// The head of a safetensors file is where its names and shapes are; bytes behind it are numbers.
std::string brokenWeights(std::uint64_t seed, const std::string& good) {
    const auto head = static_cast<std::size_t>(static_cast<unsigned char>(good[0])) +
                      256 * static_cast<std::size_t>(static_cast<unsigned char>(good[1])) + 8;
    const bool headAlone = seed % 4 != 0 && head < good.size();
    if (!headAlone) return Mutation(seed)(good);
    std::string text = Mutation(seed)(std::string_view(good).substr(8, head - 8));
    std::string size(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        size[i] = static_cast<char>(text.size() >> (8 * i));
    return size + text + good.substr(head);
}

class BrokenAdapters : public testing::Test {
  protected:
    BrokenAdapters() : model_(test::loadGolden("tiny", "cpu", 1)) {}

    // Whether it was accepted.
    bool use(const Folder& content) {
        folder_.write(std::string(kAdapterConfigName), content.config);
        folder_.write(std::string(kAdapterWeightsName), content.weights);
        auto adapter = readAdapter(folder_.path(), model_->config());
        if (!adapter) {
            EXPECT_NE(adapter.error().message.find(folder_.path().string()), std::string::npos)
                << adapter.error().message;
            EXPECT_TRUE(adapter.error().message.ends_with('.')) << adapter.error().message;
            return false;
        }
        auto shared = std::make_shared<const LoraAdapter>(std::move(*adapter));
        EXPECT_TRUE(model_->useAdapter(std::move(shared), 1).has_value());
        EXPECT_TRUE(model_->read(std::array<std::int32_t, 3>{316, 40, 41}, {}).has_value());
        return true;
    }

    const TemporaryFolder folder_{fastFolder()};
    std::unique_ptr<Model> model_;
};

TEST_F(BrokenAdapters, AreRefusedByNameOrCompute) {
    std::uint64_t accepted = 0;
    Attack attack("adapter", 600);
    std::uint64_t at = 0;
    std::vector<Folder> good;
    for (const char* name : kAdapters)
        good.push_back(goodFolder(name));
    attack.walk(
        [&](std::uint64_t seed) {
            at = seed;
            const Folder& folder = good[seed % good.size()];
            return seed % 2 == 0
                       ? Mutation(seed)(folder.config, good[seed / 2 % good.size()].config)
                       : brokenWeights(seed, folder.weights);
        },
        [&](const std::string& variant) {
            Folder folder = good[at % good.size()];
            (at % 2 == 0 ? folder.config : folder.weights) = variant;
            accepted += use(folder) ? 1 : 0;
            return !HasFailure();
        });
    EXPECT_LT(accepted, attack.rounds());
}

TEST_F(BrokenAdapters, AreAcceptedAsTheyWereWritten) {
    for (const char* name : kAdapters)
        EXPECT_TRUE(use(goodFolder(name))) << name;
}

}  // namespace
}  // namespace dsm
