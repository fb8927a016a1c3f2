#include "ui/shell/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>

#include "ui/widgets/screen_fit.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr QSize kSize{520, 400};
constexpr int kMostShown = 60;
constexpr int kLookAgainMs = 10;
constexpr int kMostLooks = 200;

// Once the palette is gone and the window has the keyboard again, which a desktop gives back a while
// later: a field that is opened before loses it at once. Where it does not come, all the same; looks
// are counted and not the time, since a computer that stands still gives nothing back meanwhile.
void runBelow(QDialog* palette, QWidget* window, const std::function<void()>& run) {
    auto* timer = new QTimer(window);
    QObject::connect(timer, &QTimer::timeout, window,
                     [timer, window, run, gone = QPointer<QDialog>(palette), looks = 0]() mutable {
                         if (!gone.isNull()) return;
                         if (!window->isActiveWindow() && ++looks < kMostLooks)
                             return window->activateWindow();
                         timer->stop();
                         timer->deleteLater();
                         run();
                     });
    timer->start(kLookAgainMs);
}

constexpr int kDetailRole = Qt::UserRole + 1;

// The name at the side where a line begins, its keys or kind at the other.
class EntryDelegate : public QStyledItemDelegate {
  public:
    EntryDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), theme_(theme) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const QString detail = index.data(kDetailRole).toString();
        QStyleOptionViewItem whole = option;
        initStyleOption(&whole, index);
        const int room =
            option.rect.width() - whole.fontMetrics.horizontalAdvance(detail) - 3 * space::kMedium;
        whole.text = whole.fontMetrics.elidedText(whole.text, Qt::ElideRight, room);
        whole.widget->style()->drawControl(QStyle::CE_ItemViewItem, &whole, painter, whole.widget);
        painter->save();
        painter->setFont(option.font);
        painter->setPen(theme_.color(ColorRole::TextTertiary));
        painter->drawText(option.rect.adjusted(space::kSmall, 0, -space::kSmall, 0),
                          Qt::AlignRight | Qt::AlignVCenter, detail);
        painter->restore();
    }

  private:
    const Theme& theme_;
};

}  // namespace

CommandPalette::CommandPalette(std::vector<PaletteEntry> entries, const Theme& theme,
                               QWidget* parent)
    : QDialog(parent),
      entries_(std::move(entries)),
      field_(new QLineEdit(this)),
      list_(new QListWidget(this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Commands"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kLarge, space::kLarge, space::kLarge, space::kLarge);
    column->setSpacing(space::kSmall);
    column->addWidget(field_);
    column->addWidget(list_, 1);
    field_->setPlaceholderText(tr("What do you want to do?"));
    field_->setAccessibleName(tr("What do you want to do?"));
    field_->installEventFilter(this);
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setAccessibleName(tr("Commands"));
    list_->setFont(theme.font(TextStyle::Interface));
    list_->setUniformItemSizes(true);
    list_->setItemDelegate(new EntryDelegate(theme, list_));
    connect(field_, &QLineEdit::textChanged, this, &CommandPalette::showMatching);
    connect(list_, &QListWidget::itemActivated, this, &CommandPalette::runChosen);
    connect(list_, &QListWidget::itemClicked, this, &CommandPalette::runChosen);
    resize(fitToScreen(kSize, this));
    showMatching();
    field_->setFocus();
}

std::vector<std::size_t> CommandPalette::matching(const std::vector<PaletteEntry>& entries,
                                                  const QString& words) {
    const QStringList wanted = words.simplified().split(u' ', Qt::SkipEmptyParts);
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const QString text = entries[i].name + u' ' + entries[i].detail;
        const bool fits = std::all_of(wanted.begin(), wanted.end(), [&text](const QString& word) {
            return text.contains(word, Qt::CaseInsensitive);
        });
        if (fits) found.push_back(i);
    }
    if (wanted.isEmpty()) return found;
    std::stable_partition(found.begin(), found.end(), [&](std::size_t i) {
        return entries[i].name.startsWith(wanted.first(), Qt::CaseInsensitive);
    });
    return found;
}

void CommandPalette::showMatching() {
    list_->clear();
    for (const std::size_t place : matching(entries_, field_->text())) {
        if (list_->count() == kMostShown) break;
        const PaletteEntry& entry = entries_[place];
        auto* item = new QListWidgetItem(entry.name, list_);
        item->setData(Qt::UserRole, static_cast<qulonglong>(place));
        item->setData(kDetailRole, entry.detail);
        item->setData(Qt::AccessibleTextRole, (entry.name + u' ' + entry.detail).trimmed());
    }
    list_->setCurrentRow(0);
}

void CommandPalette::runChosen() {
    const QListWidgetItem* item = list_->currentItem();
    if (item == nullptr) return;
    const auto place = static_cast<std::size_t>(item->data(Qt::UserRole).toULongLong());
    runBelow(this, parentWidget(), entries_[place].run);
    accept();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        runChosen();
        return true;
    }
    const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
    if (step == 0 || list_->count() == 0) return QDialog::eventFilter(watched, event);
    list_->setCurrentRow((list_->currentRow() + step + list_->count()) % list_->count());
    return true;
}

}  // namespace dsm
