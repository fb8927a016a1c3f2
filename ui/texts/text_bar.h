// TextBar: which text is open, and what is done with texts as wholes: a new one, another name, the
// trash and out of it.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

class QMenu;
class QPushButton;

namespace dsm {

class ChoiceBox;
class IconButton;
class TextService;
class Theme;

class TextBar : public QWidget {
    Q_OBJECT

  public:
    TextBar(TextService& texts, const Theme& theme, QWidget* parent = nullptr);

    // 0: one that is not yet kept.
    void setCurrent(qint64 id);
    qint64 current() const { return current_; }
    void askName();
    void remove();

    ChoiceBox* choice() const { return choice_; }
    QPushButton* newButton() const { return new_; }
    IconButton* moreButton() const { return more_; }
    // What there is to do with the text, made when it is opened.
    QMenu* menu() const { return menu_; }

  Q_SIGNALS:
    void chosen(qint64 id);
    void newRequested();
    void removed(qint64 id, const QString& name);
    // Whatever was asked here is over.
    void ended();

  private:
    void showTexts();
    void fillMenu();
    void applyTheme();
    void retranslate();

    TextService& texts_;
    const Theme& theme_;
    ChoiceBox* choice_;
    QPushButton* new_;
    IconButton* more_;
    QMenu* menu_;
    qint64 current_ = 0;
};

// What a text is called, for people.
QString nameOfText(const QString& name);

}  // namespace dsm
