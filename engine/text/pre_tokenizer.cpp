#include "engine/text/pre_tokenizer.h"

namespace dsm {
namespace {

using Mask = CharClasses::Mask;

struct Span {
    std::size_t begin;
    std::size_t end;
};

std::size_t nextCharacter(const Mask* masks, std::size_t at, std::size_t end) {
    ++at;
    while (at < end && (masks[at] & CharClasses::kContinuation) != 0)
        ++at;
    return at;
}

// The end of the run of characters of `wanted` that begins at `at`.
std::size_t runEnd(const Mask* masks, std::size_t at, std::size_t end, Mask wanted) {
    const auto running = static_cast<Mask>(wanted | CharClasses::kContinuation);
    while (at < end && (masks[at] & running) != 0)
        ++at;
    return at;
}

bool findOne(const Mask* masks, Span piece, std::size_t at, Mask wanted, Span& match) {
    while (at < piece.end && (masks[at] & wanted) == 0)
        ++at;
    if (at == piece.end) return false;
    match = {at, nextCharacter(masks, at, piece.end)};
    return true;
}

bool findRun(const Mask* masks, Span piece, std::size_t at, const SplitRule& rule, Span& match) {
    const auto first = static_cast<Mask>(rule.prefix | rule.characters);
    for (; at < piece.end; ++at) {
        if ((masks[at] & first) == 0) continue;
        if ((masks[at] & rule.prefix) != 0) {
            const std::size_t next = nextCharacter(masks, at, piece.end);
            if (next < piece.end && (masks[next] & rule.characters) != 0) {
                match = {at, runEnd(masks, next, piece.end, rule.characters)};
                return true;
            }
        }
        if ((masks[at] & rule.characters) != 0) {
            match = {at, runEnd(masks, at, piece.end, rule.characters)};
            return true;
        }
    }
    return false;
}

// C+$, where $ is the end of the piece or of a line: the longest run first, then back to a newline.
bool findRunAtEnd(std::string_view text, const Mask* masks, Span piece, std::size_t at, Mask wanted,
                  Span& match) {
    while (at < piece.end) {
        if ((masks[at] & wanted) == 0) {
            ++at;
            continue;
        }
        const std::size_t stop = runEnd(masks, at, piece.end, wanted);
        std::size_t end = stop;
        while (end > at && end != piece.end && text[end] != '\n')
            --end;
        if (end > at) {
            match = {at, end};
            return true;
        }
        at = stop;  // no line ends inside the run, wherever in it one begins
    }
    return false;
}

}  // namespace

// One text being cut.
struct PreTokenizer::Cutter {
    const PreTokenizer& owner;
    std::string_view text;
    Scratch& scratch;
    const Sink& sink;

    bool find(const SplitRule& rule, Span piece, std::size_t at, Span& match) {
        const Mask* masks = scratch.masks.data();
        switch (rule.shape) {
            case SplitRule::Shape::One:
                return findOne(masks, piece, at, rule.characters, match);
            case SplitRule::Shape::Run:
                return findRun(masks, piece, at, rule, match);
            case SplitRule::Shape::RunAtEnd:
                return findRunAtEnd(text, masks, piece, at, rule.characters, match);
            case SplitRule::Shape::Expression:
                break;
        }
        const std::string_view subject = text.substr(piece.begin, piece.end - piece.begin);
        Regex::Match found;
        if (!rule.expression[0].find(subject, at - piece.begin, scratch.regex, found)) return false;
        match = {piece.begin + found.begin, piece.begin + found.end};
        return true;
    }

    // Cuts `piece` by the rules from number `index` on.
    void cut(std::size_t index, Span piece) {
        if (piece.begin == piece.end) return;
        if (index == owner.rules_.size()) return sink(piece.begin, piece.end);
        const SplitRule& rule = owner.rules_[index];
        if (rule.behavior != SplitBehavior::Isolated) return cutMerging(index, piece);
        forEachPart(rule, piece, [&](Span part, bool) { cut(index + 1, part); });
    }

    // The matches of a rule and what lies between them, in order. An empty match counts unless it
    // touches the end of the match before it.
    template <class Visit>
    void forEachPart(const SplitRule& rule, Span piece, const Visit& visit) {
        std::size_t done = piece.begin;
        std::size_t at = piece.begin;
        bool isFirst = true;
        Span match{};
        while (at <= piece.end && find(rule, piece, at, match)) {
            const bool isEmpty = match.end == match.begin;
            at = isEmpty ? nextCharacter(scratch.masks.data(), match.end, piece.end) : match.end;
            if (isEmpty && match.begin == done && !isFirst) continue;
            if (match.begin > done) visit({done, match.begin}, false);
            visit(match, true);
            done = match.end;
            isFirst = false;
        }
        if (done < piece.end) visit({done, piece.end}, false);
    }

    void cutMerging(std::size_t index, Span piece) {
        const SplitRule& rule = owner.rules_[index];
        struct Part {
            Span span;
            bool matches;
        };
        std::vector<Part> parts;
        bool before = false;
        forEachPart(rule, piece, [&](Span span, bool isMatch) {
            const bool matches = isMatch != rule.invert;
            bool merges = false;
            switch (rule.behavior) {
                case SplitBehavior::Isolated:
                    break;
                case SplitBehavior::Removed:
                    if (matches) return;
                    break;
                case SplitBehavior::Contiguous:
                    merges = matches == before;
                    break;
                case SplitBehavior::MergedWithPrevious:
                    merges = matches && !before;
                    break;
                case SplitBehavior::MergedWithNext:
                    merges = before && !matches;
                    break;
            }
            before = matches;
            if (merges && !parts.empty()) {
                parts.back().span.end = span.end;
            } else {
                parts.push_back({span, matches});
            }
        });
        for (const Part& part : parts)
            cut(index + 1, part.span);
    }
};

void PreTokenizer::split(std::string_view text, Scratch& scratch, const Sink& sink) const {
    classes_.classify(text, scratch.masks);
    Cutter{*this, text, scratch, sink}.cut(0, {0, text.size()});
}

}  // namespace dsm
