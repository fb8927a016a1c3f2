#include "engine/quantize/nf4.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/format/safetensors.h"
#include "engine/model/checkpoint/stored_tensor.h"
#include "kernels/base/check.h"
#include "kernels/base/dtype.h"
#include "kernels/base/nf4.h"

namespace dsm {
namespace {

// What bitsandbytes made of weights (tests/golden/golden_nf4.py).
class Golden : public testing::TestWithParam<const char*> {
  protected:
    Golden()
        : file_(std::move(*SafetensorsFile::open(DSM_SOURCE_DIR "/tests/golden/nf4.safetensors"))) {
    }

    std::span<const std::byte> bytes(const std::string& name) const {
        const TensorInfo* info = file_.find(std::string(GetParam()) + "." + name);
        DSM_CHECK(info != nullptr);
        return file_.bytes(*info);
    }
    template <class T>
    std::vector<T> values(const std::string& name) const {
        const auto found = bytes(name);
        std::vector<T> result(found.size() / sizeof(T));
        std::memcpy(result.data(), found.data(), found.size());
        return result;
    }
    std::vector<float> weights() const {
        if (GetParam() == std::string("float32")) return values<float>("weights");
        std::vector<float> result;
        for (const BFloat16 value : values<BFloat16>("weights"))
            result.push_back(toFloat(value));
        return result;
    }
    TensorSpec spec() const {
        const TensorInfo* info = file_.find(std::string(GetParam()) + ".weights");
        return {
            .name = "x", .kind = TensorKind::Query, .rows = info->shape[0], .cols = info->shape[1]};
    }
    nlohmann::json state(const std::string& name) const {
        const auto text = bytes(name);
        return nlohmann::json::parse(reinterpret_cast<const char*>(text.data()),
                                     reinterpret_cast<const char*>(text.data()) + text.size());
    }

    SafetensorsFile file_;
};

TEST_P(Golden, IsReproducedToTheByte) {
    const auto w = weights();
    std::vector<std::uint8_t> codes(w.size() / 2);
    std::vector<float> absmax(w.size() / 64);
    quantizeNf4(w, codes, absmax);
    EXPECT_EQ(codes, values<std::uint8_t>("codes"));
    EXPECT_EQ(absmax, values<float>("absmax"));
}

TEST_P(Golden, HasItsScalesQuantisedTheSameWay) {
    const auto nested = nestNf4Scales(values<float>("absmax"));
    EXPECT_EQ(nested.code, values<std::uint8_t>("nested_code"));
    EXPECT_FLOAT_EQ(nested.offset, values<float>("offset")[0]);
    const auto expected = values<float>("nested_absmax");
    ASSERT_EQ(nested.absmax.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(nested.absmax[i], expected[i], 1e-6F * expected[i]);
    const TensorInfo* map = file_.find("nested_map");
    ASSERT_NE(map, nullptr);
    EXPECT_EQ(0, std::memcmp(nf4NestedMap().data(), file_.bytes(*map).data(), 256 * sizeof(float)));
}

TEST_P(Golden, IsDescribedInTheSameWords) {
    const auto text = [](const std::vector<std::byte>& part) {
        return std::string(reinterpret_cast<const char*>(part.data()), part.size());
    };
    const auto absmax = values<float>("absmax");
    const auto plain = nf4ScaleParts(spec(), GetParam(), absmax, false);
    ASSERT_EQ(plain.size(), 3U);  // absmax, levels, state
    EXPECT_EQ(nlohmann::json::parse(text(plain[2])), state("state"));
    const auto levels = bytes("levels");
    EXPECT_TRUE(std::equal(levels.begin(), levels.end(), plain[1].begin(), plain[1].end()));

    const auto nested = nf4ScaleParts(spec(), GetParam(), absmax, true);
    ASSERT_EQ(nested.size(), 5U);
    auto written = nlohmann::json::parse(text(nested[4]));
    auto expected = state("nested_state");
    EXPECT_NEAR(written["nested_offset"].get<double>(), expected["nested_offset"].get<double>(),
                1e-7 * std::abs(expected["nested_offset"].get<double>()));
    written.erase("nested_offset");
    expected.erase("nested_offset");
    EXPECT_EQ(written, expected);
    // As many bytes as a file declares for them.
    for (const bool isNested : {false, true}) {
        const auto parts = declareStored(spec(), DType::NF4, isNested);
        const auto& made = isNested ? nested : plain;
        ASSERT_EQ(parts.size(), made.size() + 1);
        for (std::size_t i = 0; i < made.size(); ++i)
            EXPECT_EQ(parts[i + 1].sizeBytes(), made[i].size()) << parts[i + 1].name;
    }
}

INSTANTIATE_TEST_SUITE_P(Types, Golden, testing::Values("bfloat16", "float32"));

TEST(Nf4, QuantisesAnEndThatIsNoWholeBlock) {
    // 1.0 is the largest of the last block: codes are those of the levels themselves.
    std::vector<float> weights(67, 0.5F);
    weights[64] = 1.0F;
    weights[65] = kNf4Levels[3];
    weights[66] = -1.0F;
    std::vector<std::uint8_t> codes(34, 0xee);
    std::vector<float> absmax(2);
    quantizeNf4(weights, codes, absmax);
    EXPECT_EQ(absmax, (std::vector<float>{0.5F, 1.0F}));
    EXPECT_EQ(codes[0], 0xff);
    EXPECT_EQ(codes[32], 0xf3);
    EXPECT_EQ(codes[33], 0x07);  // -1, and 0 in the half that nobody reads
}

}  // namespace
}  // namespace dsm
