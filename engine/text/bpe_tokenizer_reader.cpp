// Reads a tokenizer.json into a BpeTokenizer.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/text/bpe_tokenizer.h"
#include "engine/text/byte_symbols.h"
#include "engine/text/tokenizer_keys.h"
#include "engine/text/tokenizer_pipeline.h"

namespace dsm {
namespace {

using IdsByName = std::unordered_map<std::string_view, TokenId>;

// Far above any vocabulary; ids stay within 24 bits.
constexpr std::size_t kMaxTokens = 1 << 24;

// What DeepSeek's tokenizers call the tokens around a text, for folders without a config.
constexpr std::string_view kBosName = "<｜begin▁of▁sentence｜>";
constexpr std::string_view kEosName = "<｜end▁of▁sentence｜>";

class BpeReader {
  public:
    BpeReader(const JsonField& document, const TokenizerConfig& config)
        : document_(document), config_(config) {}

    Result<std::unique_ptr<Tokenizer>> run() {
        for (const auto step :
             {&BpeReader::checkFile, &BpeReader::checkModel, &BpeReader::readVocabulary,
              &BpeReader::readAddedTokens, &BpeReader::checkIds, &BpeReader::readMerges}) {
            const Result<void> done = (this->*step)();
            if (!done) return tl::unexpected(done.error());
        }
        return build();
    }

  private:
    Result<void> checkFile() {
        if (auto known = checkTokenizerKeys(document_, ""); !known) return known;
        return checkPipeline(document_);
    }

    Result<void> checkModel() {
        const Result<JsonField> model = document_.at("model");
        if (!model) return tl::unexpected(model.error());
        if (auto known = checkTokenizerKeys(*model, "model"); !known) return known;
        const Result<JsonField> type = model->at("type");
        if (!type) return tl::unexpected(type.error());
        if (type->value() != "BPE") return type->unsupported(ReasonCode::VocabularyOnlyBpe);
        for (const auto* key : {"dropout", "continuing_subword_prefix", "end_of_word_suffix"}) {
            const Result<JsonField> field = model->maybe(key);
            const bool isOff = field->isNull() || field->value() == "" || field->value() == 0;
            if (!isOff) return field->unsupported(ReasonCode::OnlyNull);
        }
        const Result<JsonField> fallback = model->maybe("byte_fallback");
        const Result<bool> fallsBack = fallback->boolean(false);
        if (!fallsBack) return tl::unexpected(fallsBack.error());
        if (*fallsBack) return fallback->unsupported(ReasonCode::OnlyFalse);
        return {};
    }

    Result<void> readVocabulary() {
        const Result<JsonField> field = document_.at("model").and_then(
            [](const JsonField& model) { return model.at("vocab"); });
        if (!field) return tl::unexpected(field.error());
        if (!field->value().is_object()) return field->expected("an object");
        if (field->value().size() > kMaxTokens)
            return field->unsupported(ReasonCode::VocabularyTooMany);
        idsByName_.reserve(field->value().size());
        for (const auto& [name, id] : field->value().items()) {
            const std::optional<TokenId> value = readId(id);
            if (!value) return field->malformed({ReasonCode::VocabularyIdOutOf, {name}});
            if (!nameById_.emplace(*value, name).second) {
                return field->malformed({ReasonCode::VocabularyIdTwice,
                                         {std::to_string(*value), nameById_[*value], name}});
            }
            idsByName_.emplace(nameById_[*value], *value);
        }
        return {};
    }

    static std::optional<TokenId> readId(const nlohmann::json& value) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= kMaxTokens) {
            return std::nullopt;
        }
        return value.get<TokenId>();
    }

    Result<void> readAddedTokens() {
        const Result<JsonField> field = document_.maybe("added_tokens");
        if (!field) return tl::unexpected(field.error());
        if (field->isNull()) return {};
        const Result<std::vector<JsonField>> elements = field->elements();
        if (!elements) return tl::unexpected(elements.error());
        for (const JsonField& element : *elements) {
            const Result<void> read = readAddedToken(element);
            if (!read) return read;
        }
        return {};
    }

    Result<void> readAddedToken(const JsonField& element) {
        if (auto known = checkTokenizerKeys(element, "added_tokens"); !known) return known;
        for (const auto* key : {"single_word", "lstrip", "rstrip"}) {
            const Result<bool> flag = flagOf(element, key, false);
            if (!flag) return tl::unexpected(flag.error());
            if (*flag) return element.unsupported({ReasonCode::AddedNotSupported, {key}});
        }
        const Result<JsonField> idField = element.at("id");
        if (!idField) return tl::unexpected(idField.error());
        const std::optional<TokenId> id = readId(idField->value());
        if (!id) return idField->malformed(ReasonCode::AddedIdOutOf);
        const Result<JsonField> contentField = element.at("content");
        if (!contentField) return tl::unexpected(contentField.error());
        Result<std::string> content = contentField->string();
        if (!content) return tl::unexpected(content.error());
        if (content->empty()) return contentField->malformed(ReasonCode::AddedNoText);
        const Result<bool> special = flagOf(element, "special", false);
        if (!special) return tl::unexpected(special.error());
        const Result<bool> normalized = flagOf(element, "normalized", !*special);
        if (!normalized) return tl::unexpected(normalized.error());
        return addToken(element, {std::move(*content), *id, *special, *normalized});
    }

