#include "engine/text/sentencepiece_check.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string_view>

#include "engine/text/character_map.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// As many as config.json may state.
constexpr std::size_t kMaxEntries = 1 << 22;
// Scores are logarithms of probabilities, or ranks; the library adds one for each piece of a text.
constexpr float kLargestScore = 1e15F;

// A field of a message in the wire format of protocol buffers.
struct Field {
    std::uint32_t number = 0;
    std::uint32_t type = 0;
    std::string_view bytes;  // of a field that has a length
    std::uint32_t fixed = 0;
};

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kLength = 2;
constexpr std::uint32_t kFixed32 = 5;

class Message {
  public:
    explicit Message(std::string_view bytes) : rest_(bytes) {}

    bool atEnd() const { return rest_.empty(); }

    // None where the field is broken.
    std::optional<Field> next() {
        const auto key = varint();
        if (!key) return std::nullopt;
        Field field{
            static_cast<std::uint32_t>(*key >> 3), static_cast<std::uint32_t>(*key & 7), {}, 0};
        if (*key >> 32 != 0 || field.number == 0) return std::nullopt;
        switch (field.type) {
            case kVarint:
                if (!varint()) return std::nullopt;
                return field;
            case kFixed64:
                if (!take(8)) return std::nullopt;
                return field;
            case kFixed32: {
                const auto bytes = take(4);
                if (!bytes) return std::nullopt;
                std::memcpy(&field.fixed, bytes->data(), 4);
                return field;
            }
            case kLength: {
                const auto length = varint();
                const auto bytes = length ? take(*length) : std::nullopt;
                if (!bytes) return std::nullopt;
                field.bytes = *bytes;
                return field;
            }
            default:
                return std::nullopt;  // groups, which the format does not use
        }
    }

  private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (rest_.empty()) return std::nullopt;
            const auto byte = static_cast<unsigned char>(rest_[0]);
            rest_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        return std::nullopt;
    }

    std::optional<std::string_view> take(std::uint64_t count) {
        if (count > rest_.size()) return std::nullopt;
        const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
        rest_.remove_prefix(static_cast<std::size_t>(count));
        return taken;
    }

    std::string_view rest_;
};

class ModelCheck {
  public:
    explicit ModelCheck(const std::string& name) : name_(name) {}

    Result<void> run(std::string_view file) {
        return forEachField(
            file, ReasonCode::SentencePieceFile, [&](const Field& field) -> Result<void> {
                if (field.type == kLength && ++entries_ > kMaxEntries) {
                    return malformed(
                        {ReasonCode::SentencePieceMany, {std::to_string(kMaxEntries)}});
                }
                if (field.number == 1) return checkPiece(field);
                if (field.number == 3 || field.number == 5) return checkNormalizer(field);
                return {};
            });
    }

  private:
    tl::unexpected<Error> malformed(const Reason& problem) const {
        Reason reason(ReasonCode::SentencePieceNone, {name_});
        reason.add(problem);
        reason.add(ReasonCode::DownloadAgain);
        return failure(ErrorCode::Malformed, reason);
    }

    // `broken`: what is said where a field is.
    Result<void> forEachField(std::string_view bytes, const Reason& broken,
                              const std::function<Result<void>(const Field&)>& check) const {
        Message message(bytes);
        while (!message.atEnd()) {
            const auto field = message.next();
            if (!field) return malformed(broken);
            if (auto checked = check(*field); !checked) return checked;
        }
        return {};
    }

    Result<void> checkPiece(const Field& piece) {
        const std::string number = std::to_string(pieces_++);
        if (piece.type != kLength) return malformed({ReasonCode::SentencePieceNoMessage, {number}});
        const Reason broken(ReasonCode::SentencePieceBroken, {number});
        return forEachField(piece.bytes, broken, [&](const Field& field) -> Result<void> {
            if (field.number != 2) return {};
            const auto score = std::bit_cast<float>(field.fixed);
            if (field.type == kFixed32 && std::abs(score) <= kLargestScore) return {};
            return malformed({ReasonCode::SentencePieceScore, {number}});
        });
    }

    Result<void> checkNormalizer(const Field& normalizer) const {
        if (normalizer.type != kLength) return malformed(ReasonCode::NormalizerNoMessage);
        return forEachField(normalizer.bytes, ReasonCode::NormalizerBroken,
                            [&](const Field& field) -> Result<void> {
                                if (field.number != 2) return {};
                                if (field.type != kLength)
                                    return malformed(ReasonCode::CharacterMapNoBytes);
                                const auto problem = problemOfCharacterMap(field.bytes);
                                if (problem)
                                    return malformed({ReasonCode::CharacterMapBroken, {*problem}});
                                return {};
                            });
    }

    const std::string& name_;
    std::size_t entries_ = 0;
    std::size_t pieces_ = 0;
};

}  // namespace

Result<void> checkSentencePieceModel(std::span<const std::byte> file, const std::string& name) {
    return ModelCheck(name).run({reinterpret_cast<const char*>(file.data()), file.size()});
}

}  // namespace dsm
