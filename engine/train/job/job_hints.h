// Job hints: what somebody meant who wrote a key that no job has.
//
// Other trainers' names are known (TrainingArguments and TRL of Hugging Face, PEFT, axolotl,
// LLaMA-Factory, Unsloth): each with the key that means the same here, or with what takes its
// place. Of other words the nearest key is offered, where it is near enough to be a slip of the
// hand.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dsm {

struct JobHint {
    bool isKey = false;
    std::string text;  // the key that is meant, or in a sentence what takes its place
};

// Nothing where nobody can know.
std::optional<JobHint> hintFor(std::string_view key, std::span<const std::string_view> known);

}  // namespace dsm
