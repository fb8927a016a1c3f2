#include "engine/train/run/prompt_samples.h"

#include <fcntl.h>

#include <algorithm>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include "engine/generate/language_model.h"
#include "engine/train/data/sample_template.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

// The answers of a file that belong to steps up to `done`, as their lines; lines that are broken
// are those of a power cut.
std::vector<std::pair<std::int64_t, std::string>> keptLines(std::span<const std::byte> content,
                                                            std::int64_t done) {
    std::vector<std::pair<std::int64_t, std::string>> kept;
    std::istringstream in(
        std::string(reinterpret_cast<const char*>(content.data()), content.size()));
    for (std::string line; std::getline(in, line);) {
        const auto sample = nlohmann::json::parse(line, nullptr, false);
        if (!sample.is_object() || !sample.contains("step")) continue;
        const auto& step = sample["step"];
        if (step.is_number_integer() && step.get<std::int64_t>() <= done)
            kept.emplace_back(step.get<std::int64_t>(), line);
    }
    return kept;
}

// All that is before the first token that would be trained: what the model is to go on from.
Result<std::vector<TokenId>> promptIds(const TrainJob& job, const std::string& prompt,
                                       const Tokenizer& tokenizer) {
    const SampleTemplate chosen = *sampleTemplateNamed(job.sampleTemplate);
    const std::int64_t most = job.maxLength;
    Example example;
    if (!job.systemText.empty())
        example.messages.push_back({.role = ChatRole::System, .content = job.systemText});
    example.messages.push_back({.role = ChatRole::User, .content = prompt});
    example.messages.push_back({.role = ChatRole::Assistant, .content = "."});
    const auto rendered = renderSample(example, chosen, tokenizer, most);
    if (!rendered) return tl::unexpected(rendered.error());
    const TrainingSample& sample = rendered->sample;
    const auto trained = std::find_if(sample.labels.begin(), sample.labels.end(),
                                      [](std::int32_t label) { return label != kNotTrained; });
    const auto count = trained - sample.labels.begin();
    return std::vector<TokenId>(sample.ids.begin(), sample.ids.begin() + count);
}

Result<std::unique_ptr<LanguageModel>> loadFor(const TrainJob& job,
                                               const std::filesystem::path& checkpoint,
                                               const std::stop_token& stop) {
    const auto config = readConfig(job.model);
    if (!config) return tl::unexpected(config.error());
    LoadOptions options{.folder = job.model, .backend = "cpu", .threads = job.threads};
    options.contextLimit = std::min(job.maxLength + job.sampleTokens, config->maxPositions);
    const bool isFull = job.options.targets.method == TrainMethod::Full;
    if (!checkpoint.empty() && isFull) options.folder = checkpoint;
    if (!checkpoint.empty() && !isFull) options.adapter = AdapterChoice{.folder = checkpoint};
    return LanguageModel::load(options, {}, stop);
}

Result<std::string> answerOf(LanguageModel& model, const TrainJob& job, const std::string& prompt,
                             const std::stop_token& stop) {
    const auto ids = promptIds(job, prompt, model.tokenizer());
    if (!ids) return tl::unexpected(ids.error());
    GenerationSettings settings = model.ownSettings();
    settings.sampling.seed = job.options.batches.seed;
    settings.maximumTokens = job.sampleTokens;
    settings.maximumLength = 0;
    // There the end is plain text.
    if (sampleTemplateNamed(job.sampleTemplate) == SampleTemplate::Reference)
        settings.stopStrings.emplace_back("<|EOT|>");
    const auto generated = model.generate(
        *ids, settings, [](std::string_view, TokenId) {}, stop);
    if (!generated) return tl::unexpected(generated.error());
    if (generated->reason == StopReason::Cancelled) return cancelled();
    if (generated->reason == StopReason::NotFinite)
        return failure(ErrorCode::Internal, generated->problem);
    return generated->text;
}

}  // namespace

PromptSampler::PromptSampler(const TrainJob& job, std::int64_t done, Sinks sinks)
    : job_(job), file_(job.options.output / kSamplesName), sinks_(std::move(sinks)) {
    const auto before = MappedFile::open(file_);
    if (!before) {
        // What cannot be read is not written over.
        if (before.error().code != ErrorCode::NotFound) stopWriting(before.error());
        return;
    }
    const auto lines = keptLines(before->bytes(), done);
    // What was interrupted is answered again, all of it.
    const auto last = std::count_if(lines.begin(), lines.end(),
                                    [done](const auto& line) { return line.first == done; });
    const bool isWhole = static_cast<std::size_t>(last) >= job.samplePrompts.size();
    std::string text;
    for (const auto& [step, line] : lines) {
        if (step == done && !isWhole) continue;
        answered_.insert(step);
        text += line + '\n';
    }
    if (const auto ok = writeFile(file_, std::as_bytes(std::span(text))); !ok)
        stopWriting(ok.error());
}

void PromptSampler::stopWriting(const Error& error) {
    isWritten_ = false;
    if (!sinks_.note) return;
    Reason line = reasonOf(error);
    line.add(ReasonCode::AnswersNotKept);
    sinks_.note(line);
}

void PromptSampler::answer(std::int64_t step, const std::filesystem::path& checkpoint,
                           const std::stop_token& stop) {
    if (job_.samplePrompts.empty() || !answered_.insert(step).second) return;
    const auto failed = [&](const std::string& prompt, const std::string& problem) {
        tell({.step = step, .prompt = prompt, .answer = {}, .problem = problem});
    };
    try {
        const auto model = loadFor(job_, checkpoint, stop);
        for (const std::string& prompt : job_.samplePrompts) {
            if (stop.stop_requested()) return;
            if (!model) {
                failed(prompt, model.error().message);
                continue;
            }
            const auto text = answerOf(**model, job_, prompt, stop);
            if (text) {
                tell({.step = step, .prompt = prompt, .answer = *text, .problem = {}});
            } else if (text.error().code != ErrorCode::Cancelled) {
                failed(prompt, text.error().message);
            }
        }
    } catch (const std::bad_alloc&) {
        failed({}, "Not enough memory to answer the prompts beside the run.");
    }
}

void PromptSampler::tell(const PromptSample& sample) {
    nlohmann::json line{{"step", sample.step}, {"prompt", sample.prompt}};
    if (sample.problem.empty()) {
        line["answer"] = sample.answer;
    } else {
        line["problem"] = sample.problem;
    }
    if (isWritten_) {
        // Text of a model may end within a character.
        const std::string text =
            line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
        auto out = File::open(file_, O_WRONLY | O_CREAT | O_APPEND);
        const auto written =
            out ? out->write(std::as_bytes(std::span(text))) : tl::unexpected(out.error());
        if (!written) stopWriting(written.error());
    }
    if (sinks_.sample) sinks_.sample(sample);
}

}  // namespace dsm
