#include "ui/downloads/get_model_section.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "app/services/downloads/catalogue.h"
#include "app/services/downloads/download_service.h"
#include "app/services/library/model_library.h"
#include "ui/downloads/catalogue_card.h"
#include "ui/downloads/licence_dialog.h"
#include "ui/downloads/source_choice.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"
#include "ui/words/download_presentation.h"

namespace dsm {
namespace {

// Of the form that would be converted to on this computer.
void addConversion(DiskNeed& need, const LibraryModel& published) {
    const ModelForm* form = formToMake(published);
    if (form == nullptr || form == &published.forms.first()) return;
    need.conversionBytes = form->diskBytes;
    need.preset = form->preset;
}

}  // namespace

GetModelSection::GetModelSection(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      heading_(new Label(this)),
      source_(new SourceChoice(parts.downloads, parts.settings, parts.theme, this)),
      other_(new QPushButton(this)),
      otherRow_(new QWidget(this)),
      repository_(new QLineEdit(otherRow_)),
      download_(new QPushButton(otherRow_)) {
    for (const CatalogueEntry& entry : catalogue()) {
        cards_.push_back(new CatalogueCard(parts.theme, this));
        CatalogueContent content;
        content.entry = entry;
        cards_.back()->setContent(content);
    }
    source_->setRepository(catalogue().first().repository);
    makeLayout();
    makeConnections();
    applyTheme();
    retranslate();
    showCards();
}

void GetModelSection::makeLayout() {
    other_->setCheckable(true);
    other_->setProperty("kind", QStringLiteral("link"));
    otherRow_->hide();
    auto* row = new QHBoxLayout(otherRow_);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::kSmall);
    row->addWidget(repository_, 1);
    row->addWidget(download_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, space::kSmall, 0, 0);
    column->setSpacing(space::kMedium);
    column->addWidget(heading_);
    column->addWidget(source_);
    for (CatalogueCard* card : cards_)
        column->addWidget(card);
    column->addWidget(other_, 0, Qt::AlignLeft);
    column->addWidget(otherRow_);
}

void GetModelSection::makeConnections() {
    for (CatalogueCard* card : cards_) {
        const auto download = [this](const QString& repository) { start(repository); };
        connect(card, &CatalogueCard::downloadRequested, this, download);
        connect(card, &CatalogueCard::licenceRequested, this,
                [this, card, download](const QString& repository) {
                    showLicence(card->content().entry,
                                [download, repository] { download(repository); });
                });
    }
    connect(other_, &QPushButton::toggled, this, [this](bool isOpen) {
        otherRow_->setVisible(isOpen);
        if (isOpen) repository_->setFocus(Qt::OtherFocusReason);
    });
    const auto startTyped = [this] {
        if (!repository_->text().trimmed().isEmpty()) start(repository_->text().trimmed());
    };
    connect(repository_, &QLineEdit::returnPressed, this, startTyped);
    connect(repository_, &QLineEdit::textChanged, this, [this](const QString& text) {
        const QString name = text.trimmed();
        download_->setEnabled(!name.isEmpty());
        source_->setRepository(name.isEmpty() ? catalogue().first().repository : name);
    });
    connect(download_, &QPushButton::clicked, this, startTyped);
    connect(&parts_.downloads, &DownloadService::downloadsChanged, this,
            &GetModelSection::showCards);
    connect(&parts_.library, &ModelLibrary::memoryChanged, this, &GetModelSection::showCards);
    connect(&parts_.library, &ModelLibrary::modelsChanged, this, &GetModelSection::showCards);
    connect(&parts_.library, &ModelLibrary::diskSpaceChanged, this, &GetModelSection::showCards);
    connect(&parts_.downloads, &DownloadService::failed, this,
            [this](qint64 id, const QString& message) {
                if (id == 0) Q_EMIT failed(message);  // of others their row tells
            });
    connect(&parts_.theme, &Theme::changed, this, &GetModelSection::applyTheme);
    onLanguageChange(this, [this] {
        retranslate();
        showCards();
    });
}

CatalogueCard* GetModelSection::card(const QString& repository) const {
    for (CatalogueCard* card : cards_) {
        if (card->content().entry.repository == repository) return card;
    }
    return nullptr;
}

void GetModelSection::setWide(bool isWide) {
    for (CatalogueCard* card : cards_)
        card->setWide(isWide);
}

void GetModelSection::showCards() {
    const LibraryModel model = parts_.library.publishedModel();
    for (CatalogueCard* card : cards_) {
        CatalogueContent content;
        content.entry = findInCatalogue(card->content().entry.repository).value();
        content.model = model;
        content.memory = parts_.library.memory();
        content.need.downloadBytes = static_cast<quint64>(content.entry.sizeBytes());
        for (const DownloadInfo& download : parts_.downloads.downloads()) {
            if (download.request.repository == content.entry.repository)
                content.download = download;
        }
        for (const LibraryModel& here : parts_.library.models()) {
            if (here.repository != content.entry.repository) continue;
            content.isHere = content.isHere || !here.isPartial;
            content.need.downloadBytes -= std::min(here.bytesHere, content.need.downloadBytes);
        }
        addConversion(content.need, model);
        content.need.space = parts_.library.diskSpace();
        card->setContent(content);
    }
}

void GetModelSection::start(const QString& repository, const QString& cache) {
    const auto entry = findInCatalogue(repository);
    if (entry && !parts_.downloads.isLicenceAccepted(entry->licence.name))
        return showLicence(*entry, [this, repository, cache] { start(repository, cache); });
    const qint64 id = parts_.downloads.start({source_->source(), repository, {}, cache});
    if (id == 0) return;
    other_->setChecked(false);
    repository_->clear();
    Q_EMIT started(id);
}

void GetModelSection::showLicence(const CatalogueEntry& entry, std::function<void()> then) {
    const bool isAccepted = parts_.downloads.isLicenceAccepted(entry.licence.name);
    auto* dialog = new LicenceDialog(entry, isAccepted, parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, name = entry.licence.name, then = std::move(then)] {
                parts_.downloads.acceptLicence(name);
                then();
            });
    dialog->open();
}

void GetModelSection::applyTheme() {
    heading_->setFont(parts_.theme.font(TextStyle::Title));
}

void GetModelSection::retranslate() {
    heading_->setText(tr("Get a model"));
    other_->setText(tr("Another repository…"));
    other_->setAccessibleName(tr("Download another repository by its name"));
    repository_->setPlaceholderText(tr("organisation/model"));
    repository_->setAccessibleName(tr("Name of the repository"));
    repository_->setToolTip(tr("Any repository of the same architecture"));
    download_->setText(tr("Download"));
    download_->setAccessibleName(tr("Download this repository"));
    download_->setEnabled(!repository_->text().trimmed().isEmpty());
}

}  // namespace dsm
