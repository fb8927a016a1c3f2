// WindowPage: a page of the main window that is made outside of it. Its title is the widget's
// windowTitle().
//
// Threads  Main thread.
#pragma once

#include <QStringList>
#include <QWidget>

namespace dsm {

class Banner;

class WindowPage : public QWidget {
    Q_OBJECT

  public:
    using QWidget::QWidget;

    // Shows the way back to a hidden sidebar.
    virtual void setSidebarHidden(bool isHidden) = 0;
    // Where the keyboard goes when the page is shown.
    virtual QWidget* firstControl() const = 0;
    virtual Banner* banner() const = 0;
    // What belongs to the run that an adapter or a model comes from, when it is tried.
    struct Origin {
        QStringList prompts = {};  // fixed ones
        QString system = {};       // that each follows
        QString baseFolder = {};   // of the model that was tuned
    };
    virtual Origin originOf(const QString& resultFolder) const = 0;

  Q_SIGNALS:
    void backRequested();  // Escape
    void sidebarRequested();
    void newChatRequested();
    // An adapter is to be tried over the model that it was made for; "": that model alone.
    void trialRequested(const QString& adapterFolder, const QString& modelFolder);
};

}  // namespace dsm
