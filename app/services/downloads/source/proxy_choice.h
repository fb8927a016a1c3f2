// ProxyChoice: whether requests go through a proxy.
//
// Threads  Plain values.
#pragma once

#include <QString>

namespace dsm {

struct ProxyChoice {
    enum class Kind { System, None, Manual };
    Kind kind = Kind::System;
    // Of Manual: "http://host:port" or "socks5://host:port", with "user:password@" where needed.
    QString address = {};

    bool operator==(const ProxyChoice&) const = default;
};

// Manual with an address that can be understood, or one of the others.
bool isUsable(const ProxyChoice& choice);

}  // namespace dsm
