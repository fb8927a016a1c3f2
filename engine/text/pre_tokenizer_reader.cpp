// Reads the pre_tokenizer of tokenizer.json into the rules of a PreTokenizer.
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "engine/text/oniguruma_syntax.h"
#include "engine/text/pre_tokenizer.h"
#include "engine/text/tokenizer_keys.h"

namespace dsm {
namespace {

constexpr std::size_t kMaxRules = 64;
constexpr int kMaxDepth = 8;

// What GPT-2 splits by, and ByteLevel with use_regex.
constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

// Numeric characters: category N, with those that Unicode 15 and 16 added, which PCRE2 10.42
// (Unicode 14) does not know.
constexpr std::string_view kNumeric =
    R"([\p{N}\x{10d40}-\x{10d49}\x{116d0}-\x{116e3}\x{11bf0}-\x{11bf9}\x{11f50}-\x{11f59})"
    R"(\x{1ccf0}-\x{1ccf9}\x{1d2c0}-\x{1d2d3}\x{1e4f0}-\x{1e4f9}\x{1e5f1}-\x{1e5fa}])";

constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kBehaviors{{
    {"Isolated", SplitBehavior::Isolated},
    {"Removed", SplitBehavior::Removed},
    {"MergedWithPrevious", SplitBehavior::MergedWithPrevious},
    {"MergedWithNext", SplitBehavior::MergedWithNext},
    {"Contiguous", SplitBehavior::Contiguous},
}};

}  // namespace

class PreTokenizerReader {
  public:
    Result<PreTokenizer> run(const JsonField& field) {
        const Result<void> read = readNode(field, 0);
        if (!read) return tl::unexpected(read.error());
        if (!byteLevel_) {
            return field.unsupported(ReasonCode::NoByteLevel);
        }
        return std::move(result_);
    }

  private:
    Result<void> readNode(const JsonField& field, int depth) {
        if (field.isNull()) return {};
        const Result<JsonField> typeField = field.at("type");
        if (!typeField) return tl::unexpected(typeField.error());
        const Result<std::string> type = typeField->string();
        if (!type) return tl::unexpected(type.error());
        if (auto known = checkTokenizerKeys(field, *type); !known) return known;
        if (*type == "Sequence") return readSequence(field, depth);
        if (byteLevel_) return typeField->unsupported({ReasonCode::AfterByteLevel, {*type}});
        if (result_.rules_.size() == kMaxRules) return field.unsupported(ReasonCode::TooManyRules);
        if (*type == "Split") return readSplit(field);
        if (*type == "Digits") return readDigits(field);
        if (*type == "ByteLevel") return readByteLevel(field);
        return typeField->unsupported({ReasonCode::PreTokenizerUnknown, {*type}});
    }

    Result<void> readSequence(const JsonField& field, int depth) {
        if (depth == kMaxDepth) return field.unsupported(ReasonCode::SequencesTooDeep);
        const Result<JsonField> list = field.at("pretokenizers");
        if (!list) return tl::unexpected(list.error());
        const Result<std::vector<JsonField>> elements = list->elements();
        if (!elements) return tl::unexpected(elements.error());
        for (const JsonField& element : *elements) {
            const Result<void> read = readNode(element, depth + 1);
            if (!read) return read;
        }
        return {};
    }

    Result<void> readSplit(const JsonField& field) {
        const Result<JsonField> pattern = field.at("pattern");
        const Result<JsonField> behavior = field.at("behavior");
        const Result<JsonField> invert = field.maybe("invert");
        if (!pattern) return tl::unexpected(pattern.error());
        if (!behavior) return tl::unexpected(behavior.error());
        if (!invert) return tl::unexpected(invert.error());
        const bool isLiteral = pattern->value().contains("String");
        const Result<JsonField> source = pattern->at(isLiteral ? "String" : "Regex");
        if (!source) return tl::unexpected(source.error());
        const Result<std::string> text = source->string();
        if (!text) return tl::unexpected(text.error());
        Result<SplitRule> rule = isLiteral ? literalRule(*text) : patternRule(*text);
        if (!rule) return refuse(*source, rule.error());
        const Result<SplitBehavior> behaviorValue = readBehavior(*behavior);
        if (!behaviorValue) return tl::unexpected(behaviorValue.error());
        const Result<bool> inverted = invert->boolean(false);
        if (!inverted) return tl::unexpected(inverted.error());
        rule->behavior = *behaviorValue;
        rule->invert = *inverted;
        result_.rules_.push_back(std::move(*rule));
        return {};
    }

