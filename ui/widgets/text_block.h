// TextBlock: read-only rich text that is as high as its text, can be selected and copied, and
// never loads anything from anywhere.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QTextBrowser>
#include <QUrl>

namespace dsm {

class Theme;

class TextBlock : public QTextBrowser {
    Q_OBJECT

  public:
    explicit TextBlock(const Theme& theme, QWidget* parent = nullptr);

    // HTML in the source is shown as the text it is; of a picture its description is shown.
    void setMarkdownText(const QString& markdown);
    void setPlain(const QString& text);

    int heightFor(int width) const;
    // The width the text takes when it may be at most `maximum` wide.
    int naturalWidth(int maximum) const;

  Q_SIGNALS:
    void linkActivated(const QUrl& url);

  protected:
    QVariant loadResource(int type, const QUrl& name) override;
    void changeEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override;

  private:
    void applyTheme();
    void retranslate();
    void render();

    const Theme& theme_;
    QString source_;
    bool isMarkdown_ = false;
};

}  // namespace dsm
