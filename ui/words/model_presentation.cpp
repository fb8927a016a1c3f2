#include "ui/words/model_presentation.h"

#include <QCoreApplication>
#include <QDir>
#include <QLocale>
#include <array>

#include "app/services/model/model_host.h"
#include "app/services/program/readable_bytes.h"
#include "app/services/program/said.h"

namespace dsm {
namespace {

struct PresetWording {
    const char* preset;
    const char* title;
    const char* purpose;
};

constexpr std::array kPresetWordings{
    PresetWording{"bf16", QT_TRANSLATE_NOOP("ModelPresentation", "16 bits"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "Exact, as published")},
    PresetWording{"f16", QT_TRANSLATE_NOOP("ModelPresentation", "16 bits"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "Exact, as published")},
    PresetWording{"f32", QT_TRANSLATE_NOOP("ModelPresentation", "32 bits"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "Exact, as published")},
    PresetWording{"q8", QT_TRANSLATE_NOOP("ModelPresentation", "8 bits"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "As good as exact")},
    PresetWording{"q4", QT_TRANSLATE_NOOP("ModelPresentation", "4 bits"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "Slightly less exact")},
    PresetWording{"q4-small", QT_TRANSLATE_NOOP("ModelPresentation", "4 bits, smallest"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "Least memory, fastest")},
    PresetWording{"nf4", QT_TRANSLATE_NOOP("ModelPresentation", "4 bits (NF4)"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "For fine-tuning")},
    PresetWording{"nf4-double", QT_TRANSLATE_NOOP("ModelPresentation", "4 bits (NF4, double)"),
                  QT_TRANSLATE_NOOP("ModelPresentation", "For fine-tuning")},
};

struct Wording {
    Q_DECLARE_TR_FUNCTIONS(ModelPresentation)

  public:
    static QString count(qint64 number) {
        const QLocale locale;
        const auto value = static_cast<double>(number);
        if (value >= 1e9) return tr("%1 billion").arg(locale.toString(value / 1e9, 'f', 1));
        if (value >= 1e6) return tr("%1 million").arg(locale.toString(value / 1e6, 'f', 1));
        return locale.toString(number);
    }

    static QString sizes(const LibraryModel& model) {
        return tr("%1 parameters, %2 of them at work for each token")
            .arg(count(model.parameters), count(model.activeParameters));
    }

    static QString numbersOnGpu(const FormOnGpu& onGpu, const ComputerMemory& memory) {
        if (onGpu.holdsEverything()) {
            return tr("Computed by the GPU %1: takes %2 of its memory, of which %3 are free.")
                .arg(onGpu.gpu, presentBytes(onGpu.bytes), presentBytes(onGpu.freeBytes));
        }
        return tr("The GPU %1 has no room for the experts of %2 of %3 layers, which the CPU "
                  "computes. Takes %4 of the GPU's memory and %5 of this computer's.")
                   .arg(onGpu.gpu, QString::number(onGpu.layers - onGpu.layersOnGpu),
                        QString::number(onGpu.layers), presentBytes(onGpu.bytes),
                        presentBytes(onGpu.hostBytes)) +
               QLatin1Char(' ') + presentMemory(memory);
    }

    static QString numbersOf(const ModelForm& form, const LibraryModel& model,
                             const ComputerMemory& memory) {
        if (form.onGpu.isThere()) return numbersOnGpu(form.onGpu, memory);
        const QString numbers =
            tr("Needs %1 of memory: %2 for the weights, %3 for a context of %4 tokens and %5 to "
               "compute in.")
                .arg(presentBytes(form.memoryBytes()), presentBytes(form.weightBytes),
                     presentBytes(form.cacheBytes), QLocale().toString(model.contextTokens),
                     presentBytes(form.workspaceBytes)) +
            QLatin1Char(' ') + presentMemory(memory);
        if (form.onGpu.refusal.isEmpty()) return numbers;
        return numbers + QLatin1Char(' ') + tr("Not on the GPU:") + QLatin1Char(' ') +
               saidAgain(form.onGpu.refusal);
    }

    static FitWording fit(const ModelForm& form, const LibraryModel& model,
                          const ComputerMemory& memory) {
        const QString numbers = numbersOf(form, model, memory);
        const auto explain = [&](const QString& verdict) {
            return verdict + QLatin1Char(' ') + numbers;
        };
        switch (form.fit) {
            case MemoryFit::Fits:
                if (form.onGpu.holdsEverything())
                    return {Pill::Tone::Good, tr("Fits the GPU"), numbers};
                if (form.onGpu.isThere())
                    return {Pill::Tone::Warning, tr("Partly on the GPU"), numbers};
                return {Pill::Tone::Good, tr("Fits"), numbers};
            case MemoryFit::MayBeSlow:
                return {Pill::Tone::Warning, tr("May be slow"),
                        explain(tr("Other programs take the memory it needs. Close some, or parts "
                                   "of it will be read from the disk again and again."))};
            case MemoryFit::WontFit:
                break;
        }
        if (form.onGpu.isRefused())
            return {Pill::Tone::Bad, tr("Won't fit"), saidAgain(form.onGpu.refusal)};
        return {Pill::Tone::Bad, tr("Won't fit"),
                explain(tr("It is larger than the memory of this computer. Choose a smaller "
                           "format."))};
    }

