#include "app/cli/terminal.h"
#include "app/cli/training_command.h"
#include "engine/text/tokenizer_load.h"

namespace dsm::cli {

int exportJob(const ExportJobOptions& options) {
    const Result<std::filesystem::path> folder = modelFolder(options.data.model);
    if (!folder) return fail(folder.error());
    const auto tokenizer = loadTokenizer(*folder);
    if (!tokenizer) return fail(tokenizer.error());
    DatasetOptions data = options.data;
    data.shown = 0;
    const auto read = readDataset(data, **tokenizer, templateOf(data));
    if (!read) return fail(read.error());
    DeepSpeedJob job = options.job;
    job.isLora = options.method == "lora";
    job.padId = (*tokenizer)->eosId();
    job.ownFiles = *folder;
    if (job.model.empty()) job.model = std::filesystem::absolute(*folder).string();
    if (const auto written = exportDeepSpeed(options.out, job, **read); !written) {
        return fail(written.error());
    }
    note("Wrote a job with " + std::to_string((*read)->size()) + " examples to " +
         options.out.string() + ". Its README.md tells how it is run.");
    return kOk;
}

}  // namespace dsm::cli
