// ConversationDelegate: draws the rows of the sidebar and edits a title in place.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QStyledItemDelegate>

namespace dsm {

class Theme;

class ConversationDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    explicit ConversationDelegate(const Theme& theme, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;

    QRect menuRect(const QRect& row) const;

  Q_SIGNALS:
    // The dots of a conversation were pressed.
    void menuRequested(const QModelIndex& index, const QPoint& globalPosition);

  protected:
    bool eventFilter(QObject* editor, QEvent* event) override;

  private:
    int hitHeight() const;
    void paintHeading(QPainter& painter, const QRect& rect, const QModelIndex& index) const;
    void paintFolder(QPainter& painter, const QStyleOptionViewItem& option,
                     const QModelIndex& index) const;
    // Right of the title; returns what is left of the room.
    QRect paintTags(QPainter& painter, const QStyleOptionViewItem& option, const QRect& room,
                    const QModelIndex& index) const;
    void paintConversation(QPainter& painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const;
    void paintHit(QPainter& painter, const QStyleOptionViewItem& option,
                  const QModelIndex& index) const;
    void paintBackground(QPainter& painter, const QStyleOptionViewItem& option) const;

    const Theme& theme_;
};

}  // namespace dsm
