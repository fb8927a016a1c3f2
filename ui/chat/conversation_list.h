// ConversationList: the list of the sidebar. Letters typed in it choose nothing: they belong to the
// message that is being written. Nor does it choose a chat because it gets the keyboard.
//
// Threads  Main thread.
#pragma once

#include <QListView>

namespace dsm {

class ConversationList : public QListView {
    Q_OBJECT

  public:
    explicit ConversationList(QWidget* parent = nullptr) : QListView(parent) {}

    void keyboardSearch(const QString&) override {}

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
};

}  // namespace dsm
