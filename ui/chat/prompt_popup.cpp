#include "ui/chat/prompt_popup.h"

#include <QKeyEvent>
#include <algorithm>

#include "app/services/chat/prompt_text.h"
#include "app/services/program/settings.h"
#include "ui/chat/prompt_places_dialog.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kMostRows = 8;
constexpr int kShown = 80;  // characters of a prompt

}  // namespace

PromptPopup::PromptPopup(Composer& composer, const Settings& settings, const Theme& theme,
                         QWidget* parent)
    : QListWidget(parent), composer_(composer), settings_(settings), theme_(theme) {
    hide();
    setProperty("kind", QStringLiteral("field"));
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextElideMode(Qt::ElideRight);
    setSpacing(space::kTiny);
    composer_.editor()->installEventFilter(this);
    connect(composer_.editor(), &PromptEdit::textChanged, this, &PromptPopup::refresh);
    connect(this, &QListWidget::itemClicked, this, &PromptPopup::takeChosen);
    onLanguageChange(this, [this] { setAccessibleName(tr("Prompts")); });
    setAccessibleName(tr("Prompts"));
}

void PromptPopup::refresh() {
    const QString typed = composer_.text();
    const QString wanted = promptWanted(typed);
    if (wanted.isNull() || typed == closedAt_ || !composer_.editor()->hasFocus()) {
        if (typed != closedAt_) closedAt_.clear();
        return hide();
    }
    closedAt_.clear();
    fill(wanted);
    // A word with a slash that begins no prompt, as a path, is what is to be sent.
    if (count() == 1 && !wanted.isEmpty()) return hide();
    place();
    show();
    raise();
}

void PromptPopup::fill(const QString& wanted) {
    clear();
    const QMap<QString, QString> prompts = settings_.prompts();
    for (auto prompt = prompts.begin(); prompt != prompts.end(); ++prompt) {
        if (!prompt.key().startsWith(wanted, Qt::CaseInsensitive)) continue;
        auto* row = new QListWidgetItem(
            QStringLiteral("/%1 — %2").arg(prompt.key(), prompt->simplified().left(kShown)));
        row->setData(Qt::UserRole, *prompt);
        addItem(row);
    }
    addItem(new QListWidgetItem(prompts.isEmpty() ? tr("Keep texts that you write often…")
                                                  : tr("Change the kept prompts…")));
    setCurrentRow(0);
}

void PromptPopup::place() {
    setFont(theme_.font(TextStyle::Interface));
    const int rows = std::min(count(), kMostRows);
    const int row = sizeHintForRow(0) + 2 * spacing();
    const int height = rows * row + 2 * (frameWidth() + spacing());
    const QPoint top = composer_.mapTo(parentWidget(), QPoint(0, 0));
    setGeometry(top.x(), std::max(0, top.y() - height - space::kTiny), composer_.width(),
                std::min(height, std::max(0, top.y() - space::kTiny)));
}

void PromptPopup::takeChosen() {
    const QListWidgetItem* chosen = currentItem();
    hide();
    if (chosen == nullptr) return;
    const QVariant prompt = chosen->data(Qt::UserRole);
    if (prompt.isValid()) {
        insert(prompt.toString());
    } else {
        composer_.clear();
        Q_EMIT editRequested();
    }
}

void PromptPopup::insert(const QString& prompt) {
    const QStringList places = placesIn(prompt);
    if (places.isEmpty()) return composer_.setText(prompt);
    closedAt_ = composer_.text();
    auto* dialog = new PromptPlacesDialog(prompt, window());
    connect(dialog, &PromptPlacesDialog::filled, &composer_, &Composer::setText);
    connect(dialog, &QDialog::finished, &composer_, &Composer::focusEditor);
    dialog->open();
}

bool PromptPopup::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut) hide();
    if (event->type() != QEvent::KeyPress || !isVisible())
        return QListWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Down || key == Qt::Key_Up) {
        const int step = key == Qt::Key_Down ? 1 : -1;
        setCurrentRow((currentRow() + step + count()) % count());
    } else if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Tab) {
        takeChosen();
    } else if (key == Qt::Key_Escape) {
        closedAt_ = composer_.text();
        hide();
    } else {
        return false;
    }
    return true;
}

}  // namespace dsm
