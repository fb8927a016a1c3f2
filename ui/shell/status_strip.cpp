#include "ui/shell/status_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <algorithm>

#include "app/services/library/model_library.h"
#include "app/services/model/adapter_library.h"
#include "app/services/model/model_host.h"
#include "app/services/program/said.h"
#include "app/services/remote/engine_address.h"
#include "app/services/remote/remote_engines.h"
#include "ui/shell/adapter_menu.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/meter.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/verbatim.h"
#include "ui/words/message_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr int kHeight = 40;
constexpr int kButtonHeight = 30;
constexpr int kBadgeHeight = 22;
constexpr int kProgressWidth = 100;
constexpr int kAround = 60;          // margins, and the arrow behind the name
constexpr int kBadgePadding = 9;     // as in the theme's sheet
constexpr qint64 kLongPrompt = 256;  // tokens: reading fewer is over before anybody looks
constexpr qsizetype kMostInMenu = 20;

}  // namespace

StatusStrip::StatusStrip(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      host_(parts.host),
      writer_(parts.writer),
      engines_(parts.engines),
      theme_(parts.theme),
      library_(parts.library),
      hasDemoModel_(parts.hasDemoModel),
      adapterMenu_(new AdapterMenu(parts.adapters, this)),
      model_(new QPushButton(this)),
      badge_(new Label(this)),
      progress_(new QProgressBar(this)),
      progressText_(new Label(this)),
      cancel_(new QPushButton(this)),
      backend_(new Label(this)),
      memory_(new Label(this)),
      context_(new Label(this)),
      contextMeter_(new Meter(parts.theme, this)),
      speed_(new Label(this)) {
    model_->setProperty("kind", QStringLiteral("plain"));
    model_->setLayoutDirection(Qt::RightToLeft);  // the arrow stands behind the name
    model_->setProperty("small", true);
    badge_->setProperty("kind", QStringLiteral("badge"));
    cancel_->setProperty("kind", QStringLiteral("link"));
    cancel_->setProperty("small", true);
    progress_->setTextVisible(false);
    progress_->setRange(0, 1000);
    makeLayout();
    connect(model_, &QPushButton::clicked, this, &StatusStrip::showMenu);
    connect(cancel_, &QPushButton::clicked, &host_, &ModelHost::cancelLoad);
    connect(&writer_, &TextGenerator::statusChanged, this, &StatusStrip::refresh);
    connect(&writer_, &TextGenerator::modelChanged, this, &StatusStrip::refresh);
    connect(adapterMenu_, &AdapterMenu::comparisonRequested, this,
            &StatusStrip::comparisonRequested);
    connect(&theme_, &Theme::changed, this, &StatusStrip::applyTheme);
    onLanguageChange(this, [this] {
        adapterMenu_->refresh();
        refresh();
    });
    applyTheme();
    refresh();
}

void StatusStrip::makeLayout() {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::kMedium, 0, space::kLarge, 0);
    row->setSpacing(space::kSmall);
    row->addWidget(model_);
    row->addWidget(badge_, 0, Qt::AlignVCenter);
    row->addWidget(progress_);
    row->addWidget(progressText_);
    row->addWidget(cancel_);
    row->addStretch(1);
    for (QWidget* part : std::initializer_list<QWidget*>{backend_, memory_, speed_, context_}) {
        row->addWidget(part);
        row->addSpacing(space::kSmall);
    }
    row->addWidget(contextMeter_);
}

void StatusStrip::refresh() {
    const ModelStatus status = writer_.status();
    QString name = presentModelName(status.name);
    if (status.state == ModelState::Empty) name = tr("No model loaded");
    if (status.state == ModelState::Failed) name = tr("Model not loaded");
    if (status.state == ModelState::Loading && name.isEmpty()) name = tr("Loading");
    if (status.isLoaded() && !status.adapterFolder.isEmpty())
        name = tr("%1 with %2").arg(name, AdapterLibrary::nameOf(status.adapterFolder));
    name_ = name.simplified();
    model_->setAccessibleName(tr("Model: %1").arg(name_));
    model_->setToolTip(status.isRemote() ? tr("At %1").arg(status.remoteHost) : status.folder);
    badge_->setVisible(status.isDemo && status.isLoaded());
    badge_->setToolTip(
        tr("This tiny model ships with the program so that it works at once. It makes mistakes."));
    showLoading(status);
    showReading(status);
    showWaiting(status);
    showNumbers(status);
    if (status.isRemote()) showRemote(status);
    dropWhatDoesNotFit();
}

// What is known of a computer elsewhere: whether it answers.
void StatusStrip::showRemote(const ModelStatus& status) {
    const QString where = tr("At %1").arg(status.remoteHost);
    const bool isWell = status.remoteProblem.isEmpty();
    backend_->setText(isWell ? where : tr("%1, with a problem").arg(where));
    backend_->setToolTip(!isWell ? status.remoteProblem
                         : status.latencyMs > 0
                             ? tr("Answers in %1 ms. What you write is sent there.")
                                   .arg(QLocale().toString(status.latencyMs))
                             : tr("What you write is sent there."));
    memory_->clear();
    if (status.contextLimit > 0) {
        context_->setToolTip(
            tr("Tokens of this chat, as its server counted them at the last reply"));
        return;
    }
    context_->clear();
    contextMeter_->setShare(0);
}

