#include "finetune_ui/cards/marked_text.h"

#include <QEvent>
#include <QTextDocument>
#include <QTextEdit>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/message/markdown_document.h"

namespace dsm {

qint64 MarkedText::laidOut_ = 0;

namespace {

// The page scrolls, not its texts.
class StillText : public QTextEdit {
  public:
    using QTextEdit::QTextEdit;

  protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

// Each of its characters is one of the document's.
QString asOneBlock(QString text) {
    text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    std::transform(text.cbegin(), text.cend(), text.begin(), withoutMeaning);
    return text;
}

}  // namespace

MarkedText::MarkedText(QWidget* parent)
    : QWidget(parent), text_(new StillText(this)), measured_(new QTextDocument(this)) {
    text_->setReadOnly(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setFocusPolicy(Qt::ClickFocus);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    text_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    text_->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    // With the width of the widget each change of its height would lay the lines out again.
    text_->setLineWrapMode(QTextEdit::FixedPixelWidth);
    text_->viewport()->setAutoFillBackground(false);
    for (QTextDocument* document : {text_->document(), measured_}) {
        document->setDocumentMargin(0);
        document->setUndoRedoEnabled(false);
    }
    measured_->setDefaultTextOption(text_->document()->defaultTextOption());
    setFocusProxy(text_);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void MarkedText::setStretches(const QList<Stretch>& stretches) {
    QString all;
    QList<int> ends;
    for (const Stretch& stretch : stretches) {
        all += asOneBlock(stretch.text);
        ends.append(static_cast<int>(all.size()));
    }
    if (all != shown_) {
        shown_ = all;
        text_->setExtraSelections({});
        text_->setPlainText(all);
        measured_->setPlainText(all);
        heights_.clear();
        updateGeometry();
    }
    QList<QTextEdit::ExtraSelection> marks;
    QTextCursor cursor(text_->document());
    for (qsizetype i = 0; i < stretches.size(); ++i) {
        cursor.setPosition(i == 0 ? 0 : ends[i - 1]);
        cursor.setPosition(ends[i], QTextCursor::KeepAnchor);
        if (!stretches[i].mark.isEmpty()) marks.append({cursor, stretches[i].mark});
    }
    text_->setExtraSelections(marks);
}

void MarkedText::setSpoken(const QString& text) {
    text_->setAccessibleName(text);
}

QSize MarkedText::minimumSizeHint() const {
    return {0, fontMetrics().height()};
}

QSize MarkedText::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 40, fontMetrics().height()};
}

int MarkedText::heightForWidth(int width) const {
    const auto known = heights_.constFind(width);
    if (known != heights_.constEnd()) return *known;
    measured_->setDefaultFont(text_->document()->defaultFont());
    measured_->setTextWidth(width);
    ++laidOut_;
    return *heights_.insert(width, static_cast<int>(std::ceil(measured_->size().height())));
}

void MarkedText::resizeEvent(QResizeEvent*) {
    if (width() != text_->lineWrapColumnOrWidth()) {
        text_->setLineWrapColumnOrWidth(width());
        ++laidOut_;
    }
    text_->setGeometry(rect());
}

void MarkedText::changeEvent(QEvent* event) {
    const QEvent::Type type = event->type();
    if (type == QEvent::FontChange || type == QEvent::StyleChange) heights_.clear();
    QWidget::changeEvent(event);
}

}  // namespace dsm
