#include "ui/chat/conversation_delegate.h"

#include <QAbstractItemView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QTextLayout>
#include <cmath>

#include "ui/chat/conversation_list_model.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// In a list that is read from the right, the other way round.
QRect seen(const QRect& rect, const QStyleOptionViewItem& option) {
    return QStyle::visualRect(option.direction, option.rect, rect);
}

// At the side where the list begins, each text by the direction of its own words.
void drawAtBegin(QPainter& painter, const QRect& rect, const QString& text,
                 const QStyleOptionViewItem& option) {
    const bool isMirrored = option.direction == Qt::RightToLeft;
    const int side = isMirrored ? Qt::AlignRight : Qt::AlignLeft;
    const int direction =
        text.isRightToLeft() ? Qt::TextForceRightToLeft : Qt::TextForceLeftToRight;
    painter.drawText(rect, side | Qt::AlignAbsolute | Qt::AlignVCenter | direction, text);
}

using Model = ConversationListModel;

constexpr int kHeadingHeight = 34;
constexpr int kRowHeight = 38;
constexpr int kSide = 12;
constexpr int kIndent = 14;  // of what lies in a folder
constexpr int kMenuSide = 26;
constexpr int kHitTop = 6;
constexpr int kHitBottom = 6;
constexpr int kSnippetLines = 2;

Model::RowKind kindOf(const QModelIndex& index) {
    return static_cast<Model::RowKind>(index.data(Model::KindRole).toInt());
}

// The snippet without its marks, and where the found parts are.
struct Marked {
    QString text;
    QList<QTextLayout::FormatRange> ranges;
};

Marked readMarks(const QString& snippet, const QColor& color) {
    Marked marked;
    qsizetype begin = -1;
    for (const QChar c : snippet.simplified()) {
        if (c == SearchHit::kHitBegin) {
            begin = marked.text.size();
        } else if (c == SearchHit::kHitEnd && begin >= 0) {
            QTextLayout::FormatRange range;
            range.start = static_cast<int>(begin);
            range.length = static_cast<int>(marked.text.size() - begin);
            range.format.setForeground(color);
            range.format.setFontWeight(QFont::DemiBold);
            marked.ranges.append(range);
            begin = -1;
        } else if (c != u'*' && c != u'`') {  // marks of Markdown, mere noise here
            marked.text += c;
        }
    }
    return marked;
}

}  // namespace

ConversationDelegate::ConversationDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), theme_(theme) {}

// The list below the editor would take the Return that ends it for the choice of a chat, and its
// keyboard away before it is closed: Qt then closes it a second time, and warns of that in the log.
bool ConversationDelegate::eventFilter(QObject* editor, QEvent* event) {
    const bool isTaken = QStyledItemDelegate::eventFilter(editor, event);
    if (event->type() != QEvent::KeyPress) return isTaken;
    const int key = static_cast<QKeyEvent*>(event)->key();
    return isTaken || key == Qt::Key_Return || key == Qt::Key_Enter;
}

QRect ConversationDelegate::menuRect(const QRect& row) const {
    const int side = theme_.controlSide(kMenuSide);
    return {row.right() - side - 6, row.top() + (row.height() - side) / 2, side, side};
}

// The title and the lines of the snippet, whatever fonts their characters come from.
int ConversationDelegate::hitHeight() const {
    return kHitTop + theme_.lineHeight(TextStyle::Interface) +
           kSnippetLines * theme_.lineHeight(TextStyle::Caption) + kHitBottom;
}

QSize ConversationDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    switch (kindOf(index)) {
        case Model::RowKind::Heading:
            return {0, theme_.controlSide(kHeadingHeight)};
        case Model::RowKind::Folder:
        case Model::RowKind::Conversation:
            return {0, theme_.controlSide(kRowHeight)};
        case Model::RowKind::Hit:
            return {0, hitHeight()};
    }
    return {};
}

void ConversationDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    painter->save();
    switch (kindOf(index)) {
        case Model::RowKind::Heading:
            paintHeading(*painter, option.rect, index);
            break;
        case Model::RowKind::Folder:
            paintFolder(*painter, option, index);
            break;
        case Model::RowKind::Conversation:
            paintConversation(*painter, option, index);
            break;
        case Model::RowKind::Hit:
            paintHit(*painter, option, index);
            break;
    }
    painter->restore();
}

