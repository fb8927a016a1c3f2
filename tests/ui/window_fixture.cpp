#include "tests/ui/window_fixture.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QTest>
#include <utility>

#include "app/services/training/engine_runner.h"
#include "ui/chat/chat_page.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"

namespace dsm {

QString testModelFolder() {
    const QString root = QStringLiteral(DSM_SOURCE_DIR);
    const QString demo = root + QStringLiteral("/resources/demo_model");
    const bool hasDemo = QFileInfo::exists(demo + QStringLiteral("/config.json"));
    return hasDemo ? demo : root + QStringLiteral("/tests/golden/tiny");
}

WindowFixture::WindowFixture(Writer writer, Converter converter, ModelLibrary::MemoryReader memory,
                             GpuReader gpus, std::function<void(Settings&)> prepare)
    : writer_(writer),
      converter_(std::move(converter)),
      memory_(std::move(memory)),
      gpuReader_(std::move(gpus)),
      prepare_(std::move(prepare)) {
    // What Qt warns of is a fault of the window; but for what only a display that is none lacks, and
    // fonts of this computer without a script that a random model happened to write.
    QTest::failOnWarning(QRegularExpression(
        QStringLiteral("^(?!This plugin does not support|  OpenType support missing)")));
    applyTheme(theme_, *qApp);
    start();
}

WindowFixture::~WindowFixture() {
    end();
}

std::unique_ptr<WindowFixture> WindowFixture::answering(qint64 room) {
    auto fixture = std::make_unique<WindowFixture>();
    fixture->script().setInterval(1);
    fixture->script().setRoom(room);
    return fixture->waitForModel() ? std::move(fixture) : nullptr;
}

void WindowFixture::start() {
    settings_ = std::make_unique<Settings>(folder_.filePath(QStringLiteral("settings.ini")));
    if (settings_->language().isEmpty()) settings_->setLanguage(QStringLiteral("en"));
    settings_->setThreads(1);  // of so small a model, two mostly wait for each other
    if (prepare_) std::exchange(prepare_, {})(*settings_);
    language_ = std::make_unique<Language>(*settings_);
    host_ = std::make_unique<ModelHost>(folder_.path());
    connections_ =
        std::make_unique<Connections>(folder_.filePath(QStringLiteral("connections.json")));
    engines_ = std::make_unique<RemoteEngines>(folder_.filePath(QStringLiteral("engines.json")),
                                               folder_.filePath(QStringLiteral("engine_keys.json")),
                                               tokens_, connections_.get());
    remote_ = std::make_unique<RemoteGenerator>(connections_.get());
    inUse_ = std::make_unique<ModelInUse>(*host_, *remote_, *engines_);
    adapters_ = std::make_unique<AdapterLibrary>(folder_.filePath(QStringLiteral("adapters")),
                                                 *host_, *settings_);
    script_ = std::make_unique<ScriptedGenerator>();
    TextGenerator* generator = script_.get();
    if (writer_ == Writer::Model) generator = inUse_.get();
    chat_ = std::make_unique<ChatService>(folder_.filePath(QStringLiteral("chats.db")), *generator,
                                          *settings_);
    texts_ = std::make_unique<TextService>(folder_.filePath(QStringLiteral("texts.db")), *generator,
                                           *settings_);
    const QString models = folder_.filePath(QStringLiteral("models"));
    conversions_ = std::make_unique<ConversionService>(models, converter_);
    library_ = std::make_unique<ModelLibrary>(
        ModelLibrary::Places{testModelFolder(), models, models + QStringLiteral(".json"),
                             folder_.filePath(QStringLiteral("trash.json"))},
        *conversions_, *settings_, memory_);
    imports_ = std::make_unique<ModelImport>(*library_, models);
    downloads_ = std::make_unique<DownloadService>(
        folder_.filePath(QStringLiteral("downloads.json")), tokens_, nullptr, connections_.get());
    DownloadOptions options = downloads_->options();
    options.folder = folder_.filePath(QStringLiteral("hub"));
    options.proxy.kind = ProxyChoice::Kind::None;
    downloads_->setOptions(options);
    library_->setCacheFolders({options.folder});
    gpus_ = std::make_unique<GpuService>(gpuReader_);
    drafts_ = std::make_unique<Drafts>(folder_.filePath(QStringLiteral("drafts.json")));
    spelling_ = std::make_unique<SpellChecker>(folder_.filePath(QStringLiteral("words.txt")),
                                               dictionaryFolders);
    lease_ = std::make_unique<EngineLease>();
    host_->share(*lease_);
    api_ = std::make_unique<ApiService>(*host_, *settings_);
    training_ = std::make_unique<TrainingService>(folder_.filePath(QStringLiteral("training.db")),
                                                  *lease_, trainWithEngine);
    tuningDraft_ =
        std::make_unique<TuningDraft>(folder_.filePath(QStringLiteral("finetune_draft.json")));
    // A run would take the first GPU of the script.
    forecast_ = std::make_unique<RunForecast>([reader = gpuReader_] {
        const GpuListing listing = reader();
        if (listing.gpus.isEmpty()) return std::optional<TrainingGpuInfo>();
        const GpuInfo& gpu = listing.gpus.first();
        return std::optional(TrainingGpuInfo{gpu.name, gpu.totalBytes, gpu.freeBytes});
    });
    evaluations_ = std::make_unique<EvaluationService>(
        *lease_, folder_.filePath(QStringLiteral("evaluations")));
    benchmarks_ = std::make_unique<BenchmarkService>(QString(), *lease_);  // in memory
    exporter_ = std::make_unique<RunExport>();
    study_ = std::make_unique<DataStudy>();
    examples_ =
        std::make_unique<ConversationExport>(*chat_, folder_.filePath(QStringLiteral("examples")));
    finetune_ = nullptr;
    if (hasFinetune) {
        finetune_ = new FinetunePage(
            {*tuningDraft_, *training_, *forecast_, *library_, *study_, *examples_, theme_,
             folder_.filePath(QStringLiteral("adapters")), *evaluations_, *exporter_, *adapters_});
    }
    window_ = std::make_unique<MainWindow>(MainWindow::Parts{
        *chat_, *host_, *inUse_, *engines_, *adapters_, *library_, *imports_, *conversions_,
        *downloads_, *drafts_, *settings_, theme_, *gpus_, *texts_, testModelFolder(), finetune_,
        spelling_.get(), api_.get(), benchmarks_.get()});
    window_->show();
    window_->activateWindow();
    if (engines_->inUse() != 0) {
        window_->useEngine(engines_->inUse());
    } else {
        window_->loadModel(testModelFolder());
    }
}

void WindowFixture::end() {
    if (window_) window_->close();
    window_.reset();
    examples_.reset();
    study_.reset();
    forecast_.reset();
    benchmarks_.reset();
    exporter_.reset();
    evaluations_.reset();
    tuningDraft_.reset();
    training_.reset();
    api_.reset();
    spelling_.reset();
    drafts_.reset();
    gpus_.reset();
    downloads_.reset();
    imports_.reset();
    library_.reset();
    conversions_.reset();
    texts_.reset();
    chat_.reset();
    script_.reset();
    adapters_.reset();
    inUse_.reset();
    remote_.reset();
    engines_.reset();
    host_.reset();
    connections_.reset();
    lease_.reset();
    language_.reset();
    settings_.reset();
}

void WindowFixture::restart() {
    end();
    start();
}

void WindowFixture::restartAfter(const std::function<void(const QString& file)>& change) {
    end();
    change(folder_.filePath(QStringLiteral("chats.db")));
    start();
}

bool WindowFixture::waitForModel() {
    return QTest::qWaitFor(
        [this] {
            return host_->status().state == ModelState::Ready &&
                   window_->page()->composer()->isReady();
        },
        30000);
}

void WindowFixture::sendMessage(const QString& text) {
    PromptEdit* editor = window_->page()->composer()->editor();
    // QTest types what a keyboard has; the rest is what an input method commits.
    editor->insertPlainText(text);
    QTest::keyClick(editor, Qt::Key_Return);
}

bool WindowFixture::waitForReply() {
    return QTest::qWaitFor([this] { return !chat_->isGenerating(window_->page()->conversation()); },
                           30000);
}

QString WindowFixture::lastText() {
    const auto& items = window_->page()->messages()->items();
    return items.empty() ? QString() : items.back()->content().text;
}

}  // namespace dsm
