#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>

#include "app/cli/terminal.h"
#include "app/cli/training_command.h"
#include "engine/text/tokenizer_load.h"
#include "engine/train/data/text_dataset.h"

namespace dsm::cli {
namespace {

constexpr std::array kShares{0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0};
constexpr int kBars = 12;
constexpr std::int64_t kBarWidth = 40;

std::string percent(std::int64_t part, std::int64_t whole) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(1)
         << 100.0 * static_cast<double>(part) /
                static_cast<double>(std::max<std::int64_t>(whole, 1))
         << " %";
    return text.str();
}

void printCounts(const DatasetReport& report, std::int64_t maximumTokens) {
    printRow("rows", std::to_string(report.rows));
    printRow("examples", std::to_string(report.examples));
    printRow("refused", std::to_string(report.refused));
    printRow("repeated", std::to_string(report.repeated));
    printRow("nearly equal", std::to_string(report.near));
    printRow("cut", std::to_string(report.cut) + " longer than " + std::to_string(maximumTokens) +
                        " tokens (" + percent(report.cut, report.examples) + "), " +
                        std::to_string(report.cutInsideAnswer) + " inside an answer");
    printRow("tokens", std::to_string(report.tokens) + ", of which " +
                           std::to_string(report.trainedTokens) + " are trained (" +
                           percent(report.trainedTokens, report.tokens) + ")");
}

void printLengths(const LengthCounts& lengths) {
    std::cout << "\nTokens of an example, before cutting\n";
    for (const double share : kShares) {
        const std::string name =
            share == 0   ? "shortest"
            : share == 1 ? "longest"
                         : std::to_string(static_cast<int>(share * 100 + 0.5)) + " % have at most";
        printRow(name.c_str(), std::to_string(lengths.percentile(share)));
    }
    const auto bars = lengths.histogram(kBars);
    std::int64_t most = 1;
    for (const auto& bar : bars)
        most = std::max(most, bar.samples);
    std::cout << '\n';
    for (const auto& bar : bars) {
        const auto width = static_cast<std::size_t>((bar.samples * kBarWidth + most - 1) / most);
        std::cout << "  " << std::right << std::setw(7) << bar.first << " - " << std::left
                  << std::setw(7) << bar.last << std::string(width, '#')
                  << (bar.samples > 0 ? " " : "") << bar.samples << '\n';
    }
}

void printRepeated(const DatasetReport& report) {
    if (report.repeated > 0) std::cout << "\nRepeated\n";
    for (const RepeatedRow& repeated : report.firstRepeated) {
        std::cout << "  " << report.nameOf(repeated.place) << " repeats "
                  << report.nameOf(repeated.first) << '\n';
    }
}

// Line breaks and tabs as they are written in C; other control characters are left out, so that no
// data set commands the terminal.
std::string visible(const std::string& text) {
    std::string shown;
    for (const char c : text) {
        if (c == '\n') shown += "\\n";
        if (c == '\t') shown += "\\t";
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) shown += c;
    }
    return shown;
}

void printSample(const std::string& place, const ShownSample& shown, const Tokenizer& tokenizer) {
    std::cout << "\nThe example of " << place << ", what is trained between [[ and ]]\n  ";
    bool isTrained = false;
    const auto mark = [&](bool now) {
        if (now != isTrained) std::cout << (now ? "[[" : "]]");
        isTrained = now;
    };
    const TrainingSample& sample = shown.sample;
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        mark(sample.labels[i] != kNotTrained);
        std::cout << visible(tokenizer.tokenText(sample.ids[i])) << '|';
    }
    mark(false);
    std::cout << "\n  ids";
    for (const TokenId id : sample.ids)
        std::cout << ' ' << id;
    std::cout << '\n';
}

}  // namespace

Result<std::unique_ptr<TextDataset>> readDataset(const DatasetOptions& options,
                                                 const Tokenizer& tokenizer,
                                                 SampleTemplate chosen) {
    auto columns = parseColumnMap(options.columns);
    if (!columns) return tl::unexpected(columns.error());
    const auto stop = Interrupt::arm();
    double lastShown = 0;
    const auto progress = [&](double share) {
        if (!errorIsTerminal() || (share < 1 && share - lastShown < 0.01)) return;
        lastShown = share;
        showProgress("Reading", share);
    };
    TextDatasetOptions asked = textOptions(options, std::move(*columns));
    asked.sampleTemplate = chosen;
    asked.samplesToShow = static_cast<std::size_t>(options.shown);
    asked.findsNear = true;
    return TextDataset::read(asked, tokenizer, progress, stop->get_token());
}

TextDatasetOptions textOptions(const DatasetOptions& options, ColumnMap columns) {
    return {.files = options.files,
            .sampleTemplate = templateOf(options),
            .systemText = options.systemText,
            .columns = std::move(columns),
            .history = *historyUseNamed(options.history),
            .appliesEdits = options.appliesEdits,
            .maximumTokens = options.maximumTokens,
            .threads = options.threads,
            .samplesToShow = 0};
}

SampleTemplate templateOf(const DatasetOptions& options) {
    if (options.sampleTemplate.empty()) return SampleTemplate::Chat;
    return *sampleTemplateNamed(options.sampleTemplate);  // the command line allows no other
}

int dataset(const DatasetOptions& options) {
    const Result<std::filesystem::path> folder = modelFolder(options.model);
    if (!folder) return fail(folder.error());
    const auto config = readConfig(*folder);
    if (!config) return fail(config.error());
    const auto tokenizer = loadTokenizer(*folder, config->vocabSize);
    if (!tokenizer) return fail(tokenizer.error());
    const SampleTemplate chosen = templateOf(options);
    const auto model = readTrainedModel(*folder, **tokenizer, chosen);
    if (!model) return fail(model.error());
    const auto read = readDataset(options, **tokenizer, chosen);
    if (!read) return fail(read.error());
    const DatasetReport& report = (*read)->report();
    for (const std::filesystem::path& file : options.files)
        std::cout << file.string() << ", template " << name(chosen) << '\n';
    printCounts(report, options.maximumTokens);
    printLengths(report.lengths);
    printRepeated(report);
    for (const ShownSample& shown : report.firstSamples)
        printSample(report.nameOf(shown.place), shown, **tokenizer);
    std::cout << '\n';
    const std::string files = options.files.size() == 1
                                  ? options.files.front().filename().string()
                                  : std::to_string(options.files.size()) + " files";
    for (const Reason& line :
         reportLines(files, report, checkTraining(report, chosen, options.maximumTokens, *model)))
        std::cout << visible(line.text()) << '\n';
    return kOk;
}

}  // namespace dsm::cli
