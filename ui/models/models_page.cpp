#include "ui/models/models_page.h"

#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QTimer>
#include <algorithm>
#include <utility>

#include "app/services/downloads/download_service.h"
#include "app/services/model/model_host.h"
#include "app/services/program/said.h"
#include "app/services/program/settings.h"
#include "ui/downloads/downloads_panel.h"
#include "ui/downloads/get_model_section.h"
#include "ui/models/engines_section.h"
#include "ui/models/imports_panel.h"
#include "ui/models/model_card.h"
#include "ui/models/model_removal.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/drop_mark.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/match_rows.h"
#include "ui/widgets/meter.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/page_scroll.h"
#include "ui/widgets/theme.h"
#include "ui/words/download_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr int kMemoryIntervalMs = 3000;
constexpr int kPageWidth = 860;
constexpr int kWideFrom = 680;  // there is room for columns

}  // namespace

ModelsPage::ModelsPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      header_(new PageHeader(parts.theme, this)),
      banner_(new Banner(parts.theme, this)),
      scroll_(new PageScroll(this)),
      memory_(new Label(this)),
      memoryMeter_(new Meter(parts.theme, this)),
      add_(new QPushButton(this)),
      hint_(new Label(this)),
      checks_(new FileChecks(parts.downloads, this)),
      downloads_(new DownloadsPanel(
          {parts.downloads, parts.library, parts.conversions, *checks_, parts.theme}, this)),
      imports_(new ImportsPanel(parts.imports, parts.theme, this)),
      list_(new QVBoxLayout),
      engines_(new EnginesSection({parts.engines, parts.writer, parts.theme}, this)),
      section_(
          new GetModelSection({parts.downloads, parts.library, parts.settings, parts.theme}, this)),
      dropMark_(new DropMark(parts.theme, this)),
      removal_(
          new ModelRemoval({parts.library, parts.conversions, parts.host, parts.downloads}, this)),
      back_(new QShortcut(Qt::Key_Escape, this)),
      memoryTimer_(new QTimer(this)) {
    setAcceptDrops(true);
    back_->setContext(Qt::WidgetWithChildrenShortcut);
    memoryTimer_->setInterval(kMemoryIntervalMs);
    makeLayout();
    makeConnections();
    applyTheme();
    retranslate();
    showModels();
}

void ModelsPage::makeLayout() {
    auto* top = new QHBoxLayout;
    top->setSpacing(space::kMedium);
    top->addWidget(memoryMeter_);
    top->addWidget(memory_, 1);
    top->addWidget(add_);
    memory_->setWordWrap(true);
    hint_->setWordWrap(true);
    list_->setSpacing(space::kMedium);
    auto* column = new QWidget(this);
    column->setMaximumWidth(kPageWidth);
    auto* content = new QVBoxLayout(column);
    content->setContentsMargins(0, space::kTiny, 0, space::kHuge);
    content->setSpacing(space::kLarge);
    content->addLayout(top);
    content->addWidget(downloads_);
    content->addWidget(imports_);
    content->addLayout(list_);
    content->addWidget(hint_);
    content->addWidget(engines_);
    content->addWidget(section_);
    content->addStretch(1);
    scroll_->setColumn(column, parts_.theme);
    auto* bannerRow = new QHBoxLayout;
    bannerRow->setContentsMargins(space::kHuge, 0, space::kHuge, space::kSmall);
    bannerRow->addStretch(1);
    bannerRow->addWidget(banner_, 1000);
    bannerRow->addStretch(1);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(0, 0, 0, 0);
    page->setSpacing(0);
    page->addWidget(header_);
    page->addLayout(bannerRow);
    page->addWidget(scroll_, 1);
}

