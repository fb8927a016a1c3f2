// PageHeader: the line over a page: the way back to a hidden sidebar, the page's title, and what the
// page puts behind it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QString>
#include <QWidget>

#include "ui/widgets/theme.h"

class QHBoxLayout;
class QLabel;

namespace dsm {

class IconButton;

class PageHeader : public QWidget {
    Q_OBJECT

  public:
    explicit PageHeader(const Theme& theme, QWidget* parent = nullptr);

    // On one line, cut where there is no room for all of it.
    void setTitle(const QString& title);
    QLabel* title() const { return title_; }
    QHBoxLayout* row() const { return row_; }
    // Where the sidebar is hidden, what it offers is here.
    void setSidebarHidden(bool isHidden);

  Q_SIGNALS:
    void sidebarRequested();
    void newChatRequested();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void showTitle();
    void applyTheme();
    void retranslate();

    const Theme& theme_;
    IconButton* showSidebar_;
    IconButton* newChat_;
    QLabel* title_;
    QHBoxLayout* row_;
    QString whole_;
};

}  // namespace dsm
