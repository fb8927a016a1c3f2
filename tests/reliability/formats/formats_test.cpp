// Broken variants of every file of a model's folder, and of saved contexts: each is refused with
// the name of a file, or used; nothing crashes, and nothing outside its bounds comes out.
//
// tests/support/attack.h says how the long run is asked for.
#include <gtest/gtest.h>

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/format/checkpoint.h"
#include "engine/generate/generation_config.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/pass/cache_file.h"
#include "engine/text/chat_template.h"
#include "engine/text/stream_decoder.h"
#include "engine/text/tokenizer_load.h"
#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/support/temporary_folder.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = DSM_SOURCE_DIR "/tests/golden";
constexpr std::string_view kText = "Hello, ø Führer 123 ½\n\n  中文 <｜end▁of▁sentence｜> \xff\xfe";

class BrokenFile : public testing::Test {
  protected:
    void copy(const fs::path& from, const std::string& name) const {
        fs::copy_file(from / name, folder_ / name, fs::copy_options::overwrite_existing);
    }

    // Has `use` read the folder with one variant of the file after the other in it.
    template <class Use>
    void walk(const std::string& name, std::uint64_t everyRun, const Use& use) const {
        const std::string good = contentOf(folder_ / name);
        walk(
            name, everyRun, [&](std::uint64_t seed) { return Mutation(seed)(good); }, use);
        folder_.write(name, good);
    }
    template <class Make, class Use>
    void walk(const std::string& name, std::uint64_t everyRun, const Make& make,
              const Use& use) const {
        ASSERT_TRUE(use()) << "the good " << name << " is refused";
        Attack(name, everyRun).walk(make, [&](const std::string& variant) {
            folder_.write(name, variant);
            use();
            return !HasFailure();
        });
    }

    // Whether it succeeded; a refusal names a file of the folder.
    template <class T>
    bool isFine(const Result<T>& result) const {
        if (result) return true;
        EXPECT_NE(result.error().message.find(folder_.path().string()), std::string::npos)
            << result.error().message;
        return false;
    }

    bool usesTokenizer() const {
        const auto tokenizer = loadTokenizer(folder_.path());
        if (!isFine(tokenizer)) return false;
        StreamDecoder decoder(**tokenizer);
        for (const TokenId id : (*tokenizer)->encode(kText)) {
            EXPECT_TRUE((*tokenizer)->isKnown(id)) << id;
            decoder.push(id);
        }
        Tokenizer::takeFailure();  // a pattern may be one that takes too long
        return true;
    }

    bool usesWeights() const {
        const auto config = readConfig(folder_.path());
        if (!isFine(config)) return false;
        const auto checkpoint = Checkpoint::open(folder_.path());
        if (!isFine(checkpoint) || !isFine(checkTensors(*checkpoint, *config))) return false;
        std::uint64_t bytes = 0;
        for (const std::string& name : checkpoint->names()) {
            const auto found = checkpoint->find(name);
            const auto span = found->file->bytes(*found->info);
            bytes += span.size();
            const bool isRead = span.empty() || std::to_integer<int>(span.back()) <= 255;
            EXPECT_TRUE(isRead);
        }
        EXPECT_EQ(bytes, checkpoint->totalBytes());
        return true;
    }

    const TemporaryFolder folder_{fastFolder()};
};

TEST_F(BrokenFile, ConfigIsRefusedByNameOrHasSizesThatFit) {
    copy(kGolden / "tiny", "config.json");
    walk("config.json", 500, [&] {
        const auto config = readConfig(folder_.path());
        if (!isFine(config)) return false;
        EXPECT_GT(config->parameters(), 0);
        EXPECT_LT(config->eosId, config->vocabSize);
        return true;
    });
}

