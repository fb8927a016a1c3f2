#include "engine/text/byte_symbols.h"

#include <array>
#include <cstdint>

#include "engine/text/utf8.h"

namespace dsm {
namespace {

constexpr std::size_t kSymbolEnd = 0x100 + 68;

constexpr bool spellsItself(int byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

// byte[c] for the character c, or -1.
constexpr std::array<std::int16_t, kSymbolEnd> byteOfSymbol() {
    std::array<std::int16_t, kSymbolEnd> table{};
    table.fill(-1);
    std::size_t next = 0x100;
    for (int byte = 0; byte < 256; ++byte) {
        const std::size_t symbol = spellsItself(byte) ? static_cast<std::size_t>(byte) : next++;
        table[symbol] = static_cast<std::int16_t>(byte);
    }
    return table;
}

constexpr std::array<std::int16_t, kSymbolEnd> kByteOfSymbol = byteOfSymbol();

}  // namespace

std::optional<std::string> bytesOfSymbols(std::string_view symbols) {
    std::string bytes;
    while (!symbols.empty()) {
        const Utf8Character character = readUtf8(symbols);
        if (character.state != Utf8Character::State::Valid) return std::nullopt;
        if (character.codePoint >= kSymbolEnd) return std::nullopt;
        const std::int16_t byte = kByteOfSymbol[character.codePoint];
        if (byte < 0) return std::nullopt;
        bytes.push_back(static_cast<char>(byte));
        symbols.remove_prefix(character.sizeBytes);
    }
    return bytes;
}

}  // namespace dsm
