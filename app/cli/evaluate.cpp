// Loss, perplexity and exact answers of a model on files of examples, or a benchmark's questions.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "app/cli/task_evaluation.h"
#include "app/cli/terminal.h"
#include "app/cli/training_command.h"
#include "engine/evaluate/row_evaluation.h"
#include "kernels/base/atomic_file.h"

namespace dsm::cli {
namespace {

void print(const RowEvaluation& found) {
    std::cout << "Rows           " << found.rows << ", " << found.tokens << " trained tokens";
    if (found.refused > 0) std::cout << "; " << found.refused << " refused";
    if (found.cut > 0) std::cout << "; " << found.cut << " cut";
    std::cout << "\nLoss           " << shortNumber(found.loss, 6) << "\nPerplexity     "
              << shortNumber(found.perplexity(), 6) << "\nExact answers  " << found.exact << " of "
              << found.answers << '\n';
}

// Each with its place, and what was asked and answered in one line each.
void printRows(const char* title, const std::vector<EvaluatedRow>& rows, std::size_t most) {
    if (!rows.empty() && most > 0) std::cout << '\n' << title << '\n';
    for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
        const EvaluatedRow& row = rows[i];
        std::cout << "  loss " << shortNumber(row.loss, 4) << "  " << row.file.name << ", "
                  << row.file.unit << ' ' << row.number << '\n';
        for (const SampleTurn& turn : row.turns) {
            std::cout << "    ";
            for (const SampleTurn::Part& part : turn.parts) {
                std::string text = part.text;
                std::replace(text.begin(), text.end(), '\n', ' ');
                std::cout << text;
            }
            std::cout << '\n';
        }
    }
}

Result<void> writeEvaluation(const std::filesystem::path& file, const RowEvaluation& found) {
    const std::string text =
        evaluationJson(found).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
    return writeFile(file, std::as_bytes(std::span(text)));
}

}  // namespace

int evaluate(const EvaluateOptions& options) {
    if (!options.task.name.empty()) return evaluateTask(options);
    const Result<std::filesystem::path> folder = modelFolder(options.engine.model);
    if (!folder) return fail(folder.error());
    auto columns = parseColumnMap(options.data.columns);
    if (!columns) return fail(columns.error());
    const auto stop = Interrupt::arm();
    double last = 0;
    const auto progress = [&](const char* what, double share) {
        if (!errorIsTerminal() || (share < 1 && share >= last && share - last < 0.01)) return;
        last = share < 1 ? share : 0;
        showProgress(what, share);
    };
    const auto found = evaluateRows({.model = *folder,
                                     .adapter = adapterOf(options.engine),
                                     .data = textOptions(options.data, std::move(*columns)),
                                     .backend = options.engine.backend},
                                    progress, stop->get_token());
    if (!found) return fail(found.error());
    print(*found);
    const auto most = static_cast<std::size_t>(options.data.shown);
    printRows("Hardest rows", found->ends.worst, most);
    printRows("Easiest rows", found->ends.best, most);
    if (options.json.empty()) return kOk;
    if (const auto ok = writeEvaluation(options.json, *found); !ok) return fail(ok.error());
    return kOk;
}

}  // namespace dsm::cli
