// Prompt lookup: proposes how a text goes on where its end occurred before: with what followed there.
//
// Source    Saxena, "Prompt Lookup Decoding", 2023; the longest earlier occurrence counts, and of
//           several that are as long the last.
// Threads   One text, one thread.
// Errors    None. More ids than it was made for is the caller's bug (CHECK).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/text/tokenizer.h"

namespace dsm {

class PromptLookup {
  public:
    // For texts of at most so many ids. Allocates all that it needs.
    explicit PromptLookup(std::size_t mostIds);

    void append(std::span<const TokenId> ids);

    // Fills `draft` with what followed the longest earlier occurrence of the text's end, and says
    // how many ids that is: all that are asked for, as a text that repeats itself does so on and on;
    // 0 where no occurrence is `leastMatch` ids long. An end of fewer than kAnchor ids is not
    // looked for. Allocates nothing.
    std::size_t propose(std::size_t leastMatch, std::span<TokenId> draft) const;

    static constexpr std::size_t kAnchor = 3;  // ids by which places are found

  private:
    std::size_t bucketBefore(std::size_t end) const;
    // How many ids before `place` are those before the end.
    std::size_t matchAt(std::size_t place) const;

    std::vector<TokenId> ids_;
    // Places, counted as the number of ids before them; 0: none. Those of one bucket are a chain,
    // from the last to the first.
    std::vector<std::int32_t> lastOfBucket_;
    std::vector<std::int32_t> placeBefore_;  // of each place
};

}  // namespace dsm
