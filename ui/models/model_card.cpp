#include "ui/models/model_card.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/said.h"
#include "ui/widgets/card_head.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/pill.h"
#include "ui/words/message_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {

ModelCard::ModelCard(const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      head_(new CardHead(theme, IconName::Chip, this)),
      menu_(new IconButton(theme, IconName::More, 32, IconButton::Look::Plain, this)),
      about_(new Label(this)),
      path_(new Label(this)),
      problem_(new Label(this)),
      check_(new Label(this)),
      continue_(new QPushButton(this)),
      headings_(new QWidget(this)),
      sizeHeading_(new Label(this)),
      memoryHeading_(new Label(this)),
      headingGap_(new QWidget(this)),
      column_(nullptr) {
    makeLayout();
    connect(menu_, &IconButton::clicked, this, &ModelCard::showMenu);
    connect(continue_, &QPushButton::clicked, this, [this] {
        if (model_.isMissing) return Q_EMIT findRequested(model_.folder);
        Q_EMIT fetchRequested(model_.folder);
    });
    connect(&theme, &Theme::changed, this, &ModelCard::applyTheme);
    onLanguageChange(this, [this] { showTexts(); });
    applyTheme();
}

void ModelCard::makeLayout() {
    path_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    about_->setWordWrap(true);
    problem_->setWordWrap(true);
    problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    check_->setWordWrap(true);
    continue_->setProperty("kind", QStringLiteral("primary"));
    makeHeadings();
    head_->addLine(about_);
    head_->addLine(path_);
    head_->addAtEnd(menu_);
    column_ = new QVBoxLayout(this);
    column_->setContentsMargins(kPadding, kPadding - 4, kPadding, space::kMedium);
    column_->setSpacing(0);
    column_->addWidget(head_);
    column_->addSpacing(space::kSmall);
    auto* files = new QHBoxLayout;
    files->setSpacing(space::kMedium);
    auto* said = new QVBoxLayout;
    said->addWidget(problem_);
    said->addWidget(check_);
    files->addLayout(said, 1);
    files->addWidget(continue_, 0, Qt::AlignVCenter);
    column_->addLayout(files);
    column_->addWidget(headings_);
}

void ModelCard::makeHeadings() {
    auto* row = new QHBoxLayout(headings_);
    row->setContentsMargins(0, space::kTiny, 0, space::kTiny);
    row->setSpacing(space::kMedium);
    row->addStretch(1);
    for (QLabel* label : {sizeHeading_, memoryHeading_}) {
        label->setAlignment(Qt::AlignRight);
        row->addWidget(label);
    }
    row->addWidget(headingGap_);
}

void ModelCard::setModel(const LibraryModel& model) {
    const auto presets = [](const LibraryModel& of) {
        QStringList list;
        for (const ModelForm& form : of.forms)
            list.append(form.preset);
        return list;
    };
    const bool hasSameRows = !rows_.empty() && presets(model) == presets(model_);
    model_ = model;
    if (!hasSameRows) makeRows();
    applyTheme();
}

void ModelCard::makeRows() {
    for (ModelFormRow* row : rows_)
        row->deleteLater();
    rows_.clear();
    for (qsizetype i = 0; i < model_.forms.size(); ++i) {
        auto* row = new ModelFormRow(theme_, this);
        row->setWide(isWide_);
        column_->addWidget(row);
        connect(row, &ModelFormRow::requested, this,
                [this, row](FormAction action) { Q_EMIT requested(row->content(), action); });
        rows_.push_back(row);
    }
}

void ModelCard::setWide(bool isWide) {
    if (isWide == isWide_) return;
    isWide_ = isWide;
    for (ModelFormRow* row : rows_)
        row->setWide(isWide);
    showTexts();
}

ModelFormRow* ModelCard::row(const QString& preset) const {
    for (ModelFormRow* row : rows_) {
        if (row->content().form.preset == preset) return row;
    }
    return nullptr;
}

Pill* ModelCard::kind() const {
    return head_->kind();
}

void ModelCard::showTexts() {
    const bool isDemo = model_.origin == ModelOrigin::Demo;
    head_->setMark(isDemo ? IconName::Spark : IconName::Chip);
    head_->setName(isDemo ? presentModelName(model_.name) : model_.name);
    const bool hasProblem = !model_.problem.isEmpty();
    const KindWording kind = presentKind(model_);
    head_->kind()->setContent(kind.tone, kind.text, kind.explanation);
    head_->kind()->setVisible(!hasProblem);
    QString about = presentSizes(model_);
    if (model_.kind == ModelKind::Base) about = kind.explanation + QLatin1Char(' ') + about;
    about_->setText(about);
    about_->setVisible(!hasProblem);
    problem_->setText(saidAgain(model_.problem));
    problem_->setVisible(hasProblem);
    headings_->setVisible(!hasProblem && isWide_);
    sizeHeading_->setText(tr("On disk"));
    memoryHeading_->setText(tr("Memory"));
    menu_->setName(tr("More about %1").arg(head_->name()));
    setAccessibleName(head_->name());
    showFiles();
    showPath();
}

void ModelCard::setCheck(const FileCheck& check) {
    fileCheck_ = check;
    applyTheme();
}

void ModelCard::showFiles() {
    const bool isDamaged = fileCheck_.state == FileCheck::State::Damaged;
    const bool canFetch =
        model_.isPartial || model_.isMissing || (isDamaged && !model_.repository.isEmpty());
    check_->setText(presentCheck(fileCheck_));
    check_->setVisible(!check_->text().isEmpty());
    continue_->setVisible(canFetch);
    const QString name = head_->name();
    if (model_.isMissing) {
        continue_->setText(tr("Find it again…"));
        continue_->setAccessibleName(tr("Find the folder of %1 again").arg(name));
    } else if (model_.isPartial) {
        continue_->setText(tr("Continue the download"));
        continue_->setAccessibleName(tr("Continue the download of %1").arg(name));
    } else {
        continue_->setText(tr("Repair"));
        continue_->setAccessibleName(tr("Repair %1").arg(name));
    }
}

void ModelCard::showPath() {
    const QString shown = QDir::toNativeSeparators(model_.folder);
    path_->setText(path_->fontMetrics().elidedText(shown, Qt::ElideMiddle, path_->width()));
    path_->setToolTip(shown);
    path_->setVisible(model_.origin != ModelOrigin::Demo);
}

void ModelCard::showMenu() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(theme_.icon(IconName::Folder), tr("Show the folder"), this,
                    [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(model_.folder)); });
    menu->addAction(theme_.icon(IconName::Copy), tr("Copy the path"), this, [this] {
        QGuiApplication::clipboard()->setText(QDir::toNativeSeparators(model_.folder));
    });
    if (model_.origin != ModelOrigin::Demo && !model_.isMissing) {
        menu->addAction(theme_.icon(IconName::Check), tr("Check the files"), this,
                        [this] { Q_EMIT checkRequested(model_.folder); });
    }
    menu->addSeparator();
    if (model_.origin == ModelOrigin::Added || model_.origin == ModelOrigin::Cached) {
        menu->addAction(theme_.icon(IconName::Close), tr("Remove from the list"), this,
                        [this] { Q_EMIT removeRequested(model_.folder); });
    }
    if (model_.canDelete) {
        menu->addAction(theme_.icon(IconName::Trash), tr("Delete the files…"), this,
                        [this] { Q_EMIT deleteRequested(model_.folder); });
    }
    menu->popup(menu_->mapToGlobal(QPoint(0, menu_->height())));
}

