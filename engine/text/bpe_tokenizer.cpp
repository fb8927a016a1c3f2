#include "engine/text/bpe_tokenizer.h"

#include <array>
#include <utility>

#include "engine/text/piece_cache.h"
#include "engine/text/utf8.h"

namespace dsm {
namespace {

using State = Utf8Character::State;

// Takes the place of a byte that is part of no character while the text is cut into pieces: a
// control character, which belongs to no class that pre-tokenizers use.
constexpr char kStandIn = '\x1A';

// Calls visit(begin, end, valid) for each character of `text` and each run of invalid bytes.
template <class Visit>
void forEachCharacter(std::string_view text, const Visit& visit) {
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Character character = readUtf8(text.substr(at));
        visit(text.substr(at, character.sizeBytes), character.state == State::Valid);
        at += character.sizeBytes;
    }
}

std::string withStandIns(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    forEachCharacter(text, [&](std::string_view bytes, bool isValid) {
        if (isValid)
            valid += bytes;
        else
            valid.append(bytes.size(), kStandIn);
    });
    return valid;
}

}  // namespace

// One call of encode().
struct BpeTokenizer::Run {
    const BpeTokenizer& owner;
    std::vector<TokenId>& out;
    PieceCache cache;
    PreTokenizer::Scratch cutting;
    BpeModel::Scratch merging;

    // `valid` is `text` with stand-ins for what is not UTF-8.
    void encodeText(std::string_view text, std::string_view valid) {
        forEachGap(owner.rawLiterals_, text, 0, text.size(),
                   [&](std::size_t begin, std::size_t end) {
                       forEachGap(owner.normalizedLiterals_, text, begin, end,
                                  [&](std::size_t from, std::size_t to) {
                                      encodeGap(text.substr(from, to - from),
                                                valid.substr(from, to - from));
                                  });
                   });
    }

    // Appends the literals in text[begin, end) and visits what lies between them, in order.
    template <class Visit>
    void forEachGap(const LiteralMatcher& literals, std::string_view text, std::size_t begin,
                    std::size_t end, const Visit& visit) {
        while (begin < end) {
            const LiteralMatcher::Match match = literals.find(text.substr(0, end), begin);
            if (match.begin > begin) visit(begin, match.begin);
            if (match.id >= 0) out.push_back(match.id);
            begin = match.end;
        }
    }

    void encodeGap(std::string_view text, std::string_view valid) {
        if (owner.preTokenizer_.addsPrefixSpace() && !text.starts_with(' ')) {
            encodePieces(" " + std::string(text), " " + std::string(valid));
        } else {
            encodePieces(text, valid);
        }
    }

    void encodePieces(std::string_view text, std::string_view valid) {
        owner.preTokenizer_.split(valid, cutting, [&](std::size_t begin, std::size_t end) {
            encodePiece(text.substr(begin, end - begin));
        });
    }

    void encodePiece(std::string_view piece) {
        if (piece.size() > PieceCache::kMaxPieceBytes) {
            return owner.model_.encode(piece, merging, out);
        }
        const PieceCache::Key key = PieceCache::keyOf(piece);
        PieceCache::Entry& entry = cache.entryFor(key);
        if (entry.key == key) {
            out.insert(out.end(), entry.ids, entry.ids + entry.count);
            return;
        }
        const std::size_t before = out.size();
        owner.model_.encode(piece, merging, out);
        const std::size_t count = out.size() - before;
        if (count > PieceCache::kMaxTokens) return;
        entry.key = key;
        entry.count = static_cast<std::uint32_t>(count);
        std::copy(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), entry.ids);
    }
};

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary, std::vector<Literal> literals,
                           PreTokenizer preTokenizer, BpeModel model)
    : Tokenizer(std::move(vocabulary)),
      preTokenizer_(std::move(preTokenizer)),
      model_(std::move(model)) {
    std::vector<LiteralMatcher::Literal> raw;
    std::vector<LiteralMatcher::Literal> normalized;
    for (Literal& literal : literals) {
        (literal.normalized ? normalized : raw).push_back({std::move(literal.text), literal.id});
    }
    rawLiterals_ = LiteralMatcher(std::move(raw));
    normalizedLiterals_ = LiteralMatcher(std::move(normalized));
}

void BpeTokenizer::encode(std::string_view text, std::vector<TokenId>& out) const {
    Run run{*this, out, PieceCache(text.size()), {}, {}};
    if (validUtf8Prefix(text) == text.size()) {
        run.encodeText(text, text);
    } else {
        const std::string spellable = replaceUnspellable(text);
        run.encodeText(spellable, withStandIns(spellable));
    }
    if (run.cutting.regex.reachedLimit()) {
        noteFailure({ErrorCode::Unsupported,
                     "The text cannot be cut into tokens: a pattern of the model's tokenizer.json "
                     "(pre_tokenizer) takes too many steps or too much memory with it. Shorten "
                     "the longest lines of the text, or use a tokenizer with a simpler pattern."});
    }
}

// Bytes that are part of no character and that the vocabulary lacks become U+FFFD: 0xFF, say, is
// missing from DeepSeekMoE's vocabulary, since it occurs in no UTF-8.
std::string BpeTokenizer::replaceUnspellable(std::string_view text) const {
    std::string spellable;
    forEachCharacter(text, [&](std::string_view bytes, bool isValid) {
        for (const char byte : bytes) {
            if (isValid || model_.hasByte(static_cast<unsigned char>(byte)))
                spellable += byte;
            else
                spellable += kReplacementCharacter;
        }
    });
    return spellable;
}

}  // namespace dsm
