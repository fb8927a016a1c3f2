// The real window over a real store in a folder of its own.
#pragma once

#include <QApplication>
#include <QTemporaryDir>
#include <functional>
#include <memory>

#include "app/services/benchmarks/benchmark_service.h"
#include "app/services/chat/chat_service.h"
#include "app/services/chat/conversation_export.h"
#include "app/services/chat/drafts.h"
#include "app/services/downloads/download_service.h"
#include "app/services/downloads/token_store.h"
#include "app/services/library/conversion_service.h"
#include "app/services/library/model_import.h"
#include "app/services/library/model_library.h"
#include "app/services/model/adapter_library.h"
#include "app/services/model/api_service.h"
#include "app/services/model/gpu_service.h"
#include "app/services/model/model_host.h"
#include "app/services/program/connections.h"
#include "app/services/program/settings.h"
#include "app/services/remote/model_in_use.h"
#include "app/services/remote/remote_engines.h"
#include "app/services/remote/remote_generator.h"
#include "app/services/spelling/spell_checker.h"
#include "app/services/texts/text_service.h"
#include "app/services/training/data/data_study.h"
#include "app/services/training/job/run_forecast.h"
#include "app/services/training/job/tuning_draft.h"
#include "app/services/training/results/evaluation_service.h"
#include "app/services/training/results/run_export.h"
#include "app/services/training/training_service.h"
#include "finetune_ui/finetune_page.h"
#include "tests/ui/scripted_generator.h"
#include "ui/shell/language.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/theme.h"

namespace dsm {

// The demo model where it has been trained, else the tiny random one of the engine's tests.
QString testModelFolder();

class WindowFixture {
  public:
    enum class Writer { Model, Script };

    // Whether windows have the page of fine-tuning. A third of what a window takes goes into making it:
    // tests of other pages leave it out.
    static inline bool hasFinetune = true;

    // Where windows look for dictionaries of spelling; none: nothing is checked.
    static inline QStringList dictionaryFolders;

    // Without a converter and a reader of memory those of the program. `prepare` changes the
    // settings before the window is made.
    explicit WindowFixture(
        Writer writer = Writer::Script, Converter converter = {},
        ModelLibrary::MemoryReader memory = {}, GpuReader gpus = [] { return GpuListing(); },
        std::function<void(Settings&)> prepare = {});
    ~WindowFixture();

    // With a script that answers at once, whose model is there and takes so many tokens; nullptr where
    // it does not come.
    static std::unique_ptr<WindowFixture> answering(qint64 room);

    // Ends the program and starts it again with the same data.
    void restart();
    // The same, after something was done to the file of the chats.
    void restartAfter(const std::function<void(const QString& file)>& change);
    // Waits until the model answers.
    bool waitForModel();

    MainWindow& window() { return *window_; }
    ChatPage* page() { return window_->page(); }
    ChatService& chat() { return *chat_; }
    TextService& texts() { return *texts_; }
    ModelHost& host() { return *host_; }
    RemoteEngines& engines() { return *engines_; }
    RemoteGenerator& remote() { return *remote_; }
    ModelInUse& inUse() { return *inUse_; }
    AdapterLibrary& adapters() { return *adapters_; }
    ModelLibrary& library() { return *library_; }
    DownloadService& downloads() { return *downloads_; }
    Connections& connections() { return *connections_; }
    ModelImport& imports() { return *imports_; }
    QString folder() const { return folder_.path(); }
    Drafts& drafts() { return *drafts_; }
    ConversionService& conversions() { return *conversions_; }
    Settings& settings() { return *settings_; }
    GpuService& gpus() { return *gpus_; }
    BenchmarkService& benchmarks() { return *benchmarks_; }
    TrainingService& training() { return *training_; }
    SpellChecker& spelling() { return *spelling_; }
    TuningDraft& tuningDraft() { return *tuningDraft_; }
    DataStudy& study() { return *study_; }
    FinetunePage& finetune() { return *finetune_; }
    Theme& theme() { return theme_; }
    ScriptedGenerator& script() { return *script_; }

    // Types into the composer and presses Enter.
    void sendMessage(const QString& text);
    // Waits until no reply is under way.
    bool waitForReply();
    // The text of the last message in the window.
    QString lastText();

  private:
    void start();
    void end();

    Writer writer_;
    Converter converter_;
    ModelLibrary::MemoryReader memory_;
    GpuReader gpuReader_;
    std::function<void(Settings&)> prepare_;
    QTemporaryDir folder_;
    Theme theme_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<Language> language_;
    MemoryTokenStore tokens_;
    std::unique_ptr<Connections> connections_;
    std::unique_ptr<ModelHost> host_;
    std::unique_ptr<RemoteEngines> engines_;
    std::unique_ptr<RemoteGenerator> remote_;
    std::unique_ptr<ModelInUse> inUse_;
    std::unique_ptr<AdapterLibrary> adapters_;
    std::unique_ptr<ScriptedGenerator> script_;
    std::unique_ptr<ChatService> chat_;
    std::unique_ptr<TextService> texts_;
    std::unique_ptr<ConversionService> conversions_;
    std::unique_ptr<ModelLibrary> library_;
    std::unique_ptr<ModelImport> imports_;
    std::unique_ptr<DownloadService> downloads_;
    std::unique_ptr<GpuService> gpus_;
    std::unique_ptr<Drafts> drafts_;
    std::unique_ptr<SpellChecker> spelling_;
    std::unique_ptr<EngineLease> lease_;
    std::unique_ptr<ApiService> api_;
    std::unique_ptr<TrainingService> training_;
    std::unique_ptr<TuningDraft> tuningDraft_;
    std::unique_ptr<RunForecast> forecast_;
    std::unique_ptr<EvaluationService> evaluations_;
    std::unique_ptr<BenchmarkService> benchmarks_;
    std::unique_ptr<RunExport> exporter_;
    std::unique_ptr<DataStudy> study_;
    std::unique_ptr<ConversationExport> examples_;
    FinetunePage* finetune_ = nullptr;  // the window's
    std::unique_ptr<MainWindow> window_;
};

}  // namespace dsm
