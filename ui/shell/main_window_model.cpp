// Which model the window has loaded, what it offers where one cannot be, and how adapters are tried.
#include <QDir>
#include <QFileDialog>

#include "app/services/chat/chat_service.h"
#include "app/services/library/model_library.h"
#include "app/services/model/adapter_library.h"
#include "app/services/model/model_host.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"
#include "app/services/remote/model_in_use.h"
#include "app/services/remote/remote_engines.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/compare_dialog.h"
#include "ui/chat/reply_ending.h"
#include "ui/models/models_page.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/typing_focus.h"
#include "ui/widgets/window_page.h"

namespace dsm {

void MainWindow::loadModel(const QString& folder) {
    load(folder, false);
}

void MainWindow::loadInstead(const QString& folder) {
    const QString remembered = parts_.settings.lastModelFolder();
    loadNow(folder, false);
    parts_.settings.setLastModelFolder(remembered);
}

void MainWindow::unload() {
    endReplies(this, {parts_.chat, parts_.texts, parts_.writer}, tr("Unload the model?"),
               tr("Unload"), [this] {
                   parts_.writer.use(0);
                   parts_.host.unload();
               });
}

ModelLoadChoices MainWindow::choicesFor(const QString& folder) const {
    ModelLoadChoices choices;
    choices.folder = folder;
    choices.backend = parts_.settings.backend();
    choices.gpu = parts_.settings.gpu();
    choices.gpuLayers = parts_.settings.gpuLayers();
    choices.threads = parts_.settings.threads();
    choices.contextLimit = parts_.settings.contextLimit();
    choices.contextIn8Bits = parts_.settings.contextIn8Bits();
    choices.isDemo = !parts_.demoModelFolder.isEmpty() && folder == parts_.demoModelFolder;
    choices.fromDisk = parts_.settings.weightsStayOnDisk();
    return choices;
}

void MainWindow::load(const QString& folder, bool fromDisk) {
    endReplies(this, {parts_.chat, parts_.texts, parts_.writer},
               tr("Load %1?").arg(QDir(folder).dirName()), tr("Load"),
               [this, folder, fromDisk] { loadNow(folder, fromDisk); });
}

void MainWindow::loadNow(const QString& folder, bool fromDisk) {
    ModelLoadChoices choices = choicesFor(folder);
    choices.fromDisk = choices.fromDisk || fromDisk;
    page_->banner()->hide();
    models_->banner()->hide();
    parts_.settings.setLastModelFolder(choices.isDemo ? QString() : folder);
    parts_.writer.use(0);
    parts_.host.load(choices);
}

// This time only: the settings stay as they are.
void MainWindow::goOnWithCpu(const QString& folder) {
    ModelLoadChoices choices = choicesFor(folder);
    choices.backend = QStringLiteral("cpu");
    page_->banner()->hide();
    models_->banner()->hide();
    parts_.host.load(choices);
}

void MainWindow::useEngine(qint64 id) {
    const RemoteEngine engine = parts_.engines.engine(id);
    if (engine.id == 0) return;
    endReplies(this, {parts_.chat, parts_.texts, parts_.writer}, tr("Use %1?").arg(engine.name),
               tr("Use"), [this, id] {
                   page_->banner()->hide();
                   models_->banner()->hide();
                   parts_.writer.use(id);
                   parts_.host.cancelLoad();
                   parts_.host.unload();
               });
}

void MainWindow::offerCpu(const QString& error) {
    const QString folder = parts_.host.status().folder;
    banner()->showMessage(
        Banner::Tone::Error, sayAgain(error), [] { return tr("Go on with the CPU"); },
        [this, folder] { goOnWithCpu(folder); });
}

void MainWindow::loadDemoModel() {
    loadModel(parts_.demoModelFolder);
}

void MainWindow::chooseModelFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a model folder"),
                                                             parts_.settings.lastModelFolder());
    if (!folder.isEmpty()) loadModel(folder);
}

void MainWindow::takeLoadResult(bool ok, const QString& error) {
    const ModelStatus status = parts_.host.status();
    // What was opened by its folder is at hand among the models from now on.
    if (ok && !status.isDemo && !parts_.library.formIn(status.folder).isPresent()) {
        parts_.library.addFolder(status.folder);
    }
    if (ok || error.isEmpty()) return;
    const QString folder = status.folder;
    if (status.gpuFailed) {
        offerCpu(error);
    } else if (parts_.library.formIn(folder).fit == MemoryFit::WontFit) {
        banner()->showMessage(
            Banner::Tone::Error, sayAgain(error), [] { return tr("Run from disk"); },
            [this, folder] { load(folder, true); });
    } else if (!parts_.demoModelFolder.isEmpty() && !status.isDemo) {
        banner()->showMessage(
            Banner::Tone::Error, sayAgain(error), [] { return tr("Use the demo model"); },
            [this] { loadDemoModel(); });
    } else {
        banner()->showMessage(
            Banner::Tone::Error, sayAgain(error), [] { return tr("Open another folder"); },
            [this] { chooseModelFolder(); });
    }
}

// In the chat, with both side by side in front of it.
void MainWindow::tryAdapter(const QString& adapterFolder, const QString& modelFolder) {
    if (!parts_.adapters.useOver(modelFolder, adapterFolder)) loadModel(modelFolder);
    newChat();
    const bool isModel = adapterFolder.isEmpty();
    const QString base = isModel ? originOf(modelFolder).baseFolder : modelFolder;
    if (base.isEmpty() || (isModel && QDir(base) == QDir(modelFolder))) {
        page_->banner()->showMessage(Banner::Tone::Note, [] {
            return tr("What this model was trained from is not known, so it answers alone.");
        });
        return;
    }
    compare(modelFolder, adapterFolder, 1);
}

WindowPage::Origin MainWindow::originOf(const QString& resultFolder) const {
    return parts_.finetune == nullptr ? WindowPage::Origin()
                                      : parts_.finetune->originOf(resultFolder);
}

void MainWindow::compareAnswers() {
    const ModelStatus status = parts_.host.status();
    const GenerationRequest question = parts_.chat.lastQuestion(page_->conversation());
    CompareDialog* dialog = compare(status.folder, status.adapterFolder, status.adapterScale);
    if (!question.messages.isEmpty()) dialog->ask(question);
}

CompareDialog* MainWindow::compare(const QString& modelFolder, const QString& adapterFolder,
                                   double scale) {
    const bool isModel = adapterFolder.isEmpty();
    const WindowPage::Origin origin = originOf(isModel ? modelFolder : adapterFolder);
    CompareDialog::Subject subject{.modelFolder = modelFolder,
                                   .adapterFolder = adapterFolder,
                                   .scale = scale,
                                   .prompts = origin.prompts,
                                   .system = origin.system,
                                   .choices = parts_.settings.generation()};
    if (isModel) {
        subject.baseFolder = origin.baseFolder;
        subject.load = [this](const QString& folder) { return choicesFor(folder); };
    }
    auto* dialog = new CompareDialog(subject, parts_.host, parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::finished, focus_, &TypingFocus::bringHome);
    dialog->show();
    return dialog;
}

}  // namespace dsm