void ModelsPage::makeConnections() {
    connect(add_, &QPushButton::clicked, this, &ModelsPage::chooseFolder);
    connect(back_, &QShortcut::activated, this, &ModelsPage::backRequested);
    connect(header_, &PageHeader::sidebarRequested, this, &ModelsPage::sidebarRequested);
    connect(header_, &PageHeader::newChatRequested, this, &ModelsPage::newChatRequested);
    connect(memoryTimer_, &QTimer::timeout, &parts_.library, &ModelLibrary::refreshMemory);
    connect(&parts_.library, &ModelLibrary::modelsChanged, this, &ModelsPage::showModels);
    connect(&parts_.library, &ModelLibrary::memoryChanged, this, &ModelsPage::showRows);
    const auto showFailure = [this](const QString& message) {
        banner_->showMessage(Banner::Tone::Error, sayAgain(message));
    };
    connect(&parts_.library, &ModelLibrary::failed, this, showFailure);
    connect(section_, &GetModelSection::failed, this, showFailure);
    connect(removal_, &ModelRemoval::refused, this, showFailure);
    connect(imports_, &ImportsPanel::failed, this, showFailure);
    const auto showNote = [this](const QString& message) {
        banner_->showMessage(Banner::Tone::Note, sayAgain(message));
    };
    connect(imports_, &ImportsPanel::noted, this, showNote);
    connect(engines_, &EnginesSection::failed, this, showFailure);
    connect(engines_, &EnginesSection::noted, this, showNote);
    connect(engines_, &EnginesSection::useRequested, this, &ModelsPage::engineRequested);
    connect(engines_, &EnginesSection::chatRequested, this, &ModelsPage::chatRequested);
    connect(section_, &GetModelSection::started, this, [this] {
        banner_->hide();
        scroll_->verticalScrollBar()->setValue(0);  // where the queue is
    });
    connect(downloads_, &DownloadsPanel::chatRequested, this, &ModelsPage::chat);
    connect(&parts_.conversions, &ConversionService::conversionsChanged, this,
            &ModelsPage::showRows);
    connect(&parts_.conversions, &ConversionService::progressed, this, [this] {
        if (isVisible()) showRows();
    });
    connect(&parts_.downloads, &DownloadService::downloadsChanged, this, &ModelsPage::showModels);
    connect(checks_, &FileChecks::changed, this, [this](const QString& folder) {
        if (ModelCard* shown = card(folder)) shown->setCheck(checks_->of(folder));
    });
    connect(&parts_.host, &ModelHost::statusChanged, this, &ModelsPage::showStatus);
    connect(&parts_.host, &ModelHost::loadFinished, this, &ModelsPage::showStatus);
    connect(&parts_.theme, &Theme::changed, this, &ModelsPage::applyTheme);
    onLanguageChange(this, [this] {
        retranslate();
        showRows();
    });
}

ModelCard* ModelsPage::card(const QString& folder) const {
    for (ModelCard* card : cards_) {
        if (QDir(card->model().folder) == QDir(folder)) return card;
    }
    return nullptr;
}

void ModelsPage::showModels() {
    QList<LibraryModel> models = parts_.library.models();
    models.removeIf([this](const LibraryModel& model) {
        return model.isPartial && isBeingDownloaded(model.repository);  // the queue shows it
    });
    const auto isOf = [](const ModelCard& card, const LibraryModel& model) {
        return card.model().folder == model.folder;
    };
    matchRows(cards_, models, list_, 0, isOf, [this] { return makeCard(); });
    for (std::size_t i = 0; i < cards_.size(); ++i) {
        const LibraryModel& model = models[static_cast<qsizetype>(i)];
        cards_[i]->setWide(isWide());
        cards_[i]->setModel(model);
        cards_[i]->setCheck(checks_->of(model.folder));
        cards_[i]->show();
    }
    showRows();
}

ModelCard* ModelsPage::makeCard() {
    auto* card = new ModelCard(parts_.theme, this);
    connect(card, &ModelCard::requested, this, &ModelsPage::carryOut);
    connect(card, &ModelCard::removeRequested, removal_, &ModelRemoval::takeFromList);
    connect(card, &ModelCard::deleteRequested, removal_, &ModelRemoval::deleteFiles);
    connect(card, &ModelCard::checkRequested, checks_, &FileChecks::start);
    connect(card, &ModelCard::fetchRequested, this, &ModelsPage::fetch);
    connect(card, &ModelCard::findRequested, this, &ModelsPage::findAgain);
    return card;
}

