#include "ui/words/attachment_presentation.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

namespace dsm {
namespace {

struct AttachmentWording {
    Q_DECLARE_TR_FUNCTIONS(AttachmentPresentation)
};

constexpr qsizetype kMostPlaces = 8;

// "3–5, 9, 12 and more"
QString placeNumbers(const QList<PlaceRange>& places) {
    const QLocale locale;
    QStringList numbers;
    for (const PlaceRange& range : places.first(std::min(places.size(), kMostPlaces))) {
        const QString first = locale.toString(range.first);
        numbers.append(range.first == range.last ? first
                                                 : AttachmentWording::tr("%1–%2").arg(
                                                       first, locale.toString(range.last)));
    }
    const QString all = numbers.join(AttachmentWording::tr(", "));
    return places.size() > kMostPlaces ? AttachmentWording::tr("%1 and more").arg(all) : all;
}

QString readPlaces(const Attachment& attachment) {
    if (attachment.places.isEmpty()) return {};
    const QString numbers = placeNumbers(attachment.places);
    return attachment.pages > 0 ? AttachmentWording::tr("pages %1").arg(numbers)
                                : AttachmentWording::tr("lines %1").arg(numbers);
}

QString howChosen(const Attachment& attachment) {
    if (attachment.partsSeen == 0)
        return AttachmentWording::tr("chosen by the words of the question");
    return AttachmentWording::tr("chosen by the model among %n parts", nullptr,
                                 attachment.partsSeen);
}

QStringList readShare(const Attachment& attachment) {
    if (attachment.read.isEmpty()) return {};
    if (attachment.isWhole()) return {AttachmentWording::tr("read whole")};
    const qint64 percent = std::max<qint64>(
        1, attachment.charactersRead() * 100 / std::max<qint64>(1, attachment.characters));
    return {AttachmentWording::tr("%1 % of it is read").arg(percent), readPlaces(attachment),
            howChosen(attachment)};
}

}  // namespace

QString presentAttachment(const Attachment& attachment) {
    const QLocale locale;
    QStringList words{attachment.name};
    if (attachment.pages > 0)
        words.append(AttachmentWording::tr("%n pages", nullptr, attachment.pages));
    words.append(
        AttachmentWording::tr("%1 characters").arg(locale.toString(attachment.characters)));
    words += readShare(attachment);
    words.removeAll(QString());
    return words.join(QStringLiteral(" · "));
}

}  // namespace dsm