TEST_F(BrokenFile, GenerationConfigIsRefusedByNameOrWithinItsBounds) {
    folder_.write("generation_config.json",
                  R"({"eos_token_id": [2, 13], "temperature": 0.3, "top_p": 0.9, "top_k": 40,
                      "min_p": 0.05, "repetition_penalty": 1.1, "max_new_tokens": 256,
                      "stop_strings": ["User:"], "do_sample": true, "num_beams": 1})");
    walk("generation_config.json", 500, [&] {
        const auto config = readGenerationConfig(folder_.path(), 320);
        if (!isFine(config)) return false;
        const SampleSettings& sampling = config->settings.sampling;
        EXPECT_TRUE(sampling.temperature >= 0 && sampling.temperature <= 10);
        EXPECT_TRUE(sampling.topP > 0 && sampling.topP <= 1);
        for (const TokenId id : config->endIds)
            EXPECT_TRUE(id >= 0 && id < 320);
        return true;
    });
}

TEST_F(BrokenFile, TokenizerIsRefusedByNameOrKnowsTheIdsItGives) {
    for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
        copy(kGolden / "tiny", name);
    walk("tokenizer.json", 100, [&] { return usesTokenizer(); });
}

// Without the large character classes, whose compilation takes most of the time above.
TEST_F(BrokenFile, SmallTokenizerIsRefusedByNameOrKnowsTheIdsItGives) {
    std::vector<std::string> seeds;
    for (const char* name : {"byte_level.json", "pairs.json", "splits.json"}) {
        seeds.push_back(contentOf(fs::path(DSM_SOURCE_DIR) / "tests/fuzz/corpus/tokenizer" / name));
        folder_.write("tokenizer.json", seeds.back());
        ASSERT_TRUE(usesTokenizer()) << name;
    }
    walk(
        "tokenizer.json", 300,
        [&](std::uint64_t seed) { return Mutation(seed)(seeds[seed % 3], seeds[(seed / 3) % 3]); },
        [&] { return usesTokenizer(); });
}

TEST_F(BrokenFile, TokenizerConfigIsRefusedByNameOrNamesKnownIds) {
    copy(kGolden / "tiny", "tokenizer_config.json");
    // Without the rules that cut a text: they are compiled each time.
    auto tokenizer = nlohmann::json::parse(contentOf(kGolden / "tiny/tokenizer.json"));
    tokenizer["pre_tokenizer"] = {{"type", "ByteLevel"},
                                  {"add_prefix_space", false},
                                  {"trim_offsets", false},
                                  {"use_regex", false}};
    folder_.write("tokenizer.json", tokenizer.dump());
    walk("tokenizer_config.json", 200, [&] {
        static_cast<void>(isFine(ChatTemplate::load(folder_.path())));
        return usesTokenizer();
    });
}

TEST_F(BrokenFile, SentencePieceModelIsRefusedByNameOrKnowsTheIdsItGives) {
    copy(kGolden / "sentencepiece", "tokenizer.model");
    // A character map that makes "b" of "a", behind what the model has.
    std::string map(4 + 768 * 4, '\0');
    const auto put = [&](std::size_t unit, std::uint32_t bits) {
        for (std::size_t i = 0; i < 4; ++i)
            map[unit * 4 + i] = static_cast<char>(bits >> (8 * i));
    };
    put(0, 768 * 4);
    for (std::uint32_t at = 0; at < 768; ++at)
        put(1 + at, (at & 0xFF) ^ 1);
    put(1, 256U << 10);
    put(1 + 353, 'a' | 1U << 8 | 865U << 10);
    put(1 + 512, 1U << 31);
    map += std::string("b\0", 2);
    const auto length = [](std::size_t bytes) {
        return std::string{static_cast<char>(bytes | 0x80), static_cast<char>(bytes >> 7)};
    };
    folder_.write("tokenizer.model", contentOf(folder_ / "tokenizer.model") + '\x1a' +
                                         length(map.size() + 3) + '\x12' + length(map.size()) +
                                         map);
    walk("tokenizer.model", 500, [&] { return usesTokenizer(); });
}

