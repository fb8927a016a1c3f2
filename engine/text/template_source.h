// Where a model keeps its chat template, and which of several counts.
//
//   1  additional_chat_templates/default.jinja, then chat_template.jinja
//   2  tokenizer_config.json, key chat_template: a text, or a list [{"name": .., "template": ..}],
//      or an object {name: template}, of which "default" counts; not looked at where templates lie
//      in files
//   3  chat_template.json, key chat_template
//
// additional_chat_templates/NAME.jinja are templates of other names, for tools and the like. Where
// there are only such, in files or in the list, the model has templates but none for a plain chat.
//
// Source  PreTrainedTokenizerBase._from_pretrained of Hugging Face transformers; chat_template.json
//         is what its processors wrote before.
// Errors  Unsupported: a template that cannot be read, or templates but none by default. Malformed, Io:
//         tokenizer_config.json is broken. Messages name the file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "kernels/base/result.h"

namespace dsm {

struct TemplateSource {
    std::string text;
    std::string place;  // for messages: the file, and the key in it
};

// No value: a model without one.
Result<std::optional<TemplateSource>> readTemplateSource(const std::filesystem::path& folder);

}  // namespace dsm
