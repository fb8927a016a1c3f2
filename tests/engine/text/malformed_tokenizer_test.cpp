// Every folder of tests/malformed/tokenizer is refused for its one fault, by file and key.
#include <nlohmann/json.hpp>
#include <set>

#include "engine/text/chat_template.h"
#include "engine/text/tokenizer_load.h"
#include "tests/engine/text/tokenizer_folders.h"

namespace dsm::test {
namespace {

struct Case {
    std::string folder;
    ErrorCode code;
    std::string says;  // part of the message
};

constexpr ErrorCode kMalformed = ErrorCode::Malformed;
constexpr ErrorCode kUnsupported = ErrorCode::Unsupported;

const std::vector<Case> kCases = {
    {"not_json", kMalformed, "tokenizer.json"},
    {"truncated", kMalformed, "tokenizer.json"},
    {"empty", kMalformed, "tokenizer.json"},
    {"not_utf8", kMalformed, "tokenizer.json"},
    {"key_twice", kMalformed, "\"a\""},
    {"not_an_object", kMalformed, "expected an object"},

    {"model_missing", kMalformed, "model: the key is missing"},
    {"model_type_missing", kMalformed, "model.type: the key is missing"},
    {"model_unigram", kUnsupported, "model.type"},
    {"model_dropout", kUnsupported, "model.dropout"},
    {"model_subword_prefix", kUnsupported, "model.continuing_subword_prefix"},
    {"model_byte_fallback", kUnsupported, "model.byte_fallback"},
    {"model_unknown_token", kUnsupported, "model.unk_token"},
    {"normalizer_nfc", kUnsupported, "normalizer.type: the normalizer NFC"},
    {"normalizer_in_sequence", kUnsupported, "normalizer.normalizers"},

    {"version_other", kUnsupported, "version: another form"},
    {"key_unknown", kUnsupported, "tokenizer.json: text_filter: this program does not know"},
    {"model_key_unknown", kUnsupported, "model.cut_long_words: this program does not know"},
    {"added_key_unknown", kUnsupported, "added_tokens[1].in_words"},
    {"split_key_unknown", kUnsupported, "pretokenizers[0].limit"},
    {"decoder_metaspace", kUnsupported, "decoder: the decoder Metaspace"},
    {"decoder_beside_others", kUnsupported, "decoder.decoders[0]: the decoder ByteLevel"},
    {"post_bert", kUnsupported, "post_processor: the post-processor BertProcessing"},
    {"post_adds_eos", kUnsupported, "post_processor.single[1].SpecialToken.id: \"<end>\" is added"},
    {"post_adds_first", kUnsupported, "processors[0].single[0].SpecialToken.id: \"<end>\""},

    {"vocab_missing", kMalformed, "model.vocab: the key is missing"},
    {"vocab_an_array", kMalformed, "model.vocab: expected an object"},
    {"id_hole", kMalformed, "none has the id 2"},
    {"id_twice", kMalformed, "model.vocab: the id 1 is given twice"},
    {"id_negative", kMalformed, "model.vocab: \"b\""},
    {"id_enormous", kMalformed, "model.vocab: \"b\""},
    {"id_a_fraction", kMalformed, "model.vocab: \"b\""},
    {"id_a_string", kMalformed, "model.vocab: \"b\""},

    {"merges_missing", kMalformed, "model.merges: the key is missing"},
    {"merges_an_object", kMalformed, "model.merges: expected an array"},
    {"merge_of_no_token", kMalformed, "model.merges: entry 0 needs the token \"x\""},
    {"merge_into_no_token", kMalformed, "model.merges: entry 0 needs the token \"ba\""},
    {"merge_of_three", kMalformed, "model.merges: entry 0 is no pair"},
    {"merge_of_one", kMalformed, "model.merges: entry 0 is no pair"},
    {"merge_a_number", kMalformed, "model.merges: entry 0 is no pair"},
    {"merge_twice", kMalformed, "model.merges: entry 1 is there twice"},

    {"added_an_object", kMalformed, "added_tokens: expected an array"},
    {"added_without_id", kMalformed, "added_tokens[1].id: the key is missing"},
    {"added_without_content", kMalformed, "added_tokens[1].content: the key is missing"},
    {"added_empty", kMalformed, "added_tokens[1].content"},
    {"added_id_taken", kMalformed, "added_tokens[1]: the id 2"},
    {"added_id_enormous", kMalformed, "added_tokens[1].id"},
    {"added_leaves_hole", kMalformed, "none has the id 4"},
    {"added_twice", kMalformed, "added_tokens[1]: \"<end>\" is added twice"},
    {"added_contradicts_vocab", kMalformed, "added_tokens[1]: the id 4 of \"a\""},
    {"added_strips", kUnsupported, "added_tokens[1]: lstrip"},
    {"added_flag_a_string", kMalformed, "added_tokens[1].special: expected true or false"},

    {"pre_tokenizer_missing", kMalformed, "pre_tokenizer: the key is missing"},
    {"pre_tokenizer_null", kUnsupported, "pre_tokenizer: there is no ByteLevel"},
    {"pre_tokenizer_metaspace", kUnsupported, "pre_tokenizer.type: the pre-tokenizer Metaspace"},
    {"pre_tokenizer_without_type", kMalformed, "pre_tokenizer.type: the key is missing"},
    {"pre_tokenizer_not_bytes", kUnsupported, "pre_tokenizer: there is no ByteLevel"},
    {"pre_tokenizer_after_bytes", kUnsupported, "pretokenizers[2].type: Digits after ByteLevel"},
    {"pre_tokenizer_late_space", kUnsupported, "pretokenizers[1].add_prefix_space"},
    {"pre_tokenizer_deep", kUnsupported, "nested deeper"},
    {"split_without_pattern", kMalformed, "pretokenizers[0].pattern: the key is missing"},
    {"split_without_behavior", kMalformed, "pretokenizers[0].behavior: the key is missing"},
    {"split_unknown_behavior", kUnsupported, "pretokenizers[0].behavior: the behavior Shuffled"},
    {"split_broken_pattern", kMalformed, "pretokenizers[0].pattern.Regex"},
    {"split_broken_class", kMalformed, "pretokenizers[0].pattern.Regex"},
    {"split_nested_class", kUnsupported, "pattern.Regex: The pattern uses a class inside a class"},
    {"split_word_boundary", kUnsupported, "pattern.Regex: The pattern uses \\b"},
    {"split_dot_all", kUnsupported, "pattern.Regex: The pattern uses (?m)"},
    {"split_empty_string", kUnsupported, "pretokenizers[0].pattern.String"},

    {"config_not_json", kMalformed, "tokenizer_config.json"},
    {"config_unknown_bos", kMalformed, "tokenizer_config.json: bos_token: \"<begin>\""},
    {"config_plain_eos", kMalformed, "tokenizer_config.json: eos_token: \"ab\""},
    {"config_eos_a_number", kMalformed, "tokenizer_config.json: eos_token: expected a string"},
    {"config_add_bos_a_string", kMalformed, "tokenizer_config.json: add_bos_token"},
    {"config_bos_strips", kUnsupported, "tokenizer_config.json: bos_token.lstrip: only false"},
    {"config_add_eos", kUnsupported, "tokenizer_config.json: add_eos_token: true asks for"},
    {"config_cleans_up", kUnsupported, "clean_up_tokenization_spaces: true asks for"},
    {"config_splits_specials", kUnsupported, "split_special_tokens: true asks for"},
    {"config_lower_case", kUnsupported, "do_lower_case: true asks for"},
    {"config_prefix_space", kMalformed, "add_prefix_space: contradicts tokenizer.json"},
    {"config_added_otherwise", kMalformed,
     "added_tokens_decoder.3: is the special token \"<stop>\", but tokenizer.json has the special "
     "token \"<end>\" there"},
    {"config_added_plain", kMalformed, "added_tokens_decoder.3: is the token \"<end>\", but"},
    {"config_added_beyond", kMalformed, "added_tokens_decoder.4: is the special token \"<x>\""},
    {"config_adds_plain_token", kMalformed,
     "added_tokens_decoder.2: is the token \"ab\", but tokenizer.json has no such added token"},
    {"config_more_specials", kMalformed, "additional_special_tokens: \"<x>\" is no special token"},
    {"config_and_post_differ", kUnsupported,
     "post_processor: puts the BOS token before a text, but add_bos_token"},

    {"map_unknown_bos", kMalformed,
     "special_tokens_map.json: bos_token: \"<begin>\" is no special"},
    {"map_eos_strips", kUnsupported, "special_tokens_map.json: eos_token.rstrip: only false"},
    {"map_more_specials", kMalformed,
     "special_tokens_map.json: additional_special_tokens: \"<x>\" is no special token"},
    {"map_adds_eos", kUnsupported, "special_tokens_map.json: add_eos_token: true asks for"},
    {"map_not_json", kMalformed, "special_tokens_map.json"},
    {"ids_otherwise", kMalformed,
     "added_tokens.json: the id 3: is the token \"<stop>\", but tokenizer.json has the special "
     "token "
     "\"<end>\" there"},
    {"ids_beyond", kMalformed, "added_tokens.json: the id 4: is the token \"<x>\", but"},
    {"ids_of_plain_token", kMalformed, "added_tokens.json: the id 2: is the token \"ab\", but"},
    {"ids_a_string", kMalformed, "added_tokens.json: <end>: expected a whole number"},
    {"ids_enormous", kMalformed, "added_tokens.json: <end>: expected the id of a token"},
    {"ids_a_list", kMalformed, "added_tokens.json: expected an object"},

    {"sentencepiece_empty", kMalformed, "tokenizer.model"},
    {"sentencepiece_garbage", kMalformed, "tokenizer.model"},
};

std::filesystem::path malformedFolder() {
    return sourceFolder() / "tests/malformed/tokenizer";
}

TEST(MalformedTokenizer, IsRefusedByFileAndKey) {
    for (const Case& expected : kCases) {
        const auto loaded = loadTokenizer(malformedFolder() / expected.folder);
        ASSERT_FALSE(loaded) << expected.folder;
        EXPECT_EQ(loaded.error().code, expected.code)
            << expected.folder << ": " << loaded.error().message;
        EXPECT_NE(loaded.error().message.find(expected.says), std::string::npos)
            << expected.folder << ": " << loaded.error().message;
        EXPECT_NE(loaded.error().message.find(expected.folder + "/"), std::string::npos)
            << loaded.error().message;
    }
}

TEST(MalformedTokenizer, IsLoadedOnceItsFaultIsGone) {
    // The file that every broken one was made from: its other parts are accepted.
    const std::filesystem::path folder = malformedFolder() / "config_other_template";
    EXPECT_TRUE(loadTokenizer(folder));
    const Result<std::optional<ChatTemplate>> refused = ChatTemplate::load(folder);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, kUnsupported);
}

// Of the tokenizer with a changed file and config.
std::unique_ptr<Tokenizer> loadChanged(const nlohmann::json& more, const nlohmann::json& config) {
    const TemporaryFolder folder;
    nlohmann::json file = nlohmann::json::parse(
        contentOf(malformedFolder() / "config_other_template" / "tokenizer.json"));
    file.update(more);
    folder.write("tokenizer.json", file.dump());
    if (!config.is_null()) folder.write("tokenizer_config.json", config.dump());
    return mustLoad(folder.path());
}

TEST(MalformedTokenizer, IsLoadedWithKeysThatChangeNothing) {
    const auto more = nlohmann::json::parse(R"({
        "truncation": {"direction": "Right", "max_length": 8}, "padding": {"pad_id": 3},
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteLevel"}]},
        "post_processor": {"type": "ByteLevel", "trim_offsets": false}, "future": null})");
    const auto config = nlohmann::json::parse(R"({
        "add_eos_token": false, "clean_up_tokenization_spaces": false, "legacy": true,
        "add_prefix_space": false, "sp_model_kwargs": {}, "pad_token": "<pad>", "future": 1,
        "extra_special_tokens": {"stop": "<end>"}, "additional_special_tokens": ["<end>"],
        "added_tokens_decoder": {"3": {"content": "<end>", "special": true, "lstrip": false}}})");
    EXPECT_EQ(loadChanged(more, config)->encode("abab"), (std::vector<TokenId>{2, 2}));
}

