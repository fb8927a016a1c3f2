// FindBar: finds words in the chat that is shown: how often and in how many of its messages they stand,
// and from one of these to the next.
//
// The words are looked for as they are typed, large and small letters alike, in the shown branch.
//
// Ownership  Borrows the service, the view and the theme.
// Threads    Main thread.
#pragma once

#include <QList>
#include <QWidget>

class QLabel;
class QLineEdit;
class QTimer;

namespace dsm {

class ChatService;
class IconButton;
class MessageView;
class Theme;

class FindBar : public QWidget {
    Q_OBJECT

  public:
    FindBar(const ChatService& chat, MessageView& view, const Theme& theme,
            QWidget* parent = nullptr);

    // Another chat is shown: the bar goes.
    void setConversation(qint64 id);
    // Shows the bar with the words it had, chosen, so that others can be typed over them.
    void open();
    void close();
    void step(int by);

    QLineEdit* field() const { return field_; }
    QLabel* count() const { return count_; }

  Q_SIGNALS:
    void closed();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void look();
    void showFound(qsizetype place);
    void applyTheme();
    void retranslate();

    const ChatService& chat_;
    MessageView& view_;
    const Theme& theme_;
    QLineEdit* field_;
    QLabel* count_;
    IconButton* previous_;
    IconButton* next_;
    IconButton* close_;
    QTimer* pause_;
    QList<qint64> found_;  // messages with the words, from the first on
    qsizetype hits_ = 0;
    qsizetype place_ = -1;
    qint64 conversation_ = 0;
};

}  // namespace dsm
