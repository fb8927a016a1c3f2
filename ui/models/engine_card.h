// EngineCard: a model at an address: where it is, whether it answers, and what can be done with it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include "app/services/remote/remote_types.h"
#include "ui/widgets/card.h"

class QLabel;
class QPushButton;

namespace dsm {

class CardHead;
class IconButton;

class EngineCard : public Card {
    Q_OBJECT

  public:
    // What is known of its health.
    struct State {
        bool isInUse = false;
        bool isTrying = false;
        bool wasTried = false;
        int latencyMs = 0;
        QString problem = {};
        QStringList refused = {};  // settings that it does not take
        bool isKeyInFile = false;
    };

    explicit EngineCard(const Theme& theme, QWidget* parent = nullptr);

    void setContent(const RemoteEngine& engine, const State& state);
    const RemoteEngine& engine() const { return engine_; }

    QPushButton* button() const { return button_; }
    QPushButton* tryButton() const { return try_; }
    IconButton* menuButton() const { return menu_; }
    QLabel* health() const { return health_; }

  Q_SIGNALS:
    void useRequested(qint64 id);
    void chatRequested();
    void tryRequested(qint64 id);
    void editRequested(qint64 id);
    void removeRequested(qint64 id);

  private:
    void makeLayout();
    void applyTheme();
    void showContent();
    void showMenu();

    RemoteEngine engine_;
    State state_;
    CardHead* head_;
    QLabel* about_;
    QLabel* health_;
    QPushButton* try_;
    QPushButton* button_;
    IconButton* menu_;
};

}  // namespace dsm