    static Result<SplitBehavior> readBehavior(const JsonField& field) {
        const Result<std::string> name = field.string();
        if (!name) return tl::unexpected(name.error());
        for (const auto& [known, behavior] : kBehaviors) {
            if (*name == known) return behavior;
        }
        return field.unsupported({ReasonCode::BehaviorUnknown, {*name}});
    }

    Result<void> readDigits(const JsonField& field) {
        const Result<JsonField> individual = field.maybe("individual_digits");
        if (!individual) return tl::unexpected(individual.error());
        const Result<bool> oneByOne = individual->boolean(false);
        if (!oneByOne) return tl::unexpected(oneByOne.error());
        Result<SplitRule> rule = patternRule(kNumeric);
        if (!rule) return refuse(field, rule.error());
        rule->behavior = *oneByOne ? SplitBehavior::Isolated : SplitBehavior::Contiguous;
        result_.rules_.push_back(std::move(*rule));
        return {};
    }

    Result<void> readByteLevel(const JsonField& field) {
        const Result<JsonField> prefix = field.maybe("add_prefix_space");
        const Result<JsonField> regex = field.maybe("use_regex");
        const Result<bool> addsSpace =
            prefix ? prefix->boolean(true) : tl::unexpected(prefix.error());
        if (!addsSpace) return tl::unexpected(addsSpace.error());
        const Result<bool> usesRegex = regex ? regex->boolean(true) : tl::unexpected(regex.error());
        if (!usesRegex) return tl::unexpected(usesRegex.error());
        if (*addsSpace && !result_.rules_.empty()) {
            return prefix->unsupported(ReasonCode::PrefixSpaceLate);
        }
        result_.addsPrefixSpace_ = *addsSpace;
        byteLevel_ = true;
        if (!*usesRegex) return {};
        Result<SplitRule> rule = patternRule(kGpt2Pattern);
        if (!rule) return refuse(field, rule.error());
        result_.rules_.push_back(std::move(*rule));
        return {};
    }

    static Result<SplitRule> literalRule(std::string_view text) {
        if (text.empty()) return failure(ErrorCode::Unsupported, ReasonCode::StringEmpty);
        Result<Regex> regex = Regex::compileLiteral(text);
        if (!regex) return tl::unexpected(regex.error());
        SplitRule rule;
        rule.expression.push_back(std::move(*regex));
        return rule;
    }

    Result<SplitRule> patternRule(std::string_view pattern) {
        SplitRule rule;
        const std::optional<SimplePattern> simple = parseSimplePattern(pattern);
        const Result<bool> classified = simple ? classify(*simple, rule) : Result<bool>(false);
        if (!classified) return tl::unexpected(classified.error());
        if (*classified) return rule;
        Result<Regex> regex = Regex::compile(pattern);
        if (!regex) return tl::unexpected(regex.error());
        rule.expression.push_back(std::move(*regex));
        return rule;
    }

    // Whether `rule` now says what `simple` does; false when no class is left.
    Result<bool> classify(const SimplePattern& simple, SplitRule& rule) {
        const Result<std::optional<CharClasses::Mask>> characters =
            result_.classes_.add(simple.characters);
        if (!characters) return tl::unexpected(characters.error());
        if (!*characters) return false;
        rule.characters = **characters;
        if (!simple.optionalPrefix.empty()) {
            const Result<std::optional<CharClasses::Mask>> prefix =
                result_.classes_.add(simple.optionalPrefix);
            if (!prefix) return tl::unexpected(prefix.error());
            if (!*prefix) return false;
            rule.prefix = **prefix;
        }
        rule.shape = simple.atLineEnd  ? SplitRule::Shape::RunAtEnd
                     : simple.repeated ? SplitRule::Shape::Run
                                       : SplitRule::Shape::One;
        return true;
    }

    static tl::unexpected<Error> refuse(const JsonField& field, const Error& error) {
        return error.code == ErrorCode::Unsupported ? field.unsupported(reasonOf(error))
                                                    : field.malformed(reasonOf(error));
    }

    PreTokenizer result_;
    bool byteLevel_ = false;
};

Result<PreTokenizer> PreTokenizer::parse(const JsonField& field) {
    return PreTokenizerReader().run(field);
}

}  // namespace dsm
