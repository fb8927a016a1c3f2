// The device's choice of a token: the reference's, which draws with the probabilities of the CPU's
// sampler.
#include "kernels/ops/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/generate/sampling.h"
#include "tests/kernels/ops/op_case.h"
#include "tests/support/simt/runtime.h"

namespace dsm::test {
namespace {

// A generation's numbers on the emulated device.
class Generation {
  public:
    Generation(const std::vector<float>& logits, const std::vector<std::int32_t>& history,
               const SampleSettings& settings, std::int64_t mostTokens)
        : vocabulary_(static_cast<std::int64_t>(history.size())) {
        simt::setMachine();
        logits_ = there(logits.data(), logits.size());
        history_ = there(history.data(), history.size());
        settings_ = there(&settings, 1);
        const SampleState state{.position = 40};
        state_ = there(&state, 1);
        const std::vector<std::int32_t> none(static_cast<std::size_t>(mostTokens), -1);
        tokens_ = there(none.data(), none.size());
    }
    ~Generation() { simt::setMachine(); }
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;

    void sample() {
        OpContext context;
        cuda::sample(context, {.logits = logits_,
                               .vocabulary = vocabulary_,
                               .settings = settings_,
                               .history = history_,
                               .state = state_,
                               .tokens = tokens_});
        EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
        EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    }
    std::vector<std::int32_t> history() const {
        return back(history_, static_cast<std::size_t>(vocabulary_));
    }
    SampleState state() const { return back(state_, 1).front(); }
    std::vector<std::int32_t> tokens(std::size_t count) const { return back(tokens_, count); }

  private:
    template <class T>
    static T* there(const T* host, std::size_t count) {
        T* device = nullptr;
        EXPECT_EQ(cudaMalloc(&device, count * sizeof(T)), cudaSuccess);
        EXPECT_EQ(cudaMemcpy(device, host, count * sizeof(T), cudaMemcpyHostToDevice), cudaSuccess);
        return device;
    }
    template <class T>
    static std::vector<T> back(const T* device, std::size_t count) {
        std::vector<T> host(count);
        EXPECT_EQ(cudaMemcpy(host.data(), device, count * sizeof(T), cudaMemcpyDeviceToHost),
                  cudaSuccess);
        return host;
    }