TEST(MalformedTokenizer, IsLoadedWithBosWhereItsPostProcessorPutsIt) {
    const auto withoutBos = nlohmann::json::parse(R"({"post_processor": {
        "type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [], "special_tokens": {}}})");
    const auto withBos = nlohmann::json::parse(
        contentOf(malformedFolder() / "config_and_post_differ" / "tokenizer.json"));
    EXPECT_TRUE(loadChanged(withBos, {{"bos_token", "<end>"}})->addBos());
    EXPECT_FALSE(loadChanged(withoutBos, {{"bos_token", "<end>"}})->addBos());
    EXPECT_TRUE(loadChanged(nlohmann::json::object(), {{"bos_token", "<end>"}})->addBos());
}

TEST(MalformedTokenizer, IsLoadedThoughItsTemplateIsBroken) {
    const std::filesystem::path folder = malformedFolder() / "config_template_a_number";
    EXPECT_TRUE(loadTokenizer(folder));
    const auto refused = ChatTemplate::load(folder);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, kUnsupported);
    EXPECT_NE(refused.error().message.find("tokenizer_config.json: chat_template"),
              std::string::npos);
}

TEST(MalformedTokenizer, IsRefusedByAModelThatHasFewerTokens) {
    EXPECT_TRUE(loadTokenizer(tinyFolder(), 319));
    const auto refused = loadTokenizer(tinyFolder(), 318);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, kMalformed);
    EXPECT_NE(refused.error().message.find("319 tokens"), std::string::npos);
}

TEST(MalformedTokenizer, IsRefusedWhereItIsTooLargeToBeOne) {
    const TemporaryFolder folder;
    for (const char* name : {"tokenizer.model", "tokenizer.json"}) {
        folder.write(name, "");
        std::filesystem::resize_file(folder / name, std::uintmax_t{3} << 30);  // takes no room
        const auto refused = loadTokenizer(folder.path());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, kMalformed);
        EXPECT_NE(refused.error().message.find((folder / name).string()), std::string::npos);
    }
}

TEST(MalformedTokenizer, HasACaseForEveryFolder) {
    std::set<std::string> known = {"config_other_template", "config_template_a_number"};
    for (const Case& entry : kCases)
        known.insert(entry.folder);
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(malformedFolder())) {
        if (entry.is_directory()) found.insert(entry.path().filename().string());
    }
    EXPECT_EQ(found, known);
}

TEST(MalformedTokenizer, IsNotFoundInAnEmptyFolder) {
    const TemporaryFolder folder;
    const auto loaded = loadTokenizer(folder.path());
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::NotFound);
    EXPECT_NE(loaded.error().message.find("tokenizer.json"), std::string::npos);
}

}  // namespace
}  // namespace dsm::test