void ConversationDelegate::paintHeading(QPainter& painter, const QRect& rect,
                                        const QModelIndex& index) const {
    QFont font = theme_.font(TextStyle::Caption);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(theme_.color(ColorRole::TextTertiary));
    painter.drawText(rect.adjusted(kSide, 0, -kSide, -6), Qt::AlignLeft | Qt::AlignBottom,
                     index.data().toString());
}

void ConversationDelegate::paintBackground(QPainter& painter,
                                           const QStyleOptionViewItem& option) const {
    const QRect rect = option.rect.adjusted(0, 1, 0, -1);
    if (option.state & QStyle::State_Selected) {
        drawRounded(painter, rect, radius::kMedium - 2, theme_.color(ColorRole::SurfaceActive));
    } else if (option.state & QStyle::State_MouseOver) {
        drawRounded(painter, rect, radius::kMedium - 2, theme_.color(ColorRole::SurfaceHover));
    }
    if (option.state & QStyle::State_HasFocus && option.state & QStyle::State_KeyboardFocusChange) {
        drawFocusRing(painter, rect, radius::kMedium - 2, theme_.color(ColorRole::AccentText));
    }
}

void ConversationDelegate::paintFolder(QPainter& painter, const QStyleOptionViewItem& option,
                                       const QModelIndex& index) const {
    paintBackground(painter, option);
    const QRect text = option.rect.adjusted(kSide, 0, -kSide, 0);
    const bool isFolded = index.data(Model::FoldedRole).toBool();
    const auto markAt = [&](int left, int pixels) {
        const int side = theme_.scaled(pixels);
        return QRect(left, text.center().y() + 1 - side / 2, side, side);
    };
    const QRect arrow = markAt(text.left() - 4, 14);
    const IconName folded =
        option.direction == Qt::RightToLeft ? IconName::ChevronLeft : IconName::ChevronRight;
    theme_.icon(isFolded ? folded : IconName::ChevronDown, ColorRole::TextTertiary)
        .paint(&painter, seen(arrow, option));
    const QRect icon = markAt(arrow.right() + 3, 17);
    theme_.icon(IconName::Folder).paint(&painter, seen(icon, option));
    painter.setFont(theme_.font(TextStyle::Caption));
    painter.setPen(theme_.color(ColorRole::TextTertiary));
    const QString members = QLocale().toString(index.data(Model::MembersRole).toInt());
    painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter, members);
    const int taken = painter.fontMetrics().horizontalAdvance(members);
    painter.setFont(theme_.font(TextStyle::InterfaceStrong));
    painter.setPen(theme_.color(ColorRole::TextSecondary));
    const QRect room(icon.right() + 7, text.top(), text.right() - taken - 8 - icon.right() - 7,
                     text.height());
    drawAtBegin(
        painter, seen(room, option),
        painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, room.width()),
        option);
}

QRect ConversationDelegate::paintTags(QPainter& painter, const QStyleOptionViewItem& option,
                                      const QRect& room, const QModelIndex& index) const {
    const QStringList tags = index.data(Model::TagsRole).toStringList();
    if (tags.isEmpty()) return room;
    painter.setFont(theme_.font(TextStyle::Caption));
    painter.setPen(theme_.color(ColorRole::TextTertiary));
    const QString text = painter.fontMetrics().elidedText(tags.join(QStringLiteral(" · ")),
                                                          Qt::ElideRight, room.width() * 2 / 5);
    painter.drawText(seen(room, option), Qt::AlignRight | Qt::AlignVCenter, text);
    return room.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(text) - 8, 0);
}