TEST_F(BrokenFile, TemplateIsRecognisedOrRefusedByName) {
    folder_.write("chat_template.jinja",
                  "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
                  "{{ 'User: ' + message['content'] + '\\n\\n' }}{%- elif message.role == "
                  "\"assistant\" -%}{# b #}{{ 'Assistant: ' ~ message.content + eos_token }}"
                  "{% endif %}{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}\n");
    walk("chat_template.jinja", 500, [&] {
        const auto loaded = ChatTemplate::load(folder_.path());
        return isFine(loaded) && loaded->has_value();
    });
}

TEST_F(BrokenFile, WeightsAndTheirIndexAreRefusedByNameOrWholeAndInside) {
    for (const auto& entry : fs::directory_iterator(kGolden / "tiny")) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("model") || name == "config.json") copy(kGolden / "tiny", name);
    }
    walk("model.safetensors.index.json", 60, [&] { return usesWeights(); });
    // Faults of the numbers are none of the format: the header alone is spoilt, in its length too,
    // and holes stand for the numbers.
    const std::string name = "model-00001-of-00002.safetensors";
    const std::string good = contentOf(folder_ / name);
    const std::size_t header = good.find("}}") + 2;
    Attack("safetensors", 100)
        .walk([&](std::uint64_t seed) { return Mutation(seed)(good.substr(0, header)); },
              [&](const std::string& variant) {
                  folder_.write(name, variant);
                  fs::resize_file(folder_ / name, variant.size() + good.size() - header);
                  usesWeights();
                  return !HasFailure();
              });
}

TEST_F(BrokenFile, ContextIsNeverTakenForTheOneThatWasSaved) {
    ModelConfig config;
    config.layers = 2;
    config.heads = 2;
    config.keyValueHeads = 1;
    config.headSize = 4;
    KvCache cache(config, 40, KvType::BF16);
    std::vector<std::int32_t> ids(20);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<std::int32_t>(i * 7);
    cache.append(ids);
    const std::string fingerprint(64, 'a');
    const fs::path path = folder_ / "context";
    ASSERT_TRUE(CacheFile::write(path, cache, fingerprint, {}));
    const std::string good = contentOf(path);
    walk("context", 500, [&] {
        const bool isSame = contentOf(path) == good;
        const auto file = CacheFile::open(path, cache, fingerprint, 200);
        if (!isFine(file)) return false;
        const auto restored = file->restore(20, cache);
        EXPECT_EQ(restored.has_value(), isSame);
        EXPECT_EQ(cache.size(), isSame ? 20 : 0);
        return isFine(restored);
    });
    // Whoever makes such a file to deceive gives it the right sums.
    constexpr std::size_t kIdsEnd = 104 + 4 * 20;
    const auto seal = [](std::string& text, std::size_t begin, std::size_t end) {
        const std::uint64_t sum = XXH3_64bits(text.data() + begin, end - begin);
        if (end + sizeof sum <= text.size()) std::memcpy(text.data() + end, &sum, sizeof sum);
    };
    walk(
        "sealed-context", 500,
        [&](std::uint64_t seed) {
            std::string text = Mutation(seed)(good.substr(0, kIdsEnd));
            text.resize(kIdsEnd);
            text += Mutation(~seed)(good.substr(kIdsEnd));
            text.resize(good.size());
            seal(text, 0, kIdsEnd);
            seal(text, kIdsEnd + 8, text.size() - 8);
            return text;
        },
        [&] {
            const auto file = CacheFile::open(path, cache, fingerprint, 200);
            if (!isFine(file)) return false;
            for (const std::int32_t id : file->ids())
                EXPECT_TRUE(id >= 0 && id < 200) << id;
            const auto positions = static_cast<std::int64_t>(file->ids().size());
            EXPECT_LE(positions, 20);
            return isFine(file->restore(positions, cache));
        });
}

}  // namespace
}  // namespace dsm
