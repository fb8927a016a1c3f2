#include "ui/shell/main_window.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "app/services/chat/chat_service.h"
#include "app/services/library/model_library.h"
#include "app/services/model/adapter_library.h"
#include "app/services/model/model_host.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"
#include "app/services/remote/model_in_use.h"
#include "app/services/transfer/chat_export.h"
#include "app/services/transfer/chat_import.h"
#include "ui/benchmarks/benchmarks_page.h"
#include "ui/chat/chat_page.h"
#include "ui/history/printed_chat.h"
#include "ui/models/models_page.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/about_dialog.h"
#include "ui/shell/close_question.h"
#include "ui/shell/commands.h"
#include "ui/shell/data_notices.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/sidebar_collapse.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/tray.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/texts_page.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"
#include "ui/widgets/typing_focus.h"
#include "ui/widgets/verbatim.h"
#include "ui/widgets/window_page.h"

namespace dsm {
namespace {

constexpr int kSidebarWidth = 268;
constexpr int kContentWidth = 912;  // of a window of the first size
constexpr QSize kLeastSize{480, 360};

}  // namespace

MainWindow::MainWindow(const Parts& parts, QWidget* parent)
    : QMainWindow(parent),
      parts_(parts),
      commands_(new Commands(parts.settings, this)),
      export_(new ChatExport(parts.chat, &pdfOf, this)),
      import_(new ChatImport(parts.chat, this)),
      splitter_(new QSplitter(Qt::Horizontal, this)),
      sidebar_(new Sidebar(parts.chat, parts.settings, parts.theme, this)),
      pages_(new QStackedWidget(this)),
      page_(
          new ChatPage(parts.chat, parts.writer, parts.drafts, parts.settings, parts.theme, this)),
      texts_(new TextsPage({parts.texts, parts.writer, parts.theme}, this)),
      models_(new ModelsPage(
          {parts.library, parts.imports, parts.conversions, parts.host, parts.downloads,
           parts.settings, parts.theme, parts.engines, parts.writer},
          this)),
      strip_(new StatusStrip({parts.host, parts.writer, parts.engines, parts.adapters,
                              parts.library, parts.theme, !parts.demoModelFolder.isEmpty()},
                             this)),
      toast_(nullptr),
      dataNotices_(new DataNotices(parts.chat, parts.theme, this)),
      collapse_(new SidebarCollapse(this, sidebar_, parts.theme,
                                    [this](bool isThere) { setSidebarVisible(isThere); })),
      focus_(new TypingFocus(this,
                             [this] {
                                 QWidget* typing = isChatShown() ? page_->composer()->editor()
                                                   : isTextsShown()
                                                       ? static_cast<QWidget*>(texts_->editor())
                                                       : nullptr;
                                 QWidget* otherwise =
                                     isFinetuneShown()     ? parts_.finetune->firstControl()
                                     : isBenchmarksShown() ? benchmarks_->firstControl()
                                                           : models_->firstControl();
                                 return TypingFocus::Places{typing, otherwise};
                             })),
      closeQuestion_(new CloseQuestion(this, parts.chat, parts.texts, parts.drafts)),
      tray_(new Tray(*this, parts.chat, parts.writer, parts.settings, parts.theme)) {
    makeLayout();
    makeCommands();
    makeConnections();
    if (parts_.finetune != nullptr) makeFinetune();
    if (parts_.benchmarks != nullptr) makeBenchmarks();
    if (parts_.spelling != nullptr) checkSpelling();
    applyTheme();
    restorePlace();
    updateTitle();
    dataNotices_->showAll();
    page_->focusComposer();
}

// The editor gives the keyboard away when it is deleted with all else here: by then nobody may ask
// which page is shown.
MainWindow::~MainWindow() {
    delete focus_;
}

void MainWindow::makeLayout() {
    auto* right = new QWidget(this);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    pages_->addWidget(page_);
    pages_->addWidget(texts_);
    pages_->addWidget(models_);
    if (parts_.finetune != nullptr) pages_->addWidget(parts_.finetune);
    auto* notices = new QHBoxLayout;
    notices->setContentsMargins(space::kHuge, space::kSmall, space::kHuge, 0);
    notices->addWidget(dataNotices_);
    column->addLayout(notices);
    column->addWidget(pages_, 1);
    column->addWidget(strip_);
    toast_ = new Toast(parts_.theme, right);
    texts_->setToast(toast_);
    models_->setToast(toast_);
    splitter_->addWidget(sidebar_);
    splitter_->addWidget(right);
    splitter_->setStretchFactor(0, 0);
    splitter_->setStretchFactor(1, 1);
    splitter_->setChildrenCollapsible(false);
    splitter_->setHandleWidth(1);
    splitter_->setSizes({kSidebarWidth, kContentWidth});
    setCentralWidget(splitter_);
    setMinimumSize(kLeastSize);
    // From the message to the list and around: the order in which one works.
    setTabOrder(pages_, strip_);
}

void MainWindow::makeConnections() {
    connect(sidebar_, &Sidebar::newChatRequested, this, &MainWindow::newChat);
    connect(sidebar_, &Sidebar::conversationChosen, this, &MainWindow::openConversation);
    connect(sidebar_, &Sidebar::conversationRemoved, this, &MainWindow::offerUndo);
    connectChats();
    connect(sidebar_, &Sidebar::modelsRequested, this, &MainWindow::showModels);
    connect(sidebar_, &Sidebar::settingsRequested, this, &MainWindow::showSettings);
    connect(sidebar_, &Sidebar::aboutRequested, this, &MainWindow::showAbout);
    connect(sidebar_, &Sidebar::hideRequested, this, [this] { chooseSidebar(false); });
    connect(sidebar_, &Sidebar::renamingEnded, focus_, &TypingFocus::bringHome);
    connect(sidebar_, &Sidebar::conversationActivated, this, &MainWindow::showChat);
    connect(page_, &ChatPage::conversationShown, sidebar_, &Sidebar::setCurrent);
    connect(page_, &ChatPage::titleChanged, this, &MainWindow::updateTitle);
    connect(page_, &ChatPage::forkRequested, this, &MainWindow::forkChat);
    connect(page_, &ChatPage::promptsRequested, this, &MainWindow::showPrompts);
    connect(page_, &ChatPage::contextChanged, this,
            [this] { strip_->setConversation(page_->conversation(), page_->contextTokens()); });
    connect(pages_, &QStackedWidget::currentChanged, this,
            [this] { strip_->setChatShown(isChatShown()); });
    connect(page_, &ChatPage::sidebarRequested, this, [this] { chooseSidebar(true); });
    connect(page_, &ChatPage::newChatRequested, this, &MainWindow::newChat);
    connectTexts();
    connect(models_, &ModelsPage::loadRequested, this, &MainWindow::load);
    connect(models_, &ModelsPage::engineRequested, this, &MainWindow::useEngine);
    connect(models_, &ModelsPage::chatRequested, this, &MainWindow::newChat);
    connect(models_, &ModelsPage::backRequested, this, &MainWindow::showChat);
    connect(models_, &ModelsPage::sidebarRequested, this, [this] { chooseSidebar(true); });
    connect(models_, &ModelsPage::newChatRequested, this, &MainWindow::newChat);
    connect(dataNotices_, &DataNotices::newChatRequested, this, &MainWindow::newChat);
    connect(strip_, &StatusStrip::modelsRequested, this, &MainWindow::showModels);
    connect(strip_, &StatusStrip::modelChosen, this, &MainWindow::loadModel);
    connect(strip_, &StatusStrip::engineChosen, this, &MainWindow::useEngine);
    connect(strip_, &StatusStrip::unloadRequested, this, &MainWindow::unload);
    connect(strip_, &StatusStrip::openModelRequested, this, &MainWindow::chooseModelFolder);
    connect(strip_, &StatusStrip::demoModelRequested, this, &MainWindow::loadDemoModel);
    connect(strip_, &StatusStrip::comparisonRequested, this, &MainWindow::compareAnswers);
    connect(&parts_.adapters, &AdapterLibrary::failed, this, [this](const QString& message) {
        banner()->showMessage(Banner::Tone::Error, sayAgain(message));
    });
    connect(&parts_.host, &ModelHost::loadFinished, this, &MainWindow::takeLoadResult);
    connect(&parts_.host, &ModelHost::gpuLost, this, &MainWindow::offerCpu);
    connect(&parts_.theme, &Theme::changed, this, &MainWindow::applyTheme);
    onLanguageChange(this, [this] { updateTitle(); });
    connect(&parts_.settings, &Settings::notKept, this, &MainWindow::showNotice);
    connect(&parts_.settings, &Settings::modelLoadingChanged, this, [this] {
        const QString folder = parts_.host.status().folder;
        if (folder.isEmpty()) return;
        banner()->showMessage(
            Banner::Tone::Note,
            [] { return tr("The change holds from the next time a model is loaded."); },
            [] { return tr("Load again"); }, [this, folder] { loadModel(folder); });
    });
}

void MainWindow::connectTexts() {
    connect(sidebar_, &Sidebar::textsRequested, this, &MainWindow::showTexts);
    connect(texts_, &TextsPage::backRequested, this, &MainWindow::showChat);
    connect(texts_, &TextsPage::sidebarRequested, this, [this] { chooseSidebar(true); });
    connect(texts_, &TextsPage::newChatRequested, this, &MainWindow::newChat);
}

void MainWindow::makeFinetune() {
    WindowPage* finetune = parts_.finetune;
    sidebar_->offerFinetune();
    connect(sidebar_, &Sidebar::finetuneRequested, this, &MainWindow::showFinetune);
    connect(finetune, &WindowPage::backRequested, this, &MainWindow::showChat);
    connect(finetune, &WindowPage::sidebarRequested, this, [this] { chooseSidebar(true); });
    connect(finetune, &WindowPage::newChatRequested, this, &MainWindow::newChat);
    connect(finetune, &WindowPage::trialRequested, this, &MainWindow::tryAdapter);
}

void MainWindow::makeBenchmarks() {
    benchmarks_ = new BenchmarksPage(
        {*parts_.benchmarks, parts_.library, parts_.adapters, parts_.host, parts_.theme}, this);
    pages_->addWidget(benchmarks_);
    benchmarks_->setToast(toast_);
    sidebar_->offerBenchmarks();
    connect(sidebar_, &Sidebar::benchmarksRequested, this, &MainWindow::showBenchmarks);
    connect(benchmarks_, &BenchmarksPage::backRequested, this, &MainWindow::showChat);
    connect(benchmarks_, &BenchmarksPage::sidebarRequested, this, [this] { chooseSidebar(true); });
    connect(benchmarks_, &BenchmarksPage::newChatRequested, this, &MainWindow::newChat);
}

void MainWindow::newChat() {
    page_->setConversation(0);
    showChat();
}

void MainWindow::showChat() {
    pages_->setCurrentWidget(page_);
    sidebar_->setPlace(Sidebar::Place::Chat);
    sidebar_->setCurrent(page_->conversation());
    page_->focusComposer();
    updateTitle();
}

void MainWindow::showModels() {
    pages_->setCurrentWidget(models_);
    sidebar_->setCurrent(0);
    sidebar_->setPlace(Sidebar::Place::Models);
    models_->focusFirst();
    updateTitle();
}

void MainWindow::showTexts() {
    pages_->setCurrentWidget(texts_);
    sidebar_->setCurrent(0);
    sidebar_->setPlace(Sidebar::Place::Texts);
    texts_->editor()->setFocus(Qt::OtherFocusReason);
    updateTitle();
}

void MainWindow::showFinetune() {
    pages_->setCurrentWidget(parts_.finetune);
    sidebar_->setCurrent(0);
    sidebar_->setPlace(Sidebar::Place::Finetune);
    parts_.finetune->firstControl()->setFocus(Qt::OtherFocusReason);
    updateTitle();
}

void MainWindow::showBenchmarks() {
    pages_->setCurrentWidget(benchmarks_);
    sidebar_->setCurrent(0);
    sidebar_->setPlace(Sidebar::Place::Benchmarks);
    benchmarks_->firstControl()->setFocus(Qt::OtherFocusReason);
    updateTitle();
}

bool MainWindow::isModelsShown() const {
    return pages_->currentWidget() == models_;
}

bool MainWindow::isFinetuneShown() const {
    return parts_.finetune != nullptr && pages_->currentWidget() == parts_.finetune;
}

bool MainWindow::isBenchmarksShown() const {
    return benchmarks_ != nullptr && pages_->currentWidget() == benchmarks_;
}

bool MainWindow::isTextsShown() const {
    return pages_->currentWidget() == texts_;
}

bool MainWindow::isChatShown() const {
    return pages_->currentWidget() == page_;
}

Banner* MainWindow::banner() const {
    if (isFinetuneShown()) return parts_.finetune->banner();
    if (isTextsShown()) return texts_->banner();
    if (isBenchmarksShown()) return benchmarks_->banner();
    return isModelsShown() ? models_->banner() : page_->banner();
}

void MainWindow::openConversation(qint64 id, qint64 messageId, const QStringList& words) {
    const bool wasElsewhere = !isChatShown();
    page_->setConversation(id);
    if (wasElsewhere) showChat();
    if (messageId != 0) page_->scrollTo(messageId, words);
}

void MainWindow::showNotice(const QString& text) {
    banner()->showMessage(Banner::Tone::Warning, sayAgain(text));
}

void MainWindow::chooseSidebar(bool isVisible) {
    collapse_->forget();
    setSidebarVisible(isVisible);
}

void MainWindow::setSidebarVisible(bool isVisible) {
    sidebar_->setVisible(isVisible);
    page_->setSidebarHidden(!isVisible);
    texts_->setSidebarHidden(!isVisible);
    models_->setSidebarHidden(!isVisible);
    if (parts_.finetune != nullptr) parts_.finetune->setSidebarHidden(!isVisible);
    if (benchmarks_ != nullptr) benchmarks_->setSidebarHidden(!isVisible);
}

void MainWindow::showSettings() {
    if (settingsDialog_.isNull()) {
        settingsDialog_ = new SettingsDialog(parts_.settings, parts_.downloads, parts_.gpus,
                                             parts_.spelling, parts_.api, parts_.theme, this);
        settingsDialog_->setAttribute(Qt::WA_DeleteOnClose);
        connect(settingsDialog_, &QDialog::finished, focus_, &TypingFocus::bringHome);
        connect(settingsDialog_, &SettingsDialog::backupsRequested, this, &MainWindow::showBackups);
    }
    settingsDialog_->show();
    settingsDialog_->raise();
    settingsDialog_->activateWindow();
}

void MainWindow::showAbout() {
    auto* about = new AboutDialog(parts_.theme, parts_.writer.status(), this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    connect(about, &QDialog::finished, focus_, &TypingFocus::bringHome);
    about->show();
}

void MainWindow::updateTitle() {
    QString title;
    if (isModelsShown()) {
        title = tr("Models");
    } else if (isTextsShown()) {
        title = tr("Texts");
    } else if (isBenchmarksShown()) {
        title = tr("Benchmarks");
    } else if (isFinetuneShown()) {
        title = parts_.finetune->windowTitle();
    } else if (page_->conversation() != 0) {
        title = page_->title();
    }
    setWindowTitle(title.isEmpty()
                       ? QStringLiteral("DeepSeekMoE Desktop")
                       : QStringLiteral("%1 – DeepSeekMoE Desktop").arg(verbatimTitle(title)));
}

void MainWindow::applyTheme() {
    setWindowIcon(parts_.theme.icon(IconName::Logo));
}

// A key that nothing else took.
void MainWindow::keyPressEvent(QKeyEvent* event) {
    QWidget* editor =
        isTextsShown() ? static_cast<QWidget*>(texts_->editor()) : page_->composer()->editor();
    const bool isThere = isChatShown() || isTextsShown();
    if (!isThere || !writesText(*event) || editor->hasFocus())
        return QMainWindow::keyPressEvent(event);
    if (isTextsShown()) {
        editor->setFocus(Qt::OtherFocusReason);
    } else {
        page_->focusComposer();
    }
    QCoreApplication::sendEvent(editor, event);
}

}  // namespace dsm
