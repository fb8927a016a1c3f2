#include "ui/texts/next_tokens_panel.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/said.h"
#include "app/services/texts/text_study.h"
#include "ui/texts/token_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

enum LikelyColumn { kToken, kProbability, kTogether, kColumns };
constexpr int kShareRole = Qt::UserRole;
constexpr int kTextRole = Qt::UserRole + 1;

// A bar as long as the token is likely, under its number.
class ShareDelegate : public QStyledItemDelegate {
  public:
    ShareDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), theme_(theme) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const double share = std::clamp(index.data(kShareRole).toDouble(), 0.0, 1.0);
        QRectF bar = QRectF(option.rect).adjusted(2, 3, -2, -3);
        bar.setWidth(bar.width() * share);
        QStyledItemDelegate::paint(painter, option, index);
        QColor color = theme_.color(ColorRole::Series1);
        color.setAlphaF(0.3F);
        painter->fillRect(bar, color);
    }

  private:
    const Theme& theme_;
};

}  // namespace

NextTokensPanel::NextTokensPanel(const TextStudy& study, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      study_(study),
      theme_(theme),
      list_(new QTreeWidget(this)),
      note_(new Label(this)),
      writeOn_(new QCheckBox(this)) {
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setColumnCount(kColumns);
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->setAllColumnsShowFocus(true);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setItemDelegateForColumn(kProbability, new ShareDelegate(theme, this));
    list_->header()->setSectionsMovable(false);
    list_->header()->setStretchLastSection(false);
    list_->header()->setSectionResizeMode(kToken, QHeaderView::Stretch);
    list_->installEventFilter(this);
    note_->setWordWrap(true);
    note_->setProperty("tone", QStringLiteral("secondary"));
    writeOn_->setChecked(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kTiny);
    column->addWidget(note_);
    column->addWidget(list_, 1);
    column->addWidget(writeOn_);
    connect(list_, &QTreeWidget::itemDoubleClicked, this, &NextTokensPanel::choose);
    connect(&study_, &TextStudy::likeliestChanged, this, &NextTokensPanel::showTokens);
    connect(&study_, &TextStudy::stateChanged, this, &NextTokensPanel::showNote);
    connect(&theme, &Theme::changed, this, &NextTokensPanel::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

bool NextTokensPanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const auto* press = static_cast<QKeyEvent*>(event);
        const bool isEnter = press->key() == Qt::Key_Return || press->key() == Qt::Key_Enter;
        if (isEnter && press->modifiers() == Qt::NoModifier) {
            choose(list_->currentItem());
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void NextTokensPanel::choose(const QTreeWidgetItem* item) {
    if (item == nullptr) return;
    const QString text = item->data(kToken, kTextRole).toString();
    if (!text.isEmpty()) Q_EMIT chosen(text);
}

void NextTokensPanel::showTokens() {
    list_->clear();
    double together = 0;
    for (const NextToken& token : study_.likeliest()) {
        together += token.probability;
        auto* item = new QTreeWidgetItem(list_);
        item->setText(kProbability, percentOf(token.probability));
        item->setText(kTogether, percentOf(together));
        item->setData(kProbability, kShareRole, token.probability);
        QString shown = visibleToken(token.text);
        if (token.kind == NextToken::Kind::EndOfText) shown = tr("end of the text");
        if (token.kind == NextToken::Kind::PartOfCharacter) shown = tr("part of a character");
        item->setText(kToken, shown);
        item->setToolTip(kToken, tr("Id %1").arg(token.id));
        for (const int column : {kProbability, kTogether})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        if (token.kind == NextToken::Kind::Text) {
            item->setData(kToken, kTextRole, token.text);
        } else {
            item->setForeground(kToken, theme_.color(ColorRole::TextTertiary));
        }
        item->setData(kToken, Qt::AccessibleTextRole,
                      tr("%1, probability %2, together %3")
                          .arg(shown, item->text(kProbability), item->text(kTogether)));
    }
    if (list_->topLevelItemCount() > 0) list_->setCurrentItem(list_->topLevelItem(0));
    showNote();
}

void NextTokensPanel::setLow(bool isLow) {
    isLow_ = isLow;
    showNote();
}

void NextTokensPanel::showNote() {
    const bool isThere = !study_.likeliest().isEmpty();
    note_->setVisible(!isLow_ || !isThere || !study_.problem().isEmpty());
    note_->setText(!study_.problem().isEmpty() ? saidAgain(study_.problem())
                   : isThere ? tr("Likeliest at the cursor. Enter or two clicks go on with one, in "
                                  "place of what is after the cursor.")
                   : study_.isBusy() ? tr("The model reads the text up to the cursor…")
                                     : tr("What could follow at the cursor is shown here, once a "
                                          "model is loaded and does not write."));
}

void NextTokensPanel::applyTheme() {
    list_->setFont(theme_.font(TextStyle::Interface));
    note_->setFont(theme_.font(TextStyle::Caption));
    list_->header()->setSectionResizeMode(kProbability, QHeaderView::Fixed);
    list_->header()->setSectionResizeMode(kTogether, QHeaderView::Fixed);
    list_->header()->resizeSection(kProbability, theme_.scaled(92));
    list_->header()->resizeSection(kTogether, theme_.scaled(76));
    list_->setMinimumHeight(theme_.scaled(48));
    showTokens();
}

void NextTokensPanel::retranslate() {
    list_->setHeaderLabels({tr("Token"), tr("Probability"), tr("Together")});
    list_->setAccessibleName(tr("Likeliest next tokens"));
    writeOn_->setText(tr("Write on from it"));
    writeOn_->setToolTip(tr("Otherwise the next token can be chosen."));
    showTokens();
}

}  // namespace dsm
