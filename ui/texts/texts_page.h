// TextsPage: raw texts, in which a person writes and the model writes on.
//
// The model goes on at the end of the text, or at the cursor, in place of what stands after it. What it
// writes in one go is one step to undo.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QDeadlineTimer>
#include <QWidget>

#include "ui/widgets/banner.h"

class QPushButton;
class QShortcut;
class QSplitter;
class QStackedWidget;

namespace dsm {

class TextGenerator;
class NextTokensPanel;
class PageHeader;
class SamplingPanel;
class TextBar;
class TextDocuments;
class TextEditor;
class TextService;
class TextStatus;
class Theme;
class Toast;
class TokenLegend;
class TokenMarks;
class ViewSwitches;

class TextsPage : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        TextService& texts;
        TextGenerator& writer;
        const Theme& theme;
    };

    explicit TextsPage(const Parts& parts, QWidget* parent = nullptr);

    void setSidebarHidden(bool isHidden);
    // Shows what a removal was, with a way back.
    void setToast(Toast* toast) { toast_ = toast; }

    void open(qint64 id);  // 0: a new one
    void newText() { open(0); }
    void continueText();
    // What is after the cursor goes.
    void continueHere();
    void stop();
    bool isWriting() const;

    qint64 current() const { return current_; }
    TextEditor* editor() const { return editor_; }
    TextBar* bar() const { return bar_; }
    TextStatus* status() const { return status_; }
    SamplingPanel* sampling() const { return sampling_; }
    NextTokensPanel* nextTokens() const { return nextTokens_; }
    TokenLegend* legend() const { return legend_; }
    TokenMarks* marks() const { return marks_; }
    ViewSwitches* switches() const { return switches_; }
    QPushButton* goButton() const { return go_; }
    Banner* banner() const { return banner_; }

  Q_SIGNALS:
    void backRequested();  // Escape, unless the model wrote just now
    void sidebarRequested();
    void newChatRequested();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void makeLayout();
    void makeConnections();
    void applyTheme();
    void retranslate();
    void connectStudy();
    void showState();
    void showViews();
    void sharePlace();
    void showMarks();
    void followText();
    void goOnWith(const QString& token);
    void begin();
    void takeRemoval(qint64 id, const QString& name);

    Parts parts_;
    TextDocuments* documents_;
    PageHeader* header_;
    Banner* banner_;
    ViewSwitches* switches_;
    TextBar* bar_;
    QSplitter* splitter_;
    TextEditor* editor_;
    TokenMarks* marks_;
    QStackedWidget* panel_;  // one of the two below
    SamplingPanel* sampling_;
    NextTokensPanel* nextTokens_;
    TokenLegend* legend_;
    TextStatus* status_;
    QPushButton* go_;  // writes on, or stops
    QShortcut* escape_;
    Toast* toast_ = nullptr;
    QDeadlineTimer justEnded_;
    qint64 current_ = -1;
};

}  // namespace dsm
