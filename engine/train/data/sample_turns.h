// Sample turns: a sample as the conversation that its template made it from, taken apart again by
// its tokens, for people to read.
//
// Threads  Any.
// Errors   None: of a sample that is no such conversation the parts are shown where they stand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/text/tokenizer.h"
#include "engine/train/data/sample_template.h"
#include "engine/train/dataset.h"

namespace dsm {

struct SampleTurn {
    enum class Speaker { System, User, Assistant, Text };
    // A stretch of the text; one may end within a character.
    struct Part {
        std::string text;
        bool isTrained = false;  // else only read
        bool isCut = false;      // beyond the limit
        bool isToken = false;    // a special token by its name
    };

    Speaker speaker = Speaker::Text;
    std::vector<Part> parts;
};

// What stands at `maximumTokens` and beyond is cut.
std::vector<SampleTurn> turnsOf(const TrainingSample& sample, SampleTemplate chosen,
                                const Tokenizer& tokenizer, std::int64_t maximumTokens);

}  // namespace dsm
