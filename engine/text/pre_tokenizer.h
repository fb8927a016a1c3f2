// PreTokenizer: cuts a text into the pieces within which byte-level BPE merges.
//
// A list of rules, read from tokenizer.json. Each rule looks for its matches in every piece that
// the rule before it left, as if the piece were the whole text, and cuts there.
//
//   Split      a regular expression or a string, with its behaviour and invert
//   Digits     numeric characters, one by one or in runs
//   ByteLevel  a space before a text that has none, GPT-2's regular expression, both optional
//   Sequence   rules in their order
//
// Rules whose pattern has a simple shape (all of DeepSeekMoE's) run over character classes instead
// of the regular expression engine; the cuts are the same.
//
// Source    https://huggingface.co/docs/tokenizers/api/pre-tokenizers
// Threads   Immutable; each thread brings its own Scratch.
// Errors    parse(): Malformed or Unsupported, naming the file and the rule. split() has none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/format/json_field.h"
#include "engine/text/char_classes.h"
#include "engine/text/regex.h"
#include "kernels/base/result.h"

namespace dsm {

// What happens to the matches of a rule.
enum class SplitBehavior { Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous };

struct SplitRule {
    enum class Shape {
        One,         // one character of the class
        Run,         // P?C+
        RunAtEnd,    // C+$
        Expression,  // what the regular expression says
    };

    Shape shape = Shape::Expression;
    CharClasses::Mask prefix = 0;      // P
    CharClasses::Mask characters = 0;  // C
    std::vector<Regex> expression;     // one, where the shape is Expression
    SplitBehavior behavior = SplitBehavior::Isolated;
    bool invert = false;
};

class PreTokenizer {
  public:
    struct Scratch {
        std::vector<CharClasses::Mask> masks;
        Regex::Scratch regex;
    };
    using Sink = std::function<void(std::size_t begin, std::size_t end)>;

    // `field` is pre_tokenizer of a tokenizer.json.
    static Result<PreTokenizer> parse(const JsonField& field);

    // Calls `sink` with the bounds of each piece of `text` (valid UTF-8), in order, none empty.
    void split(std::string_view text, Scratch& scratch, const Sink& sink) const;

    // Whether a text that does not begin with a space gets one before it is split.
    bool addsPrefixSpace() const { return addsPrefixSpace_; }

  private:
    friend class PreTokenizerReader;
    struct Cutter;

    CharClasses classes_;
    std::vector<SplitRule> rules_;
    bool addsPrefixSpace_ = false;
};

}  // namespace dsm