void ConversationDelegate::paintConversation(QPainter& painter, const QStyleOptionViewItem& option,
                                             const QModelIndex& index) const {
    paintBackground(painter, option);
    const bool isHovered = option.state & QStyle::State_MouseOver;
    const bool isSelected = option.state & QStyle::State_Selected;
    QRect text = option.rect.adjusted(kSide, 0, -kSide, 0);
    if (!index.data(Model::FolderRole).toString().isEmpty()) text.setLeft(text.left() + kIndent);
    if (isHovered || isSelected) {
        const QRect menu = menuRect(option.rect);
        theme_.icon(IconName::More).paint(&painter, seen(menu.adjusted(4, 4, -4, -4), option));
        text.setRight(menu.left() - 4);
    } else if (index.data(Model::PinnedRole).toBool()) {
        const int side = theme_.scaled(15);
        const QRect pin(option.rect.right() + 1 - kSide - side, option.rect.center().y() - side / 2,
                        side, side);
        theme_.icon(IconName::Pin, ColorRole::TextTertiary).paint(&painter, seen(pin, option));
        text.setRight(pin.left() - 6);
    }
    if (index.data(Model::GeneratingRole).toBool()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme_.color(ColorRole::AccentText));
        const QRect dot = seen(QRect(text.left(), text.top(), 7, text.height()), option);
        painter.drawEllipse(QPointF(dot.left() + 3, dot.center().y() + 0.5), 3.5, 3.5);
        text.setLeft(text.left() + 14);
    }
    text = paintTags(painter, option, text, index);
    painter.setFont(theme_.font(TextStyle::Interface));
    painter.setPen(theme_.color(isSelected ? ColorRole::Text : ColorRole::TextSecondary));
    const QString title =
        painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width());
    drawAtBegin(painter, seen(text, option), title, option);
}

void ConversationDelegate::paintHit(QPainter& painter, const QStyleOptionViewItem& option,
                                    const QModelIndex& index) const {
    paintBackground(painter, option);
    const QRect inner = option.rect.adjusted(kSide, kHitTop, -kSide, -kHitBottom);
    painter.setFont(theme_.font(TextStyle::Interface));
    painter.setPen(theme_.color(ColorRole::Text));
    const QFontMetrics metrics = painter.fontMetrics();
    const QRect head(inner.left(), inner.top(), inner.width(),
                     theme_.lineHeight(TextStyle::Interface));
    const Marked title = readMarks(index.data().toString(), {});
    drawAtBegin(painter, head, metrics.elidedText(title.text, Qt::ElideRight, inner.width()),
                option);

    const Marked marked =
        readMarks(index.data(Model::SnippetRole).toString(), theme_.color(ColorRole::AccentText));
    QTextLayout layout(marked.text, theme_.font(TextStyle::Caption));
    layout.setFormats(marked.ranges);
    QTextOption wrap;
    wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    wrap.setTextDirection(marked.text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
    wrap.setAlignment(option.direction == Qt::RightToLeft ? Qt::AlignRight : Qt::AlignLeft);
    layout.setTextOption(wrap);
    painter.setPen(theme_.color(ColorRole::TextSecondary));
    layout.beginLayout();
    double top = 0;
    for (int line = 0; line < kSnippetLines; ++line) {
        QTextLine made = layout.createLine();
        if (!made.isValid()) break;
        made.setLineWidth(inner.width());
        // Baselines at even distances.
        const int height = theme_.lineHeight(TextStyle::Caption);
        made.setPosition(QPointF(0, top + height * 0.8 - made.ascent()));
        top += height;
    }
    layout.endLayout();
    layout.draw(&painter, QPointF(inner.left(), head.bottom() + 1));
}

QWidget* ConversationDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                            const QModelIndex&) const {
    auto* editor = new QLineEdit(parent);
    editor->setAccessibleName(tr("Title of the conversation"));
    editor->setMaxLength(200);
    editor->setStyleSheet(QStringLiteral("QLineEdit { min-height: 30px; padding: 0 10px; }"));
    return editor;
}

void ConversationDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                                const QModelIndex&) const {
    editor->setGeometry(option.rect.adjusted(0, 2, 0, -2));
}

bool ConversationDelegate::editorEvent(QEvent* event, QAbstractItemModel* model,
                                       const QStyleOptionViewItem& option,
                                       const QModelIndex& index) {
    if (event->type() == QEvent::MouseButtonPress &&
        kindOf(index) == Model::RowKind::Conversation) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton &&
            seen(menuRect(option.rect), option).contains(mouse->position().toPoint())) {
            Q_EMIT menuRequested(index, mouse->globalPosition().toPoint());
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

}  // namespace dsm
