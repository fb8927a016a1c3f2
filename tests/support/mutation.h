// Broken variants of a good file: the same ones for the same seed, on every machine.
//
// A variant has one to four faults: bits, bytes, numbers or words put in place of others, a part
// cut out, repeated, or taken from elsewhere in the file, or the end cut off. Tests that walk many
// of them print the seed of the one that fails: `Mutation(seed)(good)` is that file again.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace dsm {

class Mutation {
  public:
    explicit Mutation(std::uint64_t seed) : state_(seed) {}

    std::string operator()(std::string_view good) {
        std::string text(good);
        for (std::size_t faults = 1 + below(4); faults > 0; --faults)
            spoil(text);
        return text;
    }

  private:
    // splitmix64
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t count) { return count == 0 ? 0 : next() % count; }

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
        const std::size_t at = below(text.size() + 1);
        const std::size_t length = std::min(text.size() - at, below(64) + 1);
        switch (below(9)) {
            case 0:
                if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            case 1:
                if (at < text.size()) text[at] = static_cast<char>(next());
                break;
            case 2:
                text.replace(at, std::min(length, below(8)), kWords[below(kWords.size())]);
                break;
            case 3:
                text.erase(at, length);
                break;
            case 4:
                text.insert(at, text, at, length);
                break;
            case 5:
                text.insert(at, text, below(text.size() + 1), length);
                break;
            case 6:
                text.resize(at);
                break;
            case 7:
                replaceNumber(text, at);
                break;
            default:
                text.insert(at, length, static_cast<char>(next()));
                break;
        }
    }

    // The first number at or behind the place becomes another.
    void replaceNumber(std::string& text, std::size_t at) {
        static constexpr std::string_view kDigits = "0123456789";
        const std::size_t begin = text.find_first_of(kDigits, at);
        if (begin == std::string::npos) return;
        const std::size_t end = std::min(text.find_first_not_of(kDigits, begin), text.size());
        text.replace(begin, end - begin, std::to_string(next() >> below(64)));
    }

    std::uint64_t state_;
};

// How many variants a test walks: DSM_MUTATIONS, or few enough for every run.
inline std::uint64_t mutationRounds(std::uint64_t everyRun) {
    const char* asked = std::getenv("DSM_MUTATIONS");
    return asked ? std::strtoull(asked, nullptr, 10) : everyRun;
}

}  // namespace dsm