void ModelCard::applyTheme() {
    tone(about_, TextStyle::Small, ColorRole::TextSecondary);
    tone(path_, TextStyle::Caption, ColorRole::TextTertiary);
    tone(problem_, TextStyle::Small,
         model_.isPartial || model_.isMissing ? ColorRole::TextSecondary : ColorRole::Danger);
    tone(check_, TextStyle::Small,
         fileCheck_.state == FileCheck::State::Damaged ? ColorRole::Danger
                                                       : ColorRole::TextSecondary);
    for (QLabel* heading : {sizeHeading_, memoryHeading_}) {
        tone(heading, TextStyle::Caption, ColorRole::TextTertiary);
        heading->setFixedWidth(theme_.scaled(ModelFormRow::kSizeWidth));
    }
    headingGap_->setFixedWidth(theme_.scaled(ModelFormRow::kFitWidth + ModelFormRow::kActionWidth) +
                               space::kMedium);
    showTexts();
    update();
}

void ModelCard::paintEvent(QPaintEvent* event) {
    Card::paintEvent(event);
    // Lines between what the card is about and its rows.
    for (const ModelFormRow* row : rows_)
        paintLineOver(row);
}

void ModelCard::resizeEvent(QResizeEvent*) {
    showPath();
}

}  // namespace dsm
