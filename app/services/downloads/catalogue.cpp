#include "app/services/downloads/catalogue.h"

#include <algorithm>

#include "app/services/downloads/file/download_error.h"

namespace dsm {
namespace {

// 16,375,728,128 parameters of two bytes in seven files: six of about 5 GB and the rest.
QList<CatalogueFile> checkpointFiles() {
    constexpr qint64 kWeights = 16'375'728'128 * 2;
    constexpr qint64 kLast = 2'770'000'000;
    constexpr int kShards = 7;
    QList<CatalogueFile> files = {{QStringLiteral("config.json"), 1'300},
                                  {QStringLiteral("generation_config.json"), 120},
                                  {QStringLiteral("model.safetensors.index.json"), 490'000},
                                  {QStringLiteral("tokenizer.json"), 4'610'000},
                                  {QStringLiteral("tokenizer_config.json"), 1'000}};
    for (int shard = 1; shard <= kShards; ++shard) {
        files.append({QStringLiteral("model-0000%1-of-00007.safetensors").arg(shard),
                      shard == kShards ? kLast : (kWeights - kLast) / (kShards - 1)});
    }
    return files;
}

Licence deepSeekLicence() {
    const QString base = QStringLiteral("https://github.com/deepseek-ai/DeepSeek-MoE/blob/main/");
    return {QStringLiteral("deepseek-model-1.0"),
            DownloadText::tr("The code is under the MIT licence. The model is under the DeepSeek "
                             "Model Licence: it may be used, changed and passed on, also "
                             "commercially, within the limits of use that the licence lists; they "
                             "must be passed on with it."),
            base + QStringLiteral("LICENSE-CODE"), base + QStringLiteral("LICENSE-MODEL")};
}

CatalogueEntry chatModel() {
    CatalogueEntry entry;
    entry.repository = QStringLiteral("deepseek-ai/deepseek-moe-16b-chat");
    entry.title = QStringLiteral("DeepSeekMoE 16B Chat");
    entry.purpose =
        DownloadText::tr("Answers questions and follows instructions in English and Chinese.");
    entry.isChat = true;
    entry.files = checkpointFiles();
    entry.licence = deepSeekLicence();
    entry.comparedWith = QStringLiteral("LLaMA2 SFT 7B");
    entry.benchmarks = {
        {QStringLiteral("HellaSwag"), 72.2, 67.9}, {QStringLiteral("GSM8K"), 62.2, 63.4},
        {QStringLiteral("HumanEval"), 45.7, 35.4}, {QStringLiteral("MBPP"), 46.2, 27.8},
        {QStringLiteral("MMLU"), 47.2, 50.0},      {QStringLiteral("CEval"), 40.0, 35.1},
        {QStringLiteral("CMMLU"), 49.3, 36.9}};
    return entry;
}

CatalogueEntry baseModel() {
    CatalogueEntry entry;
    entry.repository = QStringLiteral("deepseek-ai/deepseek-moe-16b-base");
    entry.title = QStringLiteral("DeepSeekMoE 16B Base");
    entry.purpose =
        DownloadText::tr("Continues text; the one to begin with for fine-tuning of your own.");
    entry.files = checkpointFiles();
    entry.licence = deepSeekLicence();
    entry.comparedWith = QStringLiteral("DeepSeek 7B");
    entry.benchmarks = {
        {QStringLiteral("HellaSwag"), 77.1, 75.4}, {QStringLiteral("PIQA"), 80.2, 79.2},
        {QStringLiteral("ARC-easy"), 68.1, 67.9},  {QStringLiteral("ARC-challenge"), 49.8, 48.1},
        {QStringLiteral("TriviaQA"), 64.8, 59.7},  {QStringLiteral("NaturalQuestions"), 25.5, 22.2},
        {QStringLiteral("MMLU"), 45.0, 48.2},      {QStringLiteral("GSM8K"), 18.8, 17.4},
        {QStringLiteral("HumanEval"), 26.8, 26.2}, {QStringLiteral("MBPP"), 39.2, 39.0},
        {QStringLiteral("CEval"), 40.6, 45.0},     {QStringLiteral("CMMLU"), 42.5, 47.2}};
    return entry;
}

}  // namespace

qint64 CatalogueEntry::sizeBytes() const {
    qint64 bytes = 0;
    for (const CatalogueFile& file : files)
        bytes += file.sizeBytes;
    return bytes;
}

// Not kept: the language of its sentences may change while the program runs.
QList<CatalogueEntry> catalogue() {
    return {chatModel(), baseModel()};
}

std::optional<CatalogueEntry> findInCatalogue(const QString& repository) {
    const QList<CatalogueEntry> entries = catalogue();
    const auto found =
        std::find_if(entries.begin(), entries.end(),
                     [&](const CatalogueEntry& entry) { return entry.repository == repository; });
    return found == entries.end() ? std::nullopt : std::optional(*found);
}

}  // namespace dsm