void StatusStrip::showLoading(const ModelStatus& status) {
    const bool isLoading = status.state == ModelState::Loading;
    progress_->setVisible(isLoading);
    progressText_->setVisible(isLoading);
    cancel_->setVisible(isLoading);
    progress_->setValue(static_cast<int>(status.loadProgress * 1000));
    progress_->setAccessibleName(tr("Loading the model"));
    progressText_->setText(QLocale().toString(static_cast<int>(status.loadProgress * 100)) +
                           QLatin1Char('%'));
    cancel_->setText(tr("Cancel"));
    cancel_->setAccessibleName(tr("Cancel loading the model"));
}

void StatusStrip::showReading(const ModelStatus& status) {
    if (status.state != ModelState::Generating || status.promptTokens < kLongPrompt) return;
    const QLocale locale;
    progress_->show();
    progress_->setValue(static_cast<int>(1000 * status.promptRead / status.promptTokens));
    progress_->setAccessibleName(tr("Reading the conversation"));
    progressText_->show();
    progressText_->setText(
        tr("Reading: %1 of %2 tokens")
            .arg(locale.toString(status.promptRead), locale.toString(status.promptTokens)));
}

void StatusStrip::showWaiting(const ModelStatus& status) {
    if (!status.isWaiting) return;
    progressText_->show();
    progressText_->setText(tr("A training run ends its step, then lets the reply go first"));
}

// While the model writes to this chat its context grows with each token.
qint64 StatusStrip::contextUsed(const ModelStatus& status) const {
    const bool isLive = status.state == ModelState::Generating && conversation_ != 0 &&
                        status.contextConversation == conversation_;
    return isLive ? status.contextUsed : contextTokens_;
}

void StatusStrip::setConversation(qint64 id, qint64 contextTokens) {
    conversation_ = id;
    contextTokens_ = contextTokens;
    refresh();
}

void StatusStrip::setChatShown(bool isShown) {
    isChatShown_ = isShown;
    dropWhatDoesNotFit();
}

void StatusStrip::showNumbers(const ModelStatus& status) {
    const QLocale locale;
    const QString backend = presentBackend(status);
    backend_->setText(status.fallback.isEmpty() ? backend : tr("%1, not the GPU").arg(backend));
    backend_->setToolTip(status.fallback.isEmpty()
                             ? tr("What computes")
                             : tr("The GPU is not used: %1").arg(saidAgain(status.fallback)));
    if (status.gpuBytes > 0) {
        memory_->setText(
            tr("%1 of %2 on the GPU")
                .arg(presentBytes(status.gpuBytes), presentBytes(status.gpuTotalBytes)));
        memory_->setToolTip(tr("Memory of the GPU that the model takes; besides it takes %1 of the "
                               "computer's")
                                .arg(presentBytes(status.memoryBytes)));
    } else {
        memory_->setText(presentBytes(status.memoryBytes));
        memory_->setToolTip(tr("Memory of the model, its cache and its working space"));
    }
    context_->setText(
        tr("Context %1 / %2")
            .arg(locale.toString(contextUsed(status)), locale.toString(status.contextLimit)));
    context_->setToolTip(tr("Tokens of this chat, of those the model can have in view"));
    const double limit = static_cast<double>(std::max<qint64>(1, status.contextLimit));
    contextMeter_->setShare(static_cast<double>(contextUsed(status)) / limit);
    speed_->setText(status.tokensPerSecond > 0
                        ? tr("%1 tokens/s").arg(locale.toString(status.tokensPerSecond, 'f', 1))
                        : QString());
    speed_->setToolTip(tr("How fast the model writes"));
}

// Never wider than half of the strip.
void StatusStrip::showName() {
    const int width = std::max(80, this->width() / 2 - 60);
    model_->setText(verbatim(model_->fontMetrics().elidedText(name_, Qt::ElideMiddle, width)));
}

void StatusStrip::showBadge() {
    const int room = width() - kAround - model_->sizeHint().width() - 2 * kBadgePadding;
    badge_->setText(badge_->fontMetrics().elidedText(tr("Small demo, not DeepSeekMoE 16B"),
                                                     Qt::ElideRight, room));
}

