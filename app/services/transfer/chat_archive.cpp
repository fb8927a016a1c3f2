#include "app/services/transfer/chat_archive.h"
#include "app/services/program/said.h"

#include <archive.h>
#include <archive_entry.h>

#include <QCoreApplication>
#include <functional>
#include <memory>
#include <optional>

namespace dsm {
namespace {

struct ChatArchive {
    Q_DECLARE_TR_FUNCTIONS(dsm::ChatArchive)
};

constexpr qsizetype kPiece = 1 << 18;

QString damaged() {
    return said([] { return ChatArchive::tr("The ZIP file is damaged or incomplete."); });
}

// After the last folder; "" where it cannot be read as text.
QString baseName(archive_entry* entry) {
    const char* path = archive_entry_pathname_utf8(entry);
    QString name = QString::fromUtf8(path != nullptr ? path : archive_entry_pathname(entry));
    name.replace(u'\\', u'/');
    return name.section(u'/', -1);
}

bool holdsAllChats(const QString& name) {
    return name.startsWith(QStringLiteral("conversations")) &&
           name.endsWith(QStringLiteral(".json"));
}

bool mayHoldChats(const QString& name) {
    return name.endsWith(QStringLiteral(".json")) || name.endsWith(QStringLiteral(".chat"));
}

// Goes through a ZIP file that lies in memory, once.
class ArchiveReader {
  public:
    explicit ArchiveReader(const QByteArray& bytes)
        : archive_(archive_read_new(), [](archive* one) { archive_read_free(one); }) {
        archive_read_support_format_zip(archive_.get());
        isOpen_ = archive_read_open_memory(archive_.get(), bytes.constData(),
                                           static_cast<std::size_t>(bytes.size())) == ARCHIVE_OK;
    }

    // Calls `look` with each file until it returns false; "" or why that was not possible.
    QString walk(int most, const std::function<bool(archive_entry*)>& look) {
        if (!isOpen_) return damaged();
        archive_entry* entry = nullptr;
        for (int seen = 0; seen <= most; ++seen) {
            const int state = archive_read_next_header(archive_.get(), &entry);
            if (state == ARCHIVE_EOF) return {};
            if (state != ARCHIVE_OK && state != ARCHIVE_WARN) return damaged();
            if (archive_entry_filetype(entry) == AE_IFREG && !look(entry)) return {};
        }
        return said([] { return ChatArchive::tr("The ZIP file holds too many files."); });
    }

    // Nothing where it is damaged or would be larger.
    std::optional<QByteArray> content(qint64 most) {
        QByteArray all;
        QByteArray piece(kPiece, Qt::Uninitialized);
        for (;;) {
            const la_ssize_t got = archive_read_data(archive_.get(), piece.data(), kPiece);
            if (got == 0) return all;
            isTooLarge_ = got > 0 && all.size() + got > most;
            if (got < 0 || isTooLarge_) return std::nullopt;
            all.append(piece.constData(), static_cast<qsizetype>(got));
        }
    }
    bool isTooLarge() const { return isTooLarge_; }

  private:
    std::unique_ptr<archive, void (*)(archive*)> archive_;
    bool isOpen_ = false;
    bool isTooLarge_ = false;
};

QString whyNoContent(archive_entry* entry, const ArchiveReader& reader, const QString& name) {
    if (archive_entry_is_encrypted(entry))
        return said([] { return ChatArchive::tr("The ZIP file is protected by a password."); });
    if (reader.isTooLarge())
        return said([] { return ChatArchive::tr("What is in the ZIP file is larger than 1 GB."); });
    return said([] { return ChatArchive::tr("%1 in the ZIP file is damaged."); }, {name});
}

void add(ReadChats& all, ReadChats some) {
    all.chats += some.chats;
    all.empty += some.empty;
    if (all.program.isEmpty()) all.program = some.program;
}

}  // namespace

bool isArchive(const QByteArray& bytes) {
    return bytes.startsWith("PK\x03\x04") || bytes.startsWith("PK\x05\x06");
}

ReadChats readArchive(const QByteArray& bytes, const ArchiveLimits& limits) {
    bool hasAll = false;
    QString problem = ArchiveReader(bytes).walk(limits.entries, [&](archive_entry* entry) {
        hasAll = holdsAllChats(baseName(entry));
        return !hasAll;
    });
    if (!problem.isEmpty()) return unreadChats(problem);
    ReadChats all;
    qint64 room = limits.bytesInside;
    ArchiveReader reader(bytes);
    QString unread;  // why a file with chats was not taken
    problem = reader.walk(limits.entries, [&](archive_entry* entry) {
        const QString name = baseName(entry);
        if (hasAll ? !holdsAllChats(name) : !mayHoldChats(name)) return true;
        const auto content = reader.content(room);
        if (!content) {
            unread = whyNoContent(entry, reader, name);
            return false;
        }
        room -= content->size();
        ReadChats some = readChats(*content);
        // Beside the chats an export has files about other things.
        if (!some.problem.isEmpty() && hasAll)
            unread = said([] { return ChatArchive::tr("%1 in the ZIP file: %2"); },
                          {name, some.problem});
        if (some.problem.isEmpty()) add(all, std::move(some));
        return unread.isEmpty();
    });
    if (!unread.isEmpty()) return unreadChats(unread);
    if (!problem.isEmpty()) return unreadChats(problem);
    if (all.program.isEmpty())
        return unreadChats(
            said([] { return ChatArchive::tr("The ZIP file holds no chats that can be read."); }));
    return all;
}

}  // namespace dsm
