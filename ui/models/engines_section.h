// EnginesSection: the models at addresses, to try, use, change and remove.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QWidget>
#include <vector>

#include "ui/models/engine_card.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace dsm {

class EngineDialog;
class ModelInUse;
class RemoteEngines;
class Toast;

class EnginesSection : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        RemoteEngines& engines;
        ModelInUse& writer;
        const Theme& theme;
    };

    explicit EnginesSection(const Parts& parts, QWidget* parent = nullptr);

    // Shows what a removal was, with a way back.
    void setToast(Toast* toast) { toast_ = toast; }
    EngineDialog* open(qint64 id);  // 0: a new one

    const std::vector<EngineCard*>& cards() const { return cards_; }
    QPushButton* addButton() const { return add_; }

  Q_SIGNALS:
    void useRequested(qint64 id);
    void chatRequested();
    void noted(const QString& message);
    void failed(const QString& message);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void showCards();
    EngineCard* makeCard();
    void tryEngine(qint64 id);
    void takeSaved(qint64 id, const QString& problem);
    void remove(qint64 id);
    void applyTheme();
    void retranslate();

    Parts parts_;
    Toast* toast_ = nullptr;
    QLabel* heading_;
    QLabel* about_;
    QPushButton* add_;
    QVBoxLayout* list_;
    std::vector<EngineCard*> cards_;
    QHash<qint64, EngineCard::State> tried_;
};

}  // namespace dsm
