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

// What follows "this is no option of a job", or nothing where nobody can know.
std::optional<std::string> hintFor(std::string_view key, std::span<const std::string_view> known);

}  // namespace dsm
