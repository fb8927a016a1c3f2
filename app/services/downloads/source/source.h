// Source: where models come from.
//
// Threads  Plain values.
#pragma once

#include <QString>

namespace dsm {

struct Source {
    enum class Kind { HuggingFace, ModelScope };
    Kind kind = Kind::HuggingFace;
    QString endpoint = {};  // "https://host[:port]"; "" is the kind's own

    bool operator==(const Source&) const = default;

    // Without a slash at the end. Where none is given that of the environment, as with the sources'
    // own tools: HF_ENDPOINT, MODELSCOPE_DOMAIN (https where it names no scheme).
    QString address() const;
    // To whom a token for this source belongs: "host" or "host:port".
    QString host() const;
};

// An https address, or http where the user's own network or machine answers; no path, no password.
bool isUsable(const Source& source);

}  // namespace dsm