    static Result<bool> flagOf(const JsonField& element, std::string_view key, bool whenMissing) {
        const Result<JsonField> field = element.maybe(key);
        if (!field) return tl::unexpected(field.error());
        return field->boolean(whenMissing);
    }

    struct AddedToken {
        std::string content;
        TokenId id;
        bool special;
        bool normalized;
    };

    Result<void> addToken(const JsonField& element, AddedToken token) {
        if (!addedContents_.insert(token.content).second) {
            return element.malformed({ReasonCode::AddedTwice, {token.content}});
        }
        const auto [holder, isNew] = nameById_.emplace(token.id, token.content);
        const auto known = idsByName_.find(token.content);
        const bool differs = known != idsByName_.end() && known->second != token.id;
        if (holder->second != token.content || differs) {
            return element.malformed(
                {ReasonCode::AddedContradicts, {std::to_string(token.id), token.content}});
        }
        added_.push_back(std::move(token));
        return {};
    }

    // All ids are different, so that as many as there are below the count leave no hole.
    Result<void> checkIds() {
        const auto count = static_cast<TokenId>(nameById_.size());
        for (TokenId id = 0; id < count; ++id) {
            if (nameById_.contains(id)) continue;
            return document_.malformed(
                {ReasonCode::IdsHaveHole, {std::to_string(count), std::to_string(id)}});
        }
        return {};
    }

    Result<void> readMerges() {
        const Result<JsonField> field = document_.at("model").and_then(
            [](const JsonField& model) { return model.at("merges"); });
        if (!field) return tl::unexpected(field.error());
        if (!field->value().is_array()) return field->expected("an array");
        std::unordered_set<std::uint64_t> pairs;
        merges_.reserve(field->value().size());
        for (const auto& entry : field->value()) {
            const Result<void> read = readMerge(*field, entry);
            if (!read) return read;
            const auto left = static_cast<std::uint64_t>(merges_.back().left);
            if (!pairs.insert(left << 32 | static_cast<std::uint32_t>(merges_.back().right))
                     .second) {
                return field->malformed(
                    {ReasonCode::MergeTwice, {std::to_string(merges_.size() - 1)}});
            }
        }
        return {};
    }

    // "left right", or ["left", "right"].
    Result<void> readMerge(const JsonField& field, const nlohmann::json& entry) {
        std::string left;
        std::string right;
        if (entry.is_string()) {
            const auto& text = entry.get_ref<const std::string&>();
            const std::size_t space = text.find(' ');
            if (space != std::string::npos && text.find(' ', space + 1) == std::string::npos) {
                left = text.substr(0, space);
                right = text.substr(space + 1);
            }
        } else if (entry.is_array() && entry.size() == 2 && entry[0].is_string() &&
                   entry[1].is_string()) {
            left = entry[0].get<std::string>();
            right = entry[1].get<std::string>();
        }
        const std::string number = std::to_string(merges_.size());
        if (left.empty() || right.empty()) {
            return field.malformed({ReasonCode::MergeNoPair, {number}});
        }
        BpeModel::Merge merge{};
        for (const auto& [name, id] : {std::pair{left, &merge.left}, std::pair{right, &merge.right},
                                       std::pair{left + right, &merge.result}}) {
            const auto found = idsByName_.find(name);
            if (found == idsByName_.end()) {
                return field.malformed({ReasonCode::MergeNeedsToken, {number, name}});
            }
            *id = found->second;
        }
        merges_.push_back(merge);
        return {};
    }

