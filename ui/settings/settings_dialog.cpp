#include "ui/settings/settings_dialog.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>
#include <optional>
#include <thread>

#include "app/services/model/gpu_service.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"
#include "engine/text/chat_values.h"
#include "ui/settings/download_settings.h"
#include "ui/settings/server_settings.h"
#include "ui/settings/tray_settings.h"
#include "ui/settings/writing_settings.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr double kMostScaleBesideLabels = 1.5;
constexpr int kMostLayers = 1024;
const QString kGpuPrefix = QStringLiteral("cuda:");

// As the list of backends has it.
QString chosenBackend(const Settings& settings) {
    const bool isGpu = settings.backend() == QStringLiteral("cuda");
    return isGpu ? kGpuPrefix + QString::number(std::max(0, settings.gpu())) : settings.backend();
}

int indexOfData(const QComboBox& box, const QVariant& data) {
    return std::max(0, box.findData(data));
}

std::optional<int> whole(std::optional<double> number) {
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

// Where a number below all possible ones stands for none.
std::optional<double> orNone(int number, int least) {
    return number < least ? std::nullopt : std::optional<double>(number);
}

NumberField::Range fieldOf(const SettingRange& range, double step, bool isWhole) {
    return {range.least, range.most, step, isWhole};
}

int mostThreads() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

SettingsDialog::SettingsDialog(Settings& settings, DownloadService& downloads, GpuService& gpus,
                               const SpellChecker* checker, ApiService* api, const Theme& theme,
                               QWidget* parent)
    : ScrollDialog(parent),
      settings_(settings),
      gpus_(gpus),
      theme_(theme),
      appearanceHeading_(new Label(this)),
      modelHeading_(new Label(this)),
      replyHeading_(new Label(this)),
      themeLabel_(new Label(this)),
      languageLabel_(new Label(this)),
      backendLabel_(new Label(this)),
      gpuLayersLabel_(new Label(this)),
      gpuNote_(new Label(this)),
      threadsLabel_(new Label(this)),
      temperatureLabel_(new Label(this)),
      topPLabel_(new Label(this)),
      tokensLabel_(new Label(this)),
      chatsHeading_(new Label(this)),
      backupsLabel_(new Label(this)),
      titlesLabel_(new Label(this)),
      weightsLabel_(new Label(this)),
      contextLabel_(new Label(this)),
      modelNote_(new Label(this)),
      themeChoice_(new QComboBox(this)),
      language_(new QComboBox(this)),
      backend_(new QComboBox(this)),
      gpuLayers_(new NumberField(theme, {0, kMostLayers}, this)),
      threads_(new NumberField(theme, {1, static_cast<double>(mostThreads())}, this)),
      weights_(new QComboBox(this)),
      context_(new QComboBox(this)),
      temperature_(new NumberField(theme, fieldOf(kTemperatureRange, 0.1, false), this)),
      topP_(new NumberField(theme, fieldOf(kTopPRange, 0.05, false), this)),
      tokens_(new NumberField(theme, fieldOf(kMaximumTokensRange, 64, true), this)),
      downloads_(new DownloadSettings(downloads, settings, theme, this)),
      writing_(new WritingSettings(settings, checker, theme, this)),
      tray_(new TraySettings(settings, theme, this)),
      server_(api != nullptr ? new ServerSettings(*api, settings, theme, this) : nullptr),
      backups_(new QPushButton(this)),
      titles_(new QComboBox(this)),
      close_(new QPushButton(this)),
      content_(new QWidget(this)) {
    for (QLabel* note : {modelNote_, gpuNote_}) {
        note->setProperty("tone", QStringLiteral("tertiary"));
        note->setWordWrap(true);
    }
    close_->setProperty("kind", QStringLiteral("primary"));
    close_->setAutoDefault(false);
    backups_->setAutoDefault(false);
    makeLayout();
    retranslate();
    readSettings();
    connectControls();
    applyTheme();
    connect(&theme, &Theme::changed, this, &SettingsDialog::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    alignNames(*this);
    connect(&gpus, &GpuService::changed, this, &SettingsDialog::showGpus);
    showGpus();
    gpus.refresh();
}

QFormLayout* SettingsDialog::makeForm() {
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(space::kVast);
    form->setVerticalSpacing(space::kSmall + 2);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFormAlignment(Qt::AlignTop);
    return form;
}

void SettingsDialog::makeLayout() {
    QFormLayout* form = makeForm();
    const auto addRow = [form](QLabel* label, QWidget* control) {
        label->setBuddy(control);
        label->setMinimumHeight(34);
        form->addRow(label, control);
    };
    const auto addHeading = [form](QLabel* heading, int above) {
        heading->setContentsMargins(0, above, 0, 2);
        form->addRow(heading);
    };
    addHeading(appearanceHeading_, 0);
    addRow(themeLabel_, themeChoice_);
    addRow(languageLabel_, language_);
    addHeading(modelHeading_, space::kLarge);
    addRow(backendLabel_, backend_);
    addRow(gpuLayersLabel_, gpuLayers_);
    form->addRow(gpuNote_);
    addRow(threadsLabel_, threads_);
    addRow(weightsLabel_, weights_);
    addRow(contextLabel_, context_);
    form->addRow(modelNote_);
    addHeading(replyHeading_, space::kLarge);
    addRow(temperatureLabel_, temperature_);
    addRow(topPLabel_, topP_);
    addRow(tokensLabel_, tokens_);
    addHeading(chatsHeading_, space::kLarge);
    addRow(titlesLabel_, titles_);
    addRow(backupsLabel_, backups_);
    columns_ = new QBoxLayout(QBoxLayout::LeftToRight, content_);
    columns_->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    columns_->setSpacing(space::kVast);
    columns_->addLayout(form);
    auto* second = new QVBoxLayout;
    second->addWidget(downloads_);
    second->addWidget(writing_);
    second->addWidget(tray_);
    if (server_ != nullptr) second->addWidget(server_);
    second->addStretch(1);
    columns_->addLayout(second);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close_);
    setContent(content_, buttons);
}

void SettingsDialog::resizeEvent(QResizeEvent* event) {
    ScrollDialog::resizeEvent(event);
    if (!wasShown()) return;
    const QMargins margins = columns_->contentsMargins();
    const int both = columns_->itemAt(0)->sizeHint().width() + columns_->spacing() +
                     columns_->itemAt(1)->sizeHint().width() + margins.left() + margins.right();
    columns_->setDirection(width() >= both ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void SettingsDialog::readSettings() {
    themeChoice_->setCurrentIndex(indexOfData(*themeChoice_, static_cast<int>(settings_.theme())));
    language_->setCurrentIndex(indexOfData(*language_, settings_.language()));
    backend_->setCurrentIndex(indexOfData(*backend_, chosenBackend(settings_)));
    gpuLayers_->setValue(orNone(settings_.gpuLayers(), 0));
    threads_->setValue(orNone(settings_.threads(), 1));
    weights_->setCurrentIndex(indexOfData(*weights_, settings_.weightsStayOnDisk()));
    context_->setCurrentIndex(indexOfData(*context_, settings_.contextIn8Bits()));
    titles_->setCurrentIndex(indexOfData(*titles_, settings_.titlesByModel()));
    const GenerationChoices choices = settings_.generation();
    temperature_->setValue(choices.temperature);
    topP_->setValue(choices.topP);
    tokens_->setValue(choices.maximumTokens);
}

void SettingsDialog::connectControls() {
    connect(themeChoice_, &QComboBox::activated, this, [this] {
        settings_.setTheme(static_cast<ThemeChoice>(themeChoice_->currentData().toInt()));
    });
    connect(language_, &QComboBox::activated, this,
            [this] { settings_.setLanguage(language_->currentData().toString()); });
    connect(backend_, &QComboBox::activated, this, &SettingsDialog::storeBackend);
    connect(gpuLayers_, &NumberField::valueChanged, this, [this](std::optional<double> layers) {
        settings_.setGpuLayers(whole(layers).value_or(-1));
    });
    connect(threads_, &NumberField::valueChanged, this, [this](std::optional<double> threads) {
        settings_.setThreads(whole(threads).value_or(0));
    });
    connect(weights_, &QComboBox::activated, this,
            [this] { settings_.setWeightsStayOnDisk(weights_->currentData().toBool()); });
    connect(context_, &QComboBox::activated, this,
            [this] { settings_.setContextIn8Bits(context_->currentData().toBool()); });
    connect(titles_, &QComboBox::activated, this,
            [this] { settings_.setTitlesByModel(titles_->currentData().toBool()); });
    for (const NumberField* field : {temperature_, topP_, tokens_})
        connect(field, &NumberField::valueChanged, this, &SettingsDialog::storeGeneration);
    connect(backups_, &QPushButton::clicked, this, &SettingsDialog::backupsRequested);
    connect(close_, &QPushButton::clicked, this, &QDialog::accept);
}

void SettingsDialog::storeGeneration() {
    GenerationChoices choices = settings_.generation();
    choices.temperature = temperature_->value();
    choices.topP = topP_->value();
    choices.maximumTokens = whole(tokens_->value());
    settings_.setGeneration(choices);
}

// A GPU is chosen by its number.
void SettingsDialog::storeBackend() {
    const QString chosen = backend_->currentData().toString();
    const bool isGpu = chosen.startsWith(kGpuPrefix);
    settings_.setGpu(isGpu ? chosen.mid(kGpuPrefix.size()).toInt() : -1);
    settings_.setBackend(isGpu ? QStringLiteral("cuda") : chosen);
}

void SettingsDialog::fillBackends() {
    const QString chosen = chosenBackend(settings_);
    backend_->clear();
    backend_->addItem(tr("The fastest here"), QString());
    backend_->addItem(tr("CPU"), QStringLiteral("cpu"));
    for (const GpuInfo& gpu : gpus_.listing().gpus) {
        if (!gpu.problem.isEmpty()) continue;
        backend_->addItem(
            tr("GPU %1: %2, %3")
                .arg(QString::number(gpu.index), gpu.name, presentBytes(gpu.totalBytes)),
            kGpuPrefix + QString::number(gpu.index));
    }
    backend_->addItem(tr("Reference (slow)"), QStringLiteral("reference"));
    // A GPU that is not there any more stays chosen until somebody chooses anew.
    if (!chosen.isEmpty() && backend_->findData(chosen) < 0)
        backend_->addItem(tr("A GPU that is not there"), chosen);
    backend_->setCurrentIndex(indexOfData(*backend_, chosen));
}

// What GPUs there are, and why one cannot be used.
void SettingsDialog::showGpus() {
    fillBackends();
    const GpuListing& listing = gpus_.listing();
    QStringList notes;
    if (listing.isWithoutCuda) {
        notes.append(tr("This program was built without CUDA: it computes on the CPU."));
    } else if (!listing.problem.isEmpty()) {
        notes.append(saidAgain(listing.problem));
    }
    bool anyUsable = false;
    for (const GpuInfo& gpu : listing.gpus) {
        anyUsable = anyUsable || gpu.problem.isEmpty();
        notes.append(gpu.problem.isEmpty()
                         ? tr("GPU %1: %2 of %3 are free.")
                               .arg(QString::number(gpu.index), presentBytes(gpu.freeBytes),
                                    presentBytes(gpu.totalBytes))
                         : saidAgain(gpu.problem));
    }
    if (notes.isEmpty()) notes.append(tr("No NVIDIA GPU was found."));
    gpuNote_->setText(notes.join(QLatin1Char('\n')));
    gpuLayers_->setEnabled(anyUsable);
}

void SettingsDialog::applyTheme() {
    for (QLabel* heading : {appearanceHeading_, modelHeading_, replyHeading_, chatsHeading_}) {
        heading->setFont(theme_.font(TextStyle::InterfaceStrong));
    }
    for (QWidget* control :
         std::initializer_list<QWidget*>{themeChoice_, language_, backend_, gpuLayers_, threads_,
                                         weights_, context_, temperature_, topP_, tokens_, titles_})
        control->setFixedWidth(settingWidth(theme_));
    // Beside labels of a large text no control has room.
    const bool isNarrow = theme_.textScale() > kMostScaleBesideLabels;
    for (QFormLayout* form : findChildren<QFormLayout*>()) {
        form->setRowWrapPolicy(isNarrow ? QFormLayout::WrapAllRows : QFormLayout::WrapLongRows);
    }
    modelNote_->setFont(theme_.font(TextStyle::Caption));
    gpuNote_->setFont(theme_.font(TextStyle::Caption));
    alignLater();
}

// Once the sections have their words and fonts, too.
void SettingsDialog::alignLater() {
    QMetaObject::invokeMethod(
        this, [this] { alignNames(*this); }, Qt::QueuedConnection);
}

QStringList SettingsDialog::names() {
    return QStringList{tr("Theme"),
                       tr("Language"),
                       tr("Backend"),
                       tr("Layers on the GPU"),
                       tr("Threads"),
                       tr("Weights"),
                       tr("Memory of the context"),
                       tr("Temperature"),
                       tr("Top p"),
                       tr("Longest reply, in tokens"),
                       tr("Titles"),
                       tr("Backups")} +
           WritingSettings::names() + TraySettings::names() + ServerSettings::names();
}

void SettingsDialog::focusSetting(const QString& name) {
    for (QWidget* control : findChildren<QWidget*>()) {
        if (control->accessibleName() != name) continue;
        control->setFocus(Qt::ShortcutFocusReason);
        scrollArea()->ensureWidgetVisible(control);
        return;
    }
}

void SettingsDialog::retranslate() {
    setWindowTitle(tr("Settings"));
    appearanceHeading_->setText(tr("Appearance"));
    modelHeading_->setText(tr("Model"));
    replyHeading_->setText(tr("Replies"));
    chatsHeading_->setText(tr("Chats"));
    backups_->setText(tr("Show backups…"));
    modelNote_->setText(tr("Holds from the next time a model is loaded."));
    close_->setText(tr("Done"));
    alignLater();
    const auto fill = [](QComboBox* box, const QList<std::pair<QString, QVariant>>& entries) {
        const int chosen = box->currentIndex();
        box->clear();
        for (const auto& [text, value] : entries)
            box->addItem(text, value);
        box->setCurrentIndex(std::max(0, chosen));
    };
    fill(themeChoice_,
         {{tr("Like the system"), static_cast<int>(ThemeChoice::System)},
          {tr("Light"), static_cast<int>(ThemeChoice::Light)},
          {tr("Dark"), static_cast<int>(ThemeChoice::Dark)},
          {tr("Light, high contrast"), static_cast<int>(ThemeChoice::HighContrastLight)},
          {tr("Dark, high contrast"), static_cast<int>(ThemeChoice::HighContrastDark)}});
    fill(language_, {{tr("Like the system"), QString()},
                     {QStringLiteral("English"), QStringLiteral("en")},
                     {QStringLiteral("中文"), QStringLiteral("zh_CN")}});
    fillBackends();
    gpuLayers_->setNone(tr("As many as fit"));
    fill(weights_, {{tr("In memory"), false}, {tr("On the disk (slow)"), true}});
    fill(context_, {{tr("bf16"), false}, {tr("8 bits (half)"), true}});
    fill(titles_, {{tr("By the model"), true}, {tr("The first words"), false}});
    threads_->setNone(tr("One per core"));
    temperature_->setNone(tr("Like the model"));
    topP_->setNone(tr("Like the model"));
    tokens_->setNone(tr("Like the model"));
    const auto name = [](QLabel* label, QWidget* control, const QString& text,
                         const QString& explanation) {
        label->setText(text);
        control->setAccessibleName(text);
        control->setToolTip(explanation);
        label->setToolTip(explanation);
    };
    name(themeLabel_, themeChoice_, tr("Theme"), {});
    name(languageLabel_, language_, tr("Language"), {});
    name(backendLabel_, backend_, tr("Backend"), tr("What computes the replies"));
    name(gpuLayersLabel_, gpuLayers_, tr("Layers on the GPU"),
         tr("Of so many layers the experts lie in the GPU's memory; the CPU computes the others"));
    name(threadsLabel_, threads_, tr("Threads"), tr("How many cores a reply may use"));
    name(weightsLabel_, weights_, tr("Weights"),
         tr("Weights left on the disk are read when they are needed: a model larger than the "
            "memory runs, but slowly"));
    name(contextLabel_, context_, tr("Memory of the context"),
         tr("How the model remembers the conversation: 8 bits take half of the memory and change "
            "replies a little"));
    name(temperatureLabel_, temperature_, tr("Temperature"),
         tr("0 always takes the likeliest word; more makes replies more varied"));
    name(topPLabel_, topP_, tr("Top p"),
         tr("Only the likeliest words that together have this probability are considered"));
    name(tokensLabel_, tokens_, tr("Longest reply, in tokens"),
         tr("The most tokens a reply may have"));
    name(titlesLabel_, titles_, tr("Titles"),
         tr("The model names a chat after its first answer, when nothing else is asked of it"));
    name(backupsLabel_, backups_, tr("Backups"),
         tr("The backups of your chats: bring back what is missing, or copy them elsewhere"));
    showGpus();
}

}  // namespace dsm
