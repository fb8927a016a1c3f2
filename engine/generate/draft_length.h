// Draft length: how many guessed tokens a pass shall read beside the one that is certain, from what
// such passes took and brought until now. Several tokens cost less than each alone, but more than
// one: guesses have to be right often enough. Where they were not, they rest for a while, longer
// each time, and begin again where a text repeats itself more plainly.
//
// Threads One reply, one thread.
// Errors  None.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dsm {

class DraftLength {
  public:
    static constexpr std::size_t kMost = 15;

    // 0: none now.
    std::size_t wanted() const { return singles_ < kSinglesFirst || rest_ > 0 ? 0 : length_; }
    // How many ids before it a guess shall have in common with where it comes from.
    std::size_t leastMatch() const { return leastMatch_; }

    // A pass of one token took so long.
    void sawOne(double seconds);
    // A pass of one token and `drafted` guesses, of which the first `accepted` were right.
    void sawDraft(std::size_t drafted, std::size_t accepted, double seconds);

  private:
    static constexpr std::int64_t kSinglesFirst = 2;  // to compare with
    static constexpr std::size_t kShort = 3;
    static constexpr std::size_t kPlainMatch = 8;  // of a text that has not been guessed well yet
    static constexpr std::size_t kReadyMatch = 4;  // of one that has
    static constexpr std::size_t kMostMatch = 32;
    static constexpr std::int64_t kFirstRest = 128;  // tokens
    static constexpr std::int64_t kMostRest = 2048;
    static constexpr double kMostLoss = 2;  // in passes of one token
    static constexpr double kMostCredit = 6;

    void rest();

    double oneSeconds_ = 0;  // of a pass of one token, lately
    std::int64_t singles_ = 0;
    std::size_t length_ = kShort;
    std::size_t leastMatch_ = kPlainMatch;
    double balance_ = 0;  // passes of one token that guesses saved, of late
    std::int64_t rest_ = 0;
    std::int64_t nextRest_ = kFirstRest;
};

}  // namespace dsm