// The more a number matters, the later it goes.
void StatusStrip::dropWhatDoesNotFit() {
    showName();
    showBadge();
    const bool loaded = writer_.status().isLoaded();
    const QList<QWidget*> byImportance{context_, speed_, backend_, memory_, contextMeter_};
    int room = width() - kAround;
    for (const QWidget* part :
         std::initializer_list<const QWidget*>{model_, badge_, progress_, progressText_}) {
        if (!part->isHidden()) room -= part->sizeHint().width() + space::kSmall;
    }
    for (QWidget* part : byImportance) {
        const auto* label = qobject_cast<QLabel*>(part);
        const bool hasText = label == nullptr || !label->text().isEmpty();
        const int needed = part->sizeHint().width() + 2 * space::kSmall;
        const bool isOfChat = part == context_ || part == contextMeter_;
        const bool isWanted = loaded && hasText && (isChatShown_ || !isOfChat);
        const bool fits = isWanted && room >= needed;
        part->setVisible(fits);
        if (fits) room -= needed;
    }
}

void StatusStrip::showMenu() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    addModels(menu);
    menu->addAction(theme_.icon(IconName::Chip), tr("All models"), this,
                    &StatusStrip::modelsRequested)
        ->setShortcut(Qt::CTRL | Qt::Key_M);
    menu->addAction(theme_.icon(IconName::Folder), tr("Open a model folder…"), this,
                    &StatusStrip::openModelRequested);
    QAction* demo = menu->addAction(theme_.icon(IconName::Spark), tr("Use the demo model"), this,
                                    &StatusStrip::demoModelRequested);
    demo->setEnabled(hasDemoModel_ && !(writer_.status().isDemo && writer_.status().isLoaded()));
    const ModelStatus status = writer_.status();
    QAction* adapters = menu->addMenu(adapterMenu_);
    adapters->setEnabled(status.isLoaded() && !status.isRemote());
    if (status.isRemote())
        adapters->setToolTip(tr("A model at an address takes no adapter from this computer."));
    menu->addSeparator();
    QAction* unload = menu->addAction(theme_.icon(IconName::Eject), tr("Unload the model"), this,
                                      &StatusStrip::unloadRequested);
    if (status.isRemote()) unload->setText(tr("Stop using the address"));
    unload->setEnabled(status.isLoaded());
    menu->popup(mapToGlobal(QPoint(model_->x(), -menu->sizeHint().height())));
}

// Those that can be loaded, and those that could be if their disk were there.
void StatusStrip::addModels(QMenu* menu) {
    const ModelStatus status = writer_.status();
    qsizetype listed = 0;
    for (const LibraryModel& model : library_.models()) {
        if (model.origin == ModelOrigin::Demo || listed >= kMostInMenu) continue;
        if (model.isMissing) {
            QAction* missing = menu->addAction(tr("%1 (not there)").arg(verbatim(model.name)));
            missing->setEnabled(false);
            missing->setToolTip(saidAgain(model.problem));
            ++listed;
        }
        for (const ModelForm& form : model.forms) {
            if (!form.isPresent()) continue;
            QAction* action = menu->addAction(
                verbatim(model.name) + QStringLiteral(", ") + presentPreset(form.preset), this,
                [this, folder = form.folder] { Q_EMIT modelChosen(folder); });
            action->setCheckable(true);
            action->setChecked(isFolderOf(status, form.folder));
            action->setToolTip(form.folder);
            ++listed;
        }
    }
    addEngines(menu);
    if (listed > 0 || !engines_.all().isEmpty()) menu->addSeparator();
}

void StatusStrip::addEngines(QMenu* menu) {
    const bool isRemote = writer_.status().isRemote();
    for (const RemoteEngine& engine :
         engines_.all().first(std::min(kMostInMenu, engines_.all().size()))) {
        QAction* action = menu->addAction(
            tr("%1, at %2").arg(verbatim(engine.name), verbatim(engineHost(engine.address))), this,
            [this, id = engine.id] { Q_EMIT engineChosen(id); });
        action->setCheckable(true);
        action->setChecked(isRemote && engines_.inUse() == engine.id);
        action->setToolTip(engine.address);
    }
}

void StatusStrip::applyTheme() {
    setFixedHeight(std::max(kHeight, theme_.controlSide(kButtonHeight)));
    badge_->setFixedHeight(theme_.scaled(kBadgeHeight));
    model_->setIconSize({theme_.scaled(14), theme_.scaled(14)});
    progress_->setFixedWidth(theme_.scaled(kProgressWidth));
    for (QLabel* label : {backend_, memory_, context_, speed_, progressText_, badge_}) {
        label->setFont(theme_.font(TextStyle::Caption));
        if (label != badge_) setTone(label, ColorRole::TextSecondary);
    }
    QFont name = theme_.font(TextStyle::Small);
    name.setWeight(QFont::DemiBold);
    model_->setFont(name);
    model_->setIcon(theme_.icon(IconName::ChevronUp, ColorRole::TextTertiary));
    cancel_->setFont(theme_.font(TextStyle::Caption));
    dropWhatDoesNotFit();
    update();
}

void StatusStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.color(ColorRole::Window));
    painter.fillRect(QRect(0, 0, width(), 1), theme_.color(ColorRole::Border));
}

void StatusStrip::resizeEvent(QResizeEvent*) {
    dropWhatDoesNotFit();
}

}  // namespace dsm