bool ModelsPage::isWide() const {
    return width() >= parts_.theme.scaled(kWideFrom);
}

void ModelsPage::resizeEvent(QResizeEvent*) {
    for (ModelCard* card : cards_)
        card->setWide(isWide());
    section_->setWide(isWide());
}

void ModelsPage::showRows() {
    const ModelStatus status = parts_.host.status();
    const QList<LibraryModel>& models = parts_.library.models();
    for (ModelCard* card : cards_) {
        const auto model =
            std::find_if(models.begin(), models.end(), [&](const LibraryModel& candidate) {
                return candidate.folder == card->model().folder;
            });
        if (model == models.end() || model->forms.size() != qsizetype(card->rows().size()))
            continue;
        for (qsizetype i = 0; i < model->forms.size(); ++i) {
            const ModelForm& form = model->forms[i];
            FormContent content;
            content.model = *model;
            content.form = form;
            content.memory = parts_.library.memory();
            if (!form.isPresent()) {
                content.conversion = parts_.conversions.find(model->folder, form.preset);
            }
            const bool isThis = isFolderOf(status, form.folder);
            content.isLoading = isThis && status.state == ModelState::Loading;
            content.isLoaded = isThis && !content.isLoading;
            content.loadShare = status.loadProgress;
            card->rows()[static_cast<std::size_t>(i)]->setContent(content);
        }
    }
    showMemory();
}

void ModelsPage::showMemory() {
    const ComputerMemory memory = parts_.library.memory();
    memory_->setVisible(memory.totalBytes > 0);
    memoryMeter_->setVisible(memory.totalBytes > 0);
    if (memory.totalBytes == 0) return;
    memory_->setText(presentMemory(memory));
    memoryMeter_->setShare(1.0 - static_cast<double>(memory.availableBytes) /
                                     static_cast<double>(memory.totalBytes));
    memoryMeter_->setToolTip(memory_->text());
}

// While a reply is written the status changes often, but nothing that rows show.
void ModelsPage::showStatus() {
    const ModelStatus status = parts_.host.status();
    const QString now =
        QStringLiteral("%1 %2 %3")
            .arg(status.state == ModelState::Generating ? static_cast<int>(ModelState::Ready)
                                                        : static_cast<int>(status.state))
            .arg(static_cast<int>(status.loadProgress * 100))
            .arg(status.folder);
    if (std::exchange(lastStatus_, now) != now) showRows();
}

void ModelsPage::setToast(Toast* toast) {
    removal_->setToast(toast);
    engines_->setToast(toast);
}

void ModelsPage::setSidebarHidden(bool isHidden) {
    header_->setSidebarHidden(isHidden);
}

QWidget* ModelsPage::firstControl() const {
    return add_;
}

void ModelsPage::focusFirst() {
    add_->setFocus(Qt::OtherFocusReason);
}

void ModelsPage::applyTheme() {
    const Theme& theme = parts_.theme;
    memory_->setFont(theme.font(TextStyle::Small));
    hint_->setFont(theme.font(TextStyle::Small));
    for (ModelCard* card : cards_)
        card->setWide(isWide());
    section_->setWide(isWide());
    setTone(memory_, ColorRole::TextSecondary);
    setTone(hint_, ColorRole::TextTertiary);
    add_->setIcon(theme.icon(IconName::Folder));
    update();
}

void ModelsPage::retranslate() {
    header_->setTitle(tr("Models"));
    add_->setText(tr("Add a folder…"));
    add_->setAccessibleName(tr("Add a model's folder"));
    add_->setToolTip(tr("A folder with config.json, tokenizer.json and *.safetensors files"));
    hint_->setText(tr("A model's folder can also be dropped here."));
}

void ModelsPage::showEvent(QShowEvent*) {
    parts_.library.refreshMemory();
    parts_.library.refresh();  // disks come and go
    memoryTimer_->start();
}

void ModelsPage::hideEvent(QHideEvent*) {
    memoryTimer_->stop();
}

void ModelsPage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), parts_.theme.color(ColorRole::Window));
}

}  // namespace dsm
