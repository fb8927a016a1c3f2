#include "ui/words/attachment_presentation.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

namespace dsm {
namespace {

struct AttachmentWording {
    Q_DECLARE_TR_FUNCTIONS(AttachmentPresentation)
};

QString readShare(const Attachment& attachment) {
    if (attachment.read.isEmpty()) return {};
    if (attachment.isWhole()) return AttachmentWording::tr("read whole");
    const qint64 percent = std::max<qint64>(
        1, attachment.charactersRead() * 100 / std::max<qint64>(1, attachment.characters));
    return AttachmentWording::tr("%1 % of it is read: the parts that fit the question best")
        .arg(percent);
}

}  // namespace

QString presentAttachment(const Attachment& attachment) {
    const QLocale locale;
    QStringList words{attachment.name};
    if (attachment.pages > 0)
        words.append(AttachmentWording::tr("%n pages", nullptr, attachment.pages));
    words.append(
        AttachmentWording::tr("%1 characters").arg(locale.toString(attachment.characters)));
    words.append(readShare(attachment));
    words.removeAll(QString());
    return words.join(QStringLiteral(" · "));
}

}  // namespace dsm
