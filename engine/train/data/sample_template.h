// Sample template: how an example becomes token ids, and which of them are trained.
//
//   chat       <BOS>User: {q}\n\nAssistant: {a}<EOS>User: {q}\n\nAssistant: {a}<EOS>
//              trained: " {a}" and <EOS> of every answer that is; a system text is "{text}\n\n"
//              after <BOS>
//   reference  <BOS>You are an AI assistant, .. ### Instruction:\n{q, stripped}\n### Response:\n
//              {a}\n<|EOT|>, where <|EOT|> is plain text; <EOS> is never trained
//              trained: all from {a} on; one question and one answer only
//   raw        <BOS>{text}<EOS>, trained: all after <BOS>; of a question and its answer
//              <BOS>{q}{a}<EOS>, trained: {a} and <EOS>
//
// What is trained is encoded apart from what stands before it, as the model will write it; an
// answer that is only read has the same ids as one that is trained. The texts of a data set are not
// trusted: names of special tokens in them are plain text.
//
// A sample longer than the limit loses its end, as in the reference.
//
// Source    chat: chat_template.h; reference: finetune/finetune.py of the model's authors, whose
//           prompt is quoted whole in sample_template.cpp.
// Threads   Any.
// Errors    With the reason alone: Malformed where the template has no place for the example;
//           NotFound where nothing of it is trained, or nothing of that is within the limit.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/text/tokenizer.h"
#include "engine/train/data/example.h"
#include "engine/train/dataset.h"
#include "kernels/base/result.h"

namespace dsm {

enum class SampleTemplate { Chat, Reference, Raw };

inline constexpr std::array kSampleTemplates{SampleTemplate::Chat, SampleTemplate::Reference,
                                             SampleTemplate::Raw};

std::string_view name(SampleTemplate chosen);
std::optional<SampleTemplate> sampleTemplateNamed(std::string_view name);

struct RenderedSample {
    TrainingSample sample;
    std::int64_t wholeTokens = 0;    // before its end was cut off
    bool isCutInsideAnswer = false;  // one that is trained

    bool isCut() const { return wholeTokens > static_cast<std::int64_t>(sample.ids.size()); }
};

// Puts the text before the questions, unless it is empty or the example has a system text of its
// own, or no questions.
void addSystemText(const std::string& text, Example& example);

// `maximumTokens` > 0.
Result<RenderedSample> renderSample(const Example& example, SampleTemplate chosen,
                                    const Tokenizer& tokenizer, std::int64_t maximumTokens);

}  // namespace dsm