    static KindWording kind(const LibraryModel& model) {
        if (model.origin == ModelOrigin::Demo) {
            return {Pill::Tone::Warning, tr("Demo"),
                    tr("This tiny model ships with the program so that it works at once. It makes "
                       "mistakes.")};
        }
        if (model.kind == ModelKind::Chat) {
            return {Pill::Tone::Accent, tr("Chat"), tr("Answers questions.")};
        }
        if (!model.templateProblem.isEmpty()) {
            return {Pill::Tone::Warning, tr("Base"),
                    tr("It has a chat template that this program cannot use, so it goes on with "
                       "your text instead of answering. %1")
                        .arg(saidAgain(model.templateProblem))};
        }
        return {Pill::Tone::Neutral, tr("Base"),
                tr("Goes on with your text; it does not answer questions.")};
    }

    static QString memory(const ComputerMemory& memory) {
        return tr("This computer has %1 of memory, %2 of it available.")
            .arg(presentBytes(memory.totalBytes), presentBytes(memory.availableBytes));
    }

    static QString cpu(const ModelStatus& status) {
        if (status.isReference) return tr("CPU (reference)");
        return tr("CPU, %n threads", nullptr, status.threads);
    }

    static QString backend(const ModelStatus& status) {
        if (status.gpuIndex < 0) return cpu(status);
        const QString gpu = tr("GPU %1 (%2)").arg(QString::number(status.gpuIndex), status.gpuName);
        if (status.layersOnGpu >= status.layers) return gpu;
        return tr("%1, the experts of %2 of %3 layers on the %4")
            .arg(gpu, QString::number(status.layers - status.layersOnGpu),
                 QString::number(status.layers), cpu(status));
    }

    static QString time(std::chrono::seconds time) {
        if (time < std::chrono::minutes(1)) return tr("less than a minute left");
        const auto minutes = static_cast<int>((time.count() + 30) / 60);
        if (minutes < 60) return tr("%n minutes left", nullptr, minutes);
        return tr("%n hours left", nullptr, (minutes + 30) / 60);
    }

    static QString progress(const Conversion& conversion) {
        const QString percent =
            QLocale().toString(static_cast<int>(conversion.share() * 100)) + QLatin1Char('%');
        switch (conversion.state) {
            case ConversionState::Waiting:
                return tr("Waits for its turn");
            case ConversionState::Stopped:
                return tr("Stopped at %1").arg(percent);
            case ConversionState::Failed:
                return saidAgain(conversion.error);
            case ConversionState::Finished:
                return {};
            case ConversionState::Running:
                break;
        }
        QStringList parts{percent};
        if (conversion.bytesPerSecond > 0) {
            parts += tr("%1/s").arg(presentBytes(static_cast<quint64>(conversion.bytesPerSecond)));
            parts += presentTime(conversion.timeLeft);
        }
        return parts.join(QStringLiteral(" · "));
    }
};

}  // namespace

QString presentBytes(quint64 bytes) {
    return readableBytes(static_cast<qint64>(bytes));
}

QString presentTime(std::chrono::seconds time) {
    return Wording::time(time);
}

QString presentPreset(const QString& preset) {
    for (const PresetWording& wording : kPresetWordings) {
        if (preset == QLatin1String(wording.preset)) return Wording::tr(wording.title);
    }
    return preset;
}

QString presentPresetPurpose(const QString& preset) {
    for (const PresetWording& wording : kPresetWordings) {
        if (preset == QLatin1String(wording.preset)) return Wording::tr(wording.purpose);
    }
    return {};
}

FitWording presentFit(const ModelForm& form, const LibraryModel& model,
                      const ComputerMemory& memory) {
    return Wording::fit(form, model, memory);
}

KindWording presentKind(const LibraryModel& model) {
    return Wording::kind(model);
}

QString presentSizes(const LibraryModel& model) {
    return Wording::sizes(model);
}

QString presentMemory(const ComputerMemory& memory) {
    return Wording::memory(memory);
}

QString presentProgress(const Conversion& conversion) {
    return Wording::progress(conversion);
}

QString presentBackend(const ModelStatus& status) {
    return Wording::backend(status);
}

bool isFolderOf(const ModelStatus& status, const QString& folder) {
    const bool isThere = status.state == ModelState::Loading || status.state == ModelState::Ready ||
                         status.state == ModelState::Generating;
    return isThere && !folder.isEmpty() && QDir(status.folder) == QDir(folder);
}

}  // namespace dsm