    std::int64_t vocabulary_;
    float* logits_;
    std::int32_t* history_;
    SampleSettings* settings_;
    SampleState* state_;
    std::int32_t* tokens_;
};

// `steps` tokens from the same logits, by the device and by the reference: tokens, history, state.
void expectReferenceChoices(const std::vector<float>& logits, std::vector<std::int32_t> history,
                            const SampleSettings& settings, std::int64_t steps) {
    Generation device(logits, history, settings, steps);
    SampleState state{.position = 40};
    std::vector<std::int32_t> tokens(static_cast<std::size_t>(steps));
    OpContext context;
    for (std::int64_t i = 0; i < steps; ++i) {
        device.sample();
        reference::sample(context, {.logits = logits.data(),
                                    .vocabulary = static_cast<std::int64_t>(history.size()),
                                    .settings = &settings,
                                    .history = history.data(),
                                    .state = &state,
                                    .tokens = tokens.data()});
    }
    EXPECT_EQ(device.tokens(tokens.size()), tokens);
    EXPECT_EQ(device.history(), history);
    EXPECT_EQ(device.state().drawn, state.drawn);
    EXPECT_EQ(device.state().token, state.token);
    EXPECT_EQ(device.state().position, 40 + static_cast<std::int32_t>(steps));
}

TEST(CudaSample, TakesTheLargestLogitAndTheLowerIdOfTies) {
    Generation device({1, 5, -2, 5, 9}, std::vector<std::int32_t>(4), {}, 1);  // id 4 is padding
    device.sample();
    EXPECT_EQ(device.state().token, 1);
    EXPECT_EQ(device.history(), (std::vector<std::int32_t>{0, 2, 0, 0}));
}

TEST(CudaSample, PenalisesWhatItSaw) {
    // Id 1 was in the prompt: 8 / 2 = 4. Id 2 came twice in the reply: 9 / 2 - 1 - 2 * 0.25 = 3.
    const SampleSettings settings{
        .repetitionPenalty = 2, .presencePenalty = 1, .frequencyPenalty = 0.25F};
    Generation device({3.5F, 8, 9}, {0, 1, 3}, settings, 2);
    device.sample();
    EXPECT_EQ(device.state().token, 1);
    device.sample();  // now 8 / 2 - 1 - 0.25 = 2.75
    EXPECT_EQ(device.state().token, 0);
}

TEST(CudaSample, ChoosesAsTheReferenceDoes) {
    for (const std::int64_t vocabulary : {1, 7, 1000, 6000}) {
        Random random(static_cast<unsigned>(vocabulary));
        std::vector<float> logits = random.floats(vocabulary + 5, 4);
        std::vector<std::int32_t> history(static_cast<std::size_t>(vocabulary));
        for (std::size_t i = 0; i < history.size(); i += 3)
            history[i] = static_cast<std::int32_t>(i / 3 % 4);
        if (vocabulary > 100) logits[50] = logits[20] = logits[70];  // ties
        for (const SampleSettings& settings :
             {SampleSettings{}, SampleSettings{.temperature = 1},
              SampleSettings{.temperature = 0.7F, .topP = 0.95F, .seed = 5},
              SampleSettings{.temperature = 2, .topK = 5, .seed = 6},
              SampleSettings{.temperature = 1.5F, .topK = 40, .topP = 0.8F, .seed = 7},
              SampleSettings{.temperature = 3, .minP = 0.05F, .seed = 8},
              SampleSettings{.temperature = 1, .topP = 0.01F, .repetitionPenalty = 1.3F, .seed = 9},
              SampleSettings{.temperature = 50,
              .presencePenalty = 0.5F,
              .frequencyPenalty = 0.25F,
              .seed = 10}}) {
            SCOPED_TRACE("V " + std::to_string(vocabulary) + ", seed " +
                         std::to_string(settings.seed));
            expectReferenceChoices(logits, history, settings, 6);
        }
    }
}

TEST(CudaSample, ChoosesAmongEqualLogitsWhichNoKeptListHolds) {
    const std::vector<float> logits(5000, 1.0F);
    expectReferenceChoices(logits, std::vector<std::int32_t>(5000), {.temperature = 1, .seed = 3},
                           4);
    expectReferenceChoices(logits, std::vector<std::int32_t>(5000),
                           {.temperature = 1, .topK = 4000, .topP = 0.5F, .seed = 4}, 4);
}

// A 64-bit addition to shared memory is a loop that each of those who meet at one place goes round:
// logits that lie as a model's do must spread.
TEST(CudaSample, AddsNotMuchToAnyOnePlace) {
    constexpr std::int64_t kVocabulary = 20000;
    Random random(3);
    std::vector<float> logits(kVocabulary, 0);
    for (int i = 0; i < 12; ++i) {  // a bell, of a width of about 3
        const std::vector<float> part = random.floats(kVocabulary, 1.5F);
        for (std::size_t id = 0; id < logits.size(); ++id)
            logits[id] += part[id];
    }
    for (const float temperature : {0.3F, 1.0F, 2.0F}) {
        expectReferenceChoices(logits, std::vector<std::int32_t>(kVocabulary),
                               {.temperature = temperature, .topK = 50, .topP = 0.9F, .seed = 1},
                               1);
        Generation device(logits, std::vector<std::int32_t>(kVocabulary),
                          {.temperature = temperature, .topP = 0.95F, .seed = 2}, 1);
        device.sample();
        EXPECT_GT(simt::counts().hottestPlace, 0);
        EXPECT_LT(simt::counts().hottestPlace, kVocabulary / 128) << temperature;
    }
}

// Frequencies of many draws by both: no id's differ by more than six standard deviations.
TEST(CudaSample, DrawsWithTheProbabilitiesOfTheCpusSampler) {
    Random random(11);
    const std::vector<float> logits = random.floats(24, 2);
    constexpr int kDraws = 20000;
    for (const SampleSettings& s :
         {SampleSettings{.temperature = 1, .seed = 1},
          SampleSettings{.temperature = 1.5F, .topP = 0.8F, .seed = 2},
          SampleSettings{.temperature = 2, .topK = 6, .minP = 0.2F, .seed = 3}}) {
        Sampler sampler(s, 24);
        std::vector<int> times(24), timesOfCpu(24);
        OpContext context;
        SampleState state;
        for (int i = 0; i < kDraws; ++i) {
            std::vector<std::int32_t> history(24);
            reference::sample(context, {.logits = logits.data(),
                                        .vocabulary = 24,
                                        .settings = &s,
                                        .history = history.data(),
                                        .state = &state});
            ++times[static_cast<std::size_t>(state.token)];
            std::vector<float> copy = logits;
            ++timesOfCpu[static_cast<std::size_t>(sampler.choose(copy))];
        }
        for (std::size_t id = 0; id < 24; ++id) {
            const double sum = times[id] + timesOfCpu[id];
            EXPECT_LE(std::abs(times[id] - timesOfCpu[id]), 6 * std::sqrt(sum)) << "id " << id;
            EXPECT_EQ(times[id] == 0, timesOfCpu[id] == 0) << "id " << id;
        }
    }
}

TEST(CudaSample, ChoosesNothingFromLogitsThatAreNotFinite) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    for (const float bad : {kInfinity, -kInfinity, kNan, -kNan}) {
        for (const float temperature : {0.0F, 1.0F}) {
            const SampleSettings settings{.temperature = temperature};
            std::vector<float> logits{1, 5, -2, 4};
            expectReferenceChoices(logits, std::vector<std::int32_t>(4), settings, 1);
            logits[2] = bad;
            expectReferenceChoices(logits, std::vector<std::int32_t>(4), settings, 2);
            Generation device(logits, std::vector<std::int32_t>(4), settings, 1);
            device.sample();
            EXPECT_EQ(device.tokens(1), std::vector<std::int32_t>{kNotFinite});
            EXPECT_EQ(device.state().token, 0);  // an id that can be read
            EXPECT_EQ(device.history(), std::vector<std::int32_t>(4));
        }
    }
    Generation padded({1, 5, -2, kNan}, std::vector<std::int32_t>(3), {}, 1);  // id 3 is padding
    padded.sample();
    EXPECT_EQ(padded.tokens(1), std::vector<std::int32_t>{1});
}

}  // namespace
}  // namespace dsm::test
