// NextTokensPanel: the tokens that a model finds likeliest at the cursor, to go on with one of them.
//
// Ownership  Borrows the study and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace dsm {

class TextStudy;
class Theme;

class NextTokensPanel : public QWidget {
    Q_OBJECT

  public:
    NextTokensPanel(const TextStudy& study, const Theme& theme, QWidget* parent = nullptr);

    // In little room the list alone is shown, once it is there.
    void setLow(bool isLow);

    QTreeWidget* list() const { return list_; }
    QLabel* note() const { return note_; }
    // Whether the model writes on after a choice, or waits for another one.
    QCheckBox* writeOn() const { return writeOn_; }

  Q_SIGNALS:
    // One that can be written was chosen, with Enter or two clicks.
    void chosen(const QString& text);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void showTokens();
    void showNote();
    void choose(const QTreeWidgetItem* item);
    void applyTheme();
    void retranslate();

    const TextStudy& study_;
    const Theme& theme_;
    QTreeWidget* list_;
    QLabel* note_;
    QCheckBox* writeOn_;
    bool isLow_ = false;
};

}  // namespace dsm
