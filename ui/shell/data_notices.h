// What is to be known of the chats' file: a banner of its own above all pages, which stays until
// the user dismisses it, whatever else is told.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QStringList>
#include <vector>

#include "ui/widgets/banner.h"

namespace dsm {

class ChatService;

class DataNotices : public Banner {
    Q_OBJECT

  public:
    DataNotices(ChatService& chat, const Theme& theme, QWidget* parent = nullptr);

    // Once it has its place in the window.
    void showAll();

  Q_SIGNALS:
    void newChatRequested();  // one that is not kept

  private:
    std::vector<Action> choices();
    void showRest();

    ChatService& chat_;
    QStringList shown_;
    QStringList dismissed_;
};

}  // namespace dsm
