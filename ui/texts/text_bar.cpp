#include "ui/texts/text_bar.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <algorithm>

#include "app/services/texts/short_name.h"
#include "app/services/texts/text_service.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/name_dialog.h"
#include "ui/widgets/verbatim.h"

namespace dsm {
namespace {

constexpr qsizetype kMostInTrash = 15;
constexpr qsizetype kLongestInMenu = 40;

}  // namespace

QString nameOfText(const QString& name) {
    return name.isEmpty() ? TextBar::tr("Empty text") : name;
}

TextBar::TextBar(TextService& texts, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      texts_(texts),
      theme_(theme),
      choice_(new ChoiceBox(this)),
      new_(new QPushButton(this)),
      more_(new IconButton(theme, IconName::More, 32, IconButton::Look::Plain, this)),
      menu_(new QMenu(this)) {
    choice_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    choice_->setMinimumWidth(120);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::kSmall);
    row->addWidget(choice_, 1);
    row->addWidget(new_);
    row->addWidget(more_);
    connect(choice_, &QComboBox::activated, this,
            [this] { Q_EMIT chosen(choice_->currentData().toLongLong()); });
    connect(new_, &QPushButton::clicked, this, &TextBar::newRequested);
    connect(more_, &IconButton::clicked, this, [this] {
        fillMenu();
        menu_->popup(more_->mapToGlobal(QPoint(0, more_->height())));
    });
    connect(&texts_, &TextService::textsChanged, this, &TextBar::showTexts);
    connect(&theme, &Theme::changed, this, &TextBar::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void TextBar::setCurrent(qint64 id) {
    current_ = id;
    showTexts();
}

void TextBar::showTexts() {
    const QSignalBlocker quiet(choice_);
    choice_->clear();
    if (current_ == 0) choice_->addItem(tr("New text"), qint64{0});
    for (const TextInfo& text : texts_.texts())
        choice_->addItem(nameOfText(text.name()), text.id);
    choice_->setCurrentIndex(choice_->findData(current_));
}

void TextBar::fillMenu() {
    menu_->clear();
    QAction* rename =
        menu_->addAction(theme_.icon(IconName::Edit), tr("Rename…"), this, &TextBar::askName);
    QAction* remove =
        menu_->addAction(theme_.icon(IconName::Trash), tr("Delete"), this, &TextBar::remove);
    rename->setEnabled(current_ != 0);
    remove->setEnabled(current_ != 0);
    menu_->addSeparator();
    QMenu* trash = menu_->addMenu(theme_.icon(IconName::Undo), tr("Bring back"));
    const QList<TextInfo> removed = texts_.trash();
    trash->setEnabled(!removed.isEmpty());
    for (const TextInfo& text : removed.first(std::min(removed.size(), kMostInTrash))) {
        trash->addAction(verbatim(shortName(nameOfText(text.name()), kLongestInMenu)), this,
                         [this, id = text.id] {
                             if (texts_.restore(id)) Q_EMIT chosen(id);
                         });
    }
}

void TextBar::askName() {
    if (current_ == 0) return;
    const qint64 id = current_;
    NameDialog* dialog =
        NameDialog::open(this,
                         {.title = tr("Rename the text"),
                          .label = tr("Name of the text:"),
                          .name = choice_->currentText(),
                          .accept = tr("Rename")},
                         [this, id](const QString& name) { texts_.rename(id, name); });
    connect(dialog, &QDialog::finished, this, &TextBar::ended);
}

void TextBar::remove() {
    if (current_ == 0) return;
    const qint64 id = current_;
    const QString name = choice_->currentText();
    if (texts_.remove(id)) Q_EMIT removed(id, name);
}

void TextBar::applyTheme() {
    new_->setIcon(theme_.icon(IconName::NewChat));
    new_->setIconSize({theme_.scaled(24), theme_.scaled(18)});
}

void TextBar::retranslate() {
    choice_->setAccessibleName(tr("Text"));
    new_->setText(tr("New text"));
    more_->setName(tr("What to do with this text"));
    showTexts();
}

}  // namespace dsm
