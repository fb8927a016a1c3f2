#include "ui/chat/code_saving.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QStandardPaths>

#include "app/services/program/private_file.h"
#include "ui/widgets/message/syntax_rules.h"

namespace dsm {

QString saveCode(QWidget* parent, const QString& language, const QString& code) {
    const auto translated = [](const char* text) {
        return QCoreApplication::translate("CodeSaving", text);
    };
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    const QString name = QStringLiteral("code.") + fileSuffixOf(language);
    const QString file = QFileDialog::getSaveFileName(
        parent, translated(QT_TRANSLATE_NOOP("CodeSaving", "Save the code")),
        documents.filePath(name));
    if (file.isEmpty()) return {};
    const QByteArray bytes = code.toUtf8() + (code.endsWith(u'\n') ? "" : "\n");
    const QString problem = writePrivateFile(file, bytes);
    if (problem.isEmpty()) return {};
    return translated(QT_TRANSLATE_NOOP("CodeSaving", "%1 cannot be written: %2"))
        .arg(QDir::toNativeSeparators(file), problem);
}

}  // namespace dsm
