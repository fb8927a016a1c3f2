#include "ui/model_card.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/message_presentation.h"
#include "ui/model_presentation.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kIconSide = 36;
constexpr int kPadding = 20;

}  // namespace

ModelCard::ModelCard(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      icon_(new QLabel(this)),
      name_(new QLabel(this)),
      kind_(new Pill(theme, this)),
      menu_(new IconButton(theme, IconName::More, 32, IconButton::Look::Plain, this)),
      about_(new QLabel(this)),
      path_(new QLabel(this)),
      problem_(new QLabel(this)),
      headings_(new QWidget(this)),
      sizeHeading_(new QLabel(this)),
      memoryHeading_(new QLabel(this)),
      column_(nullptr) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    makeLayout();
    connect(menu_, &IconButton::clicked, this, &ModelCard::showMenu);
    connect(&theme, &Theme::changed, this, &ModelCard::applyTheme);
    applyTheme();
}

void ModelCard::makeLayout() {
    icon_->setFixedSize(kIconSide, kIconSide);
    icon_->setAlignment(Qt::AlignCenter);
    name_->setTextFormat(Qt::PlainText);
    path_->setTextFormat(Qt::PlainText);
    path_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    about_->setWordWrap(true);
    problem_->setWordWrap(true);
    problem_->setTextFormat(Qt::PlainText);
    problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    makeHeadings();
    auto* title = new QHBoxLayout;
    title->setSpacing(space::kSmall);
    title->addWidget(name_);
    title->addWidget(kind_);
    title->addStretch(1);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addLayout(title);
    texts->addWidget(about_);
    texts->addWidget(path_);
    auto* head = new QHBoxLayout;
    head->setSpacing(space::kMedium);
    head->addWidget(icon_, 0, Qt::AlignTop);
    head->addLayout(texts, 1);
    head->addWidget(menu_, 0, Qt::AlignTop);
    column_ = new QVBoxLayout(this);
    column_->setContentsMargins(kPadding, kPadding - 4, kPadding, space::kMedium);
    column_->setSpacing(0);
    column_->addLayout(head);
    column_->addSpacing(space::kSmall);
    column_->addWidget(problem_);
    column_->addWidget(headings_);
}

void ModelCard::makeHeadings() {
    auto* row = new QHBoxLayout(headings_);
    row->setContentsMargins(0, space::kTiny, 0, space::kTiny);
    row->setSpacing(space::kMedium);
    row->addStretch(1);
    for (QLabel* label : {sizeHeading_, memoryHeading_}) {
        label->setFixedWidth(ModelFormRow::kSizeWidth);
        label->setAlignment(Qt::AlignRight);
        row->addWidget(label);
    }
    row->addSpacing(ModelFormRow::kFitWidth + ModelFormRow::kActionWidth + 2 * space::kMedium);
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
    showTexts();
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

void ModelCard::showTexts() {
    name_->setText(model_.origin == ModelOrigin::Demo ? presentModelName(model_.name)
                                                      : model_.name);
    const bool hasProblem = !model_.problem.isEmpty();
    const KindWording kind = presentKind(model_);
    kind_->setContent(kind.tone, kind.text, kind.explanation);
    kind_->setVisible(!hasProblem);
    QString about = presentSizes(model_);
    if (model_.kind == ModelKind::Base) about = kind.explanation + QLatin1Char(' ') + about;
    about_->setText(about);
    about_->setVisible(!hasProblem);
    problem_->setText(model_.problem);
    problem_->setVisible(hasProblem);
    headings_->setVisible(!hasProblem && isWide_);
    sizeHeading_->setText(tr("On disk"));
    memoryHeading_->setText(tr("Memory"));
    menu_->setName(tr("More about %1").arg(name_->text()));
    setAccessibleName(name_->text());
    const bool isDemo = model_.origin == ModelOrigin::Demo;
    icon_->setPixmap(theme_.icon(isDemo ? IconName::Spark : IconName::Chip, ColorRole::AccentText)
                         .pixmap(QSize(20, 20), devicePixelRatioF()));
    showPath();
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
    if (model_.origin == ModelOrigin::Added) {
        menu->addSeparator();
        menu->addAction(theme_.icon(IconName::Close), tr("Remove from the list"), this,
                        [this] { Q_EMIT removeRequested(model_.folder); });
    }
    menu->popup(menu_->mapToGlobal(QPoint(0, menu_->height())));
}

void ModelCard::applyTheme() {
    const auto tone = [this](QLabel* label, TextStyle style, ColorRole role) {
        label->setFont(theme_.font(style));
        label->setStyleSheet(QStringLiteral("color: %1;").arg(theme_.color(role).name()));
    };
    name_->setFont(theme_.font(TextStyle::Title));
    tone(about_, TextStyle::Small, ColorRole::TextSecondary);
    tone(path_, TextStyle::Caption, ColorRole::TextTertiary);
    tone(problem_, TextStyle::Small, ColorRole::Danger);
    for (QLabel* heading : {sizeHeading_, memoryHeading_})
        tone(heading, TextStyle::Caption, ColorRole::TextTertiary);
    icon_->setStyleSheet(QStringLiteral("background: %1; border-radius: %2px;")
                             .arg(theme_.color(ColorRole::AccentSurface).name())
                             .arg(radius::kMedium));
    showTexts();
    update();
}

void ModelCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium + 2, theme_.color(ColorRole::Surface),
                theme_.color(ColorRole::Border));
    // Lines between what the card is about and its rows.
    for (const ModelFormRow* row : rows_) {
        painter.fillRect(QRect(kPadding, row->y(), width() - 2 * kPadding, 1),
                         theme_.color(ColorRole::Border));
    }
}

void ModelCard::resizeEvent(QResizeEvent*) {
    showPath();
}

void ModelCard::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) showTexts();
}

}  // namespace dsm
