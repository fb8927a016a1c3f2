// A link in a message, which may say anything: opened where it leads to a page or to a letter.
//
// Threads  Main thread.
#pragma once

#include <QDesktopServices>
#include <QUrl>

namespace dsm {

// Only what a browser or a mail program opens; a reply must not start anything else.
inline void openLink(const QUrl& url) {
    const QString scheme = url.scheme().toLower();
    const bool isSafe = scheme == QLatin1String("http") || scheme == QLatin1String("https") ||
                        scheme == QLatin1String("mailto");
    if (isSafe) QDesktopServices::openUrl(url);
}

}  // namespace dsm
