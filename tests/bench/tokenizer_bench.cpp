// How fast text becomes ids on one core. Goal: 10 MB of mixed English and Chinese at 10 MB/s.
//
// The vocabulary is DeepSeekMoE's where DSM_SHARED_DIR (default: ../shared beside the sources) has
// it, else the tiny one of the tests, which merges far less per piece. The text is made of tokens
// of that vocabulary, frequent ones more often, in sentences of either language.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_load.h"
#include "engine/text/utf8.h"

namespace {

constexpr std::size_t kTextBytes = 10'000'000;

std::filesystem::path tokenizerFolder() {
    const std::filesystem::path source = DSM_SOURCE_DIR;
    const char* shared = std::getenv("DSM_SHARED_DIR");
    const bool isSet = shared != nullptr && *shared != '\0';
    const auto full =
        (isSet ? std::filesystem::path(shared) : source / "../shared") / "data/tokenizer";
    return std::filesystem::exists(full / "tokenizer.json") ? full : source / "tests/golden/tiny";
}

const dsm::Tokenizer* tokenizer() {
    static const auto loaded = dsm::loadTokenizer(tokenizerFolder());
    return loaded ? loaded->get() : nullptr;
}

// Of n things the frequent ones more often, as words are (Zipf's law).
std::size_t zipf(std::mt19937& random, std::size_t n) {
    const double u = static_cast<double>(random()) / 4294967296.0;
    return std::min(n - 1, static_cast<std::size_t>(std::pow(static_cast<double>(n), u)));
}

std::vector<std::string> englishWords() {
    std::vector<std::string> words;
    for (dsm::TokenId id = 0; id < tokenizer()->vocabSize(); ++id) {
        const std::string word(tokenizer()->tokenBytes(id));
        const bool isWord = word.size() > 1 && std::all_of(word.begin(), word.end(), [](char c) {
                                return c >= 'a' && c <= 'z';
                            });
        if (isWord) words.push_back(word);
    }
    return words;
}

std::string mixedText() {
    std::mt19937 random(1);
    const std::vector<std::string> words = englishWords();
    std::string text;
    text.reserve(kTextBytes + 1000);
    while (text.size() < kTextBytes) {
        const std::size_t count = 5 + random() % 20;
        if (random() % 2 == 0) {
            for (std::size_t i = 0; i < count; ++i)
                text += " " + words[zipf(random, words.size())];
            text += ". ";
        } else {
            // Four thousand Chinese characters, spread over their block.
            for (std::size_t i = 0; i < count; ++i) {
                const auto rank = static_cast<char32_t>(zipf(random, 4000));
                dsm::appendUtf8(0x4E00 + rank * 7919 % 20000, text);
            }
            text += "，";
        }
        if (random() % 10 == 0) text += "\n";
    }
    return text;
}

void encodeMixedText(benchmark::State& state) {
    if (tokenizer() == nullptr) return state.SkipWithError("the tokenizer cannot be loaded");
    const std::string text = mixedText();
    std::vector<dsm::TokenId> ids;
    for (auto step : state) {
        ids.clear();
        tokenizer()->encode(text, ids);
        benchmark::DoNotOptimize(ids.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
    state.counters["bytes/token"] =
        static_cast<double>(text.size()) / static_cast<double>(ids.size());
    state.SetLabel("vocabulary of " + std::to_string(tokenizer()->vocabSize()));
}
BENCHMARK(encodeMixedText)->Unit(benchmark::kMillisecond);

void encodeOneLine(benchmark::State& state) {
    if (tokenizer() == nullptr) return state.SkipWithError("the tokenizer cannot be loaded");
    const std::string line = "What is a mixture of experts? 什么是混合专家模型？";
    for (auto step : state)
        benchmark::DoNotOptimize(tokenizer()->encode(line));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * line.size()));
}
BENCHMARK(encodeOneLine);

void loadFolder(benchmark::State& state) {
    for (auto step : state)
        benchmark::DoNotOptimize(dsm::loadTokenizer(tokenizerFolder()));
}
BENCHMARK(loadFolder)->Unit(benchmark::kMillisecond);

}  // namespace
