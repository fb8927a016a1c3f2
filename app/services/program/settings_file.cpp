#include "app/services/program/settings_file.h"

#include <QFileInfo>
#include <algorithm>
#include <iterator>

#include "app/services/program/private_file.h"

namespace dsm {
namespace {

constexpr qint64 kMostFileBytes = 1 << 20;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// Whether a value of a line makes QSettings build an object of any type out of bytes: "@Variant("
// and "@DateTime(" do, also where the letters are written as numbers.
bool buildsObjects(QByteArrayView values) {
    constexpr QByteArrayView kHarmless[] = {"@ByteArray(", "@Invalid(", "@String(", "@@"};
    bool isQuoted = false;
    bool isBeginning = true;  // of a value
    for (qsizetype i = 0; i < values.size(); ++i) {
        const char c = values[i];
        const QByteArrayView rest = values.sliced(i);
        const auto begins = [&](QByteArrayView known) { return rest.startsWith(known); };
        if (isBeginning && c == '\\' && rest.size() > 1 && (rest[1] == 'x' || isDigit(rest[1])))
            return true;
        if (isBeginning && c == '@' &&
            std::none_of(std::begin(kHarmless), std::end(kHarmless), begins))
            return true;
        if (c == '\\') ++i;
        if (c == '"') isQuoted = !isQuoted;
        const bool isFill = c == ' ' || c == '\t' || c == '"';
        isBeginning = (c == ',' && !isQuoted) || (isBeginning && isFill);
    }
    return false;
}

bool isSettingsLine(QByteArrayView line) {
    if (line.isEmpty() || line.startsWith(';') || line.startsWith('[')) return true;
    const qsizetype equals = line.indexOf('=');
    const auto lastOther =
        std::find_if(line.rbegin(), line.rend(), [](char c) { return c != '\\'; });
    // One that goes on below could hide the beginning of its value.
    const bool goesOn = (lastOther - line.rbegin()) % 2 == 1;
    return equals >= 0 && !goesOn && !buildsObjects(line.sliced(equals + 1));
}

// What such a file never holds; the rest is judged value by value.
bool isSettings(const QByteArray& bytes) {
    if (bytes.contains('\0') || !bytes.isValidUtf8()) return false;
    // To QSettings each of both ends a line.
    QByteArray lines = bytes;
    lines.replace('\r', '\n');
    const QList<QByteArray> all = lines.split('\n');
    return std::all_of(all.begin(), all.end(),
                       [](const QByteArray& line) { return isSettingsLine(line.trimmed()); });
}

// A pipe, which is not opened, would hold up the start for ever.
bool isStrange(const QString& path) {
    if (!QFileInfo::exists(path)) return false;
    if (!QFileInfo(path).isFile()) return true;
    const auto bytes = beginningOf(path, kMostFileBytes + 1);
    return bytes && (bytes->size() > kMostFileBytes || !isSettings(*bytes));
}

}  // namespace

QString setAsideStrangeSettings(const QString& file) {
    return isStrange(file) ? setAside(file, QStringLiteral("it holds no settings")) : QString();
}

}  // namespace dsm
