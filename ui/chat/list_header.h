// ListHeader: says what the list of chats shows, and lets it be chosen: everything, a folder, a tag or
// the archive, in an order, and within limits of time, writer and model.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <functional>

#include "ui/chat/conversation_list_model.h"

class QMenu;
class QPushButton;

namespace dsm {

class IconButton;
class Theme;

class ListHeader : public QWidget {
    Q_OBJECT

  public:
    ListHeader(ChatService& chat, const Theme& theme, QWidget* parent = nullptr);

    const ListChoice& choice() const { return choice_; }
    void setChoice(const ListChoice& choice);
    void showFolder(const QString& folder);
    void showEverything();

    QPushButton* placeButton() const { return place_; }
    IconButton* limitsButton() const { return limits_; }

  Q_SIGNALS:
    void changed();
    void trashRequested();
    void importRequested();
    void exportRequested();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void showPlaces();
    void showLimits();
    void addPlaces(QMenu* menu);
    void addOrders(QMenu* menu);
    void addRenaming(QMenu* menu);
    void addTimes(QMenu* menu);
    void addRoles(QMenu* menu);
    void addModels(QMenu* menu);
    void askName(const QString& title, const QString& name,
                 std::function<void(const QString&)> take);
    void endLostChoice();
    QString placeText() const;
    void refresh();
    void applyTheme();

    ChatService& chat_;
    const Theme& theme_;
    ListChoice choice_;
    int days_ = 0;  // of the limit in time; 0: none
    QPushButton* place_;
    IconButton* limits_;
};

}  // namespace dsm