    Result<std::unique_ptr<Tokenizer>> build() {
        Vocabulary vocabulary = makeVocabulary();
        const Result<void> applied = applyConfig(config_, vocabulary);
        if (!applied) return tl::unexpected(applied.error());
        const Result<void> agrees = checkAgainstConfig(vocabulary);
        if (!agrees) return tl::unexpected(agrees.error());
        Result<PreTokenizer> preTokenizer =
            document_.at("pre_tokenizer").and_then(PreTokenizer::parse);
        if (!preTokenizer) return tl::unexpected(preTokenizer.error());
        const Result<void> spaced =
            checkPrefixSpace(config_, preTokenizer->addsPrefixSpace(), "tokenizer.json");
        if (!spaced) return tl::unexpected(spaced.error());
        const Result<bool> ignoreMerges = document_.at("model").and_then(
            [](const JsonField& model) { return flagOf(model, "ignore_merges", false); });
        if (!ignoreMerges) return tl::unexpected(ignoreMerges.error());

        std::array<TokenId, 256> byteTokens;
        byteTokens.fill(-1);
        IdsByName wholePieces;
        for (const auto& [name, id] : idsByName_) {
            const std::optional<std::string> bytes = bytesOfSymbols(name);
            if (!bytes) continue;
            if (bytes->size() == 1) byteTokens[static_cast<unsigned char>((*bytes)[0])] = id;
            const Token& token = vocabulary.tokens[static_cast<std::size_t>(id)];
            // Views of the vocabulary, which moves into the tokenizer without moving its tokens.
            if (*ignoreMerges && token.bytes == *bytes) wholePieces.emplace(token.bytes, id);
        }
        const Result<void> complete = checkUnknownToken(byteTokens);
        if (!complete) return tl::unexpected(complete.error());
        BpeModel model(byteTokens, merges_, std::move(wholePieces));
        return std::make_unique<BpeTokenizer>(std::move(vocabulary), literals(),
                                              std::move(*preTokenizer), std::move(model));
    }

    // What both files say must be the same; where tokenizer_config.json does not say whether BOS
    // stands before a text, the post-processor does.
    Result<void> checkAgainstConfig(Vocabulary& vocabulary) const {
        const auto tokenAt = [&](TokenId id) -> std::optional<NamedToken> {
            const auto found = nameById_.find(id);
            // One of the vocabulary alone would be looked for in texts before they are cut.
            if (found == nameById_.end() || !addedContents_.contains(std::string(found->second)))
                return std::nullopt;
            return NamedToken{found->second,
                              vocabulary.tokens[static_cast<std::size_t>(id)].special};
        };
        if (auto same = checkAddedTokens(config_, tokenAt, "tokenizer.json"); !same) return same;
        const auto addsBos = readPostProcessor(document_, vocabulary);
        if (!addsBos) return tl::unexpected(addsBos.error());
        if (!*addsBos || **addsBos == vocabulary.addBos) return {};
        if (config_.addBos) {
            return document_.maybe("post_processor")
                ->unsupported(**addsBos ? ReasonCode::BosPutButSwitched
                                        : ReasonCode::BosNotPutButSwitched);
        }
        vocabulary.addBos = **addsBos;
        return {};
    }

    // An unknown token matters only to a vocabulary that cannot spell every text.
    Result<void> checkUnknownToken(const std::array<TokenId, 256>& byteTokens) const {
        const Result<JsonField> unknown = document_.at("model").and_then(
            [](const JsonField& model) { return model.maybe("unk_token"); });
        if (!unknown) return tl::unexpected(unknown.error());
        if (unknown->isNull()) return {};
        for (int byte = 0; byte < 0xF5; ++byte) {
            const bool isInUtf8 = byte != 0xC0 && byte != 0xC1;
            if (isInUtf8 && byteTokens[static_cast<std::size_t>(byte)] < 0) {
                return unknown->unsupported(
                    {ReasonCode::UnknownTokenNeeded, {std::to_string(byte)}});
            }
        }
        return {};
    }

    Vocabulary makeVocabulary() const {
        Vocabulary vocabulary;
        vocabulary.tokens.resize(nameById_.size());
        for (const auto& [name, id] : idsByName_) {
            // What byte symbols do not spell stands for itself.
            vocabulary.tokens[static_cast<std::size_t>(id)].bytes =
                bytesOfSymbols(name).value_or(std::string(name));
        }
        for (const AddedToken& added : added_) {
            Token& token = vocabulary.tokens[static_cast<std::size_t>(added.id)];
            token.special = added.special;
            token.bytes = added.special ? "" : added.content;
            token.name = added.special ? added.content : "";
            if (added.special && added.content == kBosName) vocabulary.bos = added.id;
            if (added.special && added.content == kEosName) vocabulary.eos = added.id;
        }
        return vocabulary;
    }

    std::vector<BpeTokenizer::Literal> literals() const {
        std::vector<BpeTokenizer::Literal> found;
        for (const AddedToken& added : added_) {
            if (!added.special) found.push_back({added.content, added.id, added.normalized});
        }
        return found;
    }

    const JsonField& document_;
    const TokenizerConfig& config_;
    std::unordered_map<TokenId, std::string> nameById_;  // its strings never move
    IdsByName idsByName_;                                // model.vocab
    std::unordered_set<std::string> addedContents_;
    std::vector<AddedToken> added_;
    std::vector<BpeModel::Merge> merges_;
};

}  // namespace

Result<std::unique_ptr<Tokenizer>> readBpeTokenizer(const JsonField& document,
                                                    const TokenizerConfig& config) {
    return BpeReader(document, config).run();
}

}  // namespace dsm
