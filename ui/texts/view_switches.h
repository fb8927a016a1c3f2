// ViewSwitches: what is shown of a text beside its letters, as a row of buttons, or, where there is no
// room for it, as a menu.
//
// Threads    Main thread.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

class QAction;
class QMenu;
class QPushButton;

namespace dsm {

class ViewSwitches : public QWidget {
    Q_OBJECT

  public:
    explicit ViewSwitches(QWidget* parent = nullptr);

    void setWide(bool isWide);
    // Why what needs the tokens of the model cannot be shown; "": it can.
    void setRefusal(const QString& reason);
    // Whether it is wanted and can be.
    bool isShown(const QAction* action) const;

    QAction* tokens() const { return tokens_; }
    QAction* probabilities() const { return probabilities_; }
    // These two take turns: they share one place.
    QAction* likeliest() const { return likeliest_; }
    QAction* sampling() const { return sampling_; }
    QPushButton* buttonOf(const QAction* action) const;
    QPushButton* menuButton() const { return all_; }

  Q_SIGNALS:
    void changed();

  private:
    QAction* add();
    void name(QAction* action, const QString& text, const QString& tip);
    void retranslate();

    std::vector<QAction*> actions_;
    std::vector<QPushButton*> buttons_;  // one for each
    QMenu* menu_;
    QString refusal_;
    QPushButton* all_;
    QAction* tokens_;
    QAction* probabilities_;
    QAction* likeliest_;
    QAction* sampling_;
};

}  // namespace dsm
