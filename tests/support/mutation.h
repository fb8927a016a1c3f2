// Broken variants of a good file: the same ones for the same seed, on every machine.
//
// A variant has one to four faults, each of one of these kinds:
//   bytes      bits, bytes and words put in place of others, a part cut out, repeated, or taken from
//              elsewhere, the end cut off
//   structure  of a text: elements, lines and keys exchanged, repeated, left out, nested a thousand
//              times or taken from another good file; strings of 64 KB; numbers beyond every type;
//              half characters and lone surrogates
//   fields     of a binary file: integers of either byte order and of variable length that lie,
//              blocks that change places; nothing else moves
//
// Tests that walk many of them print the seed of the one that fails (attack.h): `Mutation(seed)(good)`
// is that file again.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "tests/support/dice.h"
#include "tests/support/text_mutation.h"

namespace dsm {

class Mutation {
  public:
    explicit Mutation(std::uint64_t seed) : dice_(seed) {}

    // Parts may come out of `other`, a good file of the same kind.
    std::string operator()(std::string_view good, std::string_view other = {}) {
        std::string text(good);
        const bool isBinary = good.find('\0') != std::string_view::npos;
        for (std::size_t faults = 1 + dice_.below(4); faults > 0; --faults) {
            if (dice_.below(2) == 0) {
                spoil(text);
            } else if (isBinary) {
                spoilField(text);
            } else {
                TextMutation(dice_).spoil(text, other);
            }
        }
        return text;
    }

  private:
    void spoil(std::string& text) {
        static constexpr std::array<std::string_view, 20> kWords = {"0",
                                                                    "-1",
                                                                    "1e999",
                                                                    "NaN",
                                                                    "18446744073709551615",
                                                                    "9223372036854775808",
                                                                    "2147483648",
                                                                    "null",
                                                                    "true",
                                                                    "[]",
                                                                    "{}",
                                                                    "\"\"",
                                                                    "\\u0000",
                                                                    "\xff\xfe",
                                                                    "\xed\xa0\x80",
                                                                    "../../x",
                                                                    "/dev/full",
                                                                    "[[[[[[[[[[[[[[[[",
                                                                    "{\"a\":{\"a\":{\"a\":",
                                                                    "\r\n"};
        const std::size_t at = dice_.below(text.size() + 1);
        const std::size_t length = std::min(text.size() - at, dice_.below(64) + 1);
        switch (dice_.below(8)) {
            case 0:
                if (at < text.size())
                    text[at] = static_cast<char>(text[at] ^ (1 << dice_.below(8)));
                break;
            case 1:
                if (at < text.size()) text[at] = dice_.byte();
                break;
            case 2:
                text.replace(at, std::min(length, dice_.below(8)), dice_.of(kWords));
                break;
            case 3:
                text.erase(at, length);
                break;
            case 4:
                text.insert(at, text, at, length);
                break;
            case 5:
                text.insert(at, text, dice_.below(text.size() + 1), length);
                break;
            case 6:
                text.resize(at);
                break;
            default:
                text.insert(at, length, dice_.byte());
                break;
        }
    }

    void spoilField(std::string& bytes) {
        if (bytes.empty()) return;
        const std::size_t at = dice_.below(bytes.size());
        const std::size_t from = dice_.below(bytes.size());
        const std::size_t most = bytes.size() - std::max(at, from);
        switch (dice_.below(6)) {
            case 0:  // one block over another
                bytes.replace(at, 0, "");
                std::memmove(bytes.data() + at, bytes.data() + from,
                             std::min(most, std::size_t{1} << dice_.below(13)));
                break;
            case 1:
                std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                            std::min(most, dice_.below(64)), dice_.below(2) == 0 ? '\0' : '\xff');
                break;
            case 2:  // the longest number of seven bits a byte, and one that never ends
                overwrite(bytes, at, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
                break;
            default:
                spoilInteger(bytes, at);
                break;
        }
    }

    static void overwrite(std::string& bytes, std::size_t at, std::string_view with) {
        with = with.substr(0, bytes.size() - at);
        bytes.replace(at, with.size(), with);
    }

    // Becomes one of those that readers forget, or almost what it was.
    void spoilInteger(std::string& bytes, std::size_t at) {
        const std::size_t width = std::min(std::size_t{1} << dice_.below(4), bytes.size() - at);
        const std::size_t fileBytes = bytes.size();
        const std::array<std::uint64_t, 9> kinds = {0,
                                                    1,
                                                    ~std::uint64_t{0},
                                                    std::uint64_t{1} << (8 * width - 1),
                                                    (std::uint64_t{1} << (8 * width - 1)) - 1,
                                                    fileBytes,
                                                    fileBytes - at,
                                                    fileBytes + 1,
                                                    dice_.next() >> dice_.below(64)};
        const bool isBigEndian = dice_.below(2) == 0;
        const auto place = [&](std::size_t i) { return at + (isBigEndian ? width - 1 - i : i); };
        std::uint64_t value = dice_.of(kinds);
        if (dice_.below(3) == 0) {
            std::uint64_t now = 0;
            for (std::size_t i = 0; i < width; ++i)
                now |= std::uint64_t{static_cast<unsigned char>(bytes[place(i)])} << (8 * i);
            value = now + dice_.below(17) - 8;
        }
        for (std::size_t i = 0; i < width; ++i)
            bytes[place(i)] = static_cast<char>(value >> (8 * i));
    }

    Dice dice_;
};

}  // namespace dsm
