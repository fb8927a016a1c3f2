// A ZIP file with these files in it, as another program writes it.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <QByteArray>
#include <QList>
#include <utility>

namespace dsm::test {

// Names and what is in them. With a password the content cannot be read without it.
inline QByteArray zipFile(const QList<std::pair<QByteArray, QByteArray>>& files,
                          const char* password = nullptr) {
    qsizetype room = 1 << 20;
    for (const auto& [name, content] : files)
        room += content.size() + 2 * name.size() + 1024;
    QByteArray bytes(room, '\0');
    std::size_t used = 0;
    archive* zip = archive_write_new();
    archive_write_set_format_zip(zip);
    if (password != nullptr) {
        archive_write_set_options(zip, "zip:encryption=traditional");
        archive_write_set_passphrase(zip, password);
    }
    archive_write_open_memory(zip, bytes.data(), static_cast<std::size_t>(room), &used);
    for (const auto& [name, content] : files) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.constData());
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, content.size());
        archive_write_header(zip, entry);
        archive_write_data(zip, content.constData(), static_cast<std::size_t>(content.size()));
        archive_entry_free(entry);
    }
    archive_write_close(zip);
    archive_write_free(zip);
    bytes.truncate(static_cast<qsizetype>(used));
    return bytes;
}

}  // namespace dsm::test
