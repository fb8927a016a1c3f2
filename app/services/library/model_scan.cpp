#include "app/services/library/model_scan.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "app/services/library/form_fit.h"
#include "app/services/library/model_name.h"
#include "app/services/program/private_file.h"
#include "app/services/program/reason_words.h"
#include "engine/format/checkpoint.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/preset.h"
#include "engine/model/checkpoint/tensor_check.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "engine/model/pass/memory_fit.h"
#include "engine/model/pass/memory_plan.h"
#include "engine/text/chat_template.h"

namespace dsm {
namespace {

namespace fs = std::filesystem;

// What a model is offered to be converted to: the presets for running it. NF4 is for training.
constexpr std::array kOffered{Preset::Q8, Preset::Q4, Preset::Q4Small};

QString toText(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

quint64 filesBytes(const fs::path& folder) {
    quint64 bytes = 0;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.is_regular_file(ignored)) bytes += entry.file_size(ignored);
    }
    return bytes;
}

// The type most of the bytes are in.
QString storedAs(const Checkpoint& checkpoint) {
    std::map<std::string, std::uint64_t> bytes;
    for (const std::string& tensor : checkpoint.names()) {
        const TensorInfo& info = *checkpoint.find(tensor)->info;
        bytes[info.dtypeName] += info.sizeBytes();
    }
    const auto most =
        std::max_element(bytes.begin(), bytes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == bytes.end() ? QString() : toText(most->first).toLower();
}

QString presetOf(const ModelConfig& config, const Checkpoint& checkpoint) {
    if (!config.quantization) return storedAs(checkpoint);
    const std::string& preset = config.quantization->preset;
    return preset.empty() ? toText(name(Preset::Nf4)) : toText(preset);
}

KvType cacheType(const ContextChoice& context) {
    return context.in8Bits ? KvType::Q8 : KvType::BF16;  // as model_host.cpp loads models
}

void setPlan(ModelForm& form, const MemoryPlan& plan) {
    form.weightBytes = plan.weightBytes;
    form.cacheBytes = plan.cacheBytes;
    form.workspaceBytes = plan.workspaceBytes;
}

// One that is not there: it can be made by converting.
ModelForm formOf(const ModelConfig& config, Preset preset, const ContextChoice& context) {
    ModelForm form;
    form.preset = toText(name(preset));
    form.diskBytes = presetBytes(config, preset);
    const std::int64_t positions = positionsToReserve(config, context.tokens);
    setPlan(form, planMemory(config, form.diskBytes, positions, cacheType(context)));
    form.plan = std::make_shared<const FormPlan>(
        FormPlan{config, deviceSizes(config, preset), positions, cacheType(context)});
    return form;
}

Result<void> read(LibraryModel& model, const ContextChoice& context) {
    const fs::path folder = toPath(model.folder);
    const auto config = readConfig(folder);
    if (!config) return tl::unexpected(config.error());
    const auto checkpoint = Checkpoint::open(folder);
    if (!checkpoint) return tl::unexpected(checkpoint.error());
    if (auto checked = checkTensors(*checkpoint, *config); !checked) return checked;
    const auto chatTemplate = ChatTemplate::load(folder);
    // One of another model forbids only what needs it: chatting.
    const bool isOther = !chatTemplate && chatTemplate.error().code == ErrorCode::Unsupported;
    if (!chatTemplate && !isOther) return tl::unexpected(chatTemplate.error());

    model.kind = chatTemplate && *chatTemplate ? ModelKind::Chat : ModelKind::Base;
    if (isOther) model.templateProblem = presentError(chatTemplate.error());
    model.parameters = config->parameters();
    model.activeParameters = config->activeParametersPerToken();
    model.contextTokens = positionsToReserve(*config, context.tokens);
    ModelForm form;
    form.preset = presetOf(*config, *checkpoint);
    form.folder = model.folder;
    form.diskBytes = filesBytes(folder);
    setPlan(form, planMemory(*config, weightBytesInMemory(*checkpoint), model.contextTokens,
                             cacheType(context)));
    const auto sizes = deviceSizes(*config, *checkpoint);
    if (!sizes) return tl::unexpected(sizes.error());
    form.plan = std::make_shared<const FormPlan>(
        FormPlan{*config, *sizes, model.contextTokens, cacheType(context)});
    model.forms = {form};
    return {};
}

int placeOf(const ModelForm& form) {
    const auto preset = presetNamed(form.preset.toStdString());
    return preset ? static_cast<int>(*preset) : 0;
}

}  // namespace

LibraryModel scanModel(const QString& folder, ModelOrigin origin, const ContextChoice& context) {
    LibraryModel model;
    model.folder = folder;
    model.name = modelName(folder);
    model.origin = origin;
    if (auto done = read(model, context); !done) {
        model.problem = presentError(done.error());
    }
    return model;
}

bool isOfOurArchitecture(const QString& folder) {
    return readConfig(toPath(folder)).has_value();
}

LibraryModel publishedModel(const ContextChoice& context) {
    const ModelConfig config = publishedConfig();
    LibraryModel model;
    model.parameters = config.parameters();
    model.activeParameters = config.activeParametersPerToken();
    model.contextTokens = positionsToReserve(config, context.tokens);
    model.forms = {formOf(config, Preset::Bf16, context)};
    for (const Preset preset : kOffered)
        model.forms.append(formOf(config, preset, context));
    return model;
}

void addForms(LibraryModel& model, const QList<LibraryModel>& converted,
              const ContextChoice& context) {
    if (model.forms.isEmpty()) return;
    for (const LibraryModel& other : converted)
        model.forms += other.forms;
    const auto config = readConfig(toPath(model.folder));
    // What is quantised already is not quantised once more; the demo is small enough as it is.
    if (config && !config->quantization && model.origin != ModelOrigin::Demo) {
        for (const Preset preset : kOffered) {
            const ModelForm form = formOf(*config, preset, context);
            const bool isThere =
                std::any_of(model.forms.begin(), model.forms.end(),
                            [&](const ModelForm& other) { return other.preset == form.preset; });
            if (!isThere) model.forms.append(form);
        }
    }
    std::stable_sort(
        model.forms.begin(), model.forms.end(),
        [](const ModelForm& a, const ModelForm& b) { return placeOf(a) < placeOf(b); });
}

ComputerMemory measureMemory(quint64 heldBytes) {
    const MachineMemory memory = readMachineMemory();
    return {memory.totalBytes,
            std::min<quint64>(memory.totalBytes, memory.availableBytes + heldBytes),
            {}};
}

}  // namespace dsm
