// Job keys: every key of a job (job.h) in one table: what kind of value it takes, from where to
// where, and what holds where it is left out. The reader of jobs goes by it, and so do front ends
// that ask for the values.
#pragma once

#include <span>
#include <string_view>

namespace dsm {

enum class JobKeyType {
    Text,
    Path,
    Paths,  // one, or a list of them
    Whole,  // a number without a fraction
    Number,
    Switch,
    Choice,       // one of the words
    ChoiceOrSet,  // one of the words, or a list of names
    Set,          // a list of names
    Texts,        // a list of texts, `most` at most
    Map           // names by names
};

// What a key is about.
enum class JobKeyGroup { Files, Data, Method, Learning, Batches, Check, Keeping, Computer, Remark };

struct JobKey {
    std::string_view name;
    JobKeyType type = JobKeyType::Text;
    JobKeyGroup group = JobKeyGroup::Remark;
    double least = 0;                              // of numbers
    double most = 0;                               // of numbers; how many of Texts
    double fallback = 0;                           // of numbers; of switches 0 or 1
    std::span<const std::string_view> words = {};  // of choices; the first holds by itself
    bool isRequired = false;
    bool isOfLora = false;  // has no meaning where all weights learn
};

std::span<const JobKey> jobKeys();
// nullptr: there is no such key.
const JobKey* findJobKey(std::string_view name);

}  // namespace dsm
