#include "engine/model/pass/cache_file.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "engine/format/model_file.h"
#include "engine/format/sha256.h"
#include "kernels/base/atomic_file.h"
#include "kernels/base/buffer.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "DSMCACHE";
constexpr std::uint32_t kCacheVersion = 3;
constexpr std::int64_t kMostPositions = 1 << 30;
constexpr std::size_t kMostHeadBytes = 1 << 20;
constexpr std::size_t kPieceBytes = 1 << 20;  // of what is read for the checksum alone

struct Header {
    std::array<char, 8> magic{};
    std::uint32_t version = kCacheVersion;
    std::uint32_t type = 0;
    std::uint64_t positions = 0;
    std::uint32_t layers = 0;
    std::uint32_t heads = 0;
    std::uint32_t headSize = 0;
    std::uint32_t zero = 0;
    std::array<char, 64> fingerprint{};
};
static_assert(sizeof(Header) == 104);

Header headerOf(const KvCache& cache, const std::string& fingerprint) {
    Header header;
    std::copy(kMagic.begin(), kMagic.end(), header.magic.begin());
    const KvPanels panels = cache.layer(0);
    header.type = static_cast<std::uint32_t>(cache.type());
    header.positions = static_cast<std::uint64_t>(cache.size());
    header.layers = static_cast<std::uint32_t>(cache.layers());
    header.heads = static_cast<std::uint32_t>(panels.heads);
    header.headSize = static_cast<std::uint32_t>(panels.headSize);
    DSM_CHECK(fingerprint.size() == header.fingerprint.size());
    std::copy(fingerprint.begin(), fingerprint.end(), header.fingerprint.begin());
    return header;
}

// Of one head's keys, and again of its values.
std::int64_t bytesOfHead(const KvPanels& panels, std::int64_t positions) {
    return (positions + kKvPanel - 1) / kKvPanel * kvPanelBytes(panels.type, panels.headSize);
}

constexpr std::int64_t kSumBytes = 8;

std::int64_t panelsBegin(std::int64_t positions) {
    return std::int64_t{sizeof(Header)} + positions * 4 + kSumBytes;
}

// Calls with the memory of each head's panels, in the file's order, until a call says to end.
template <class Call>
void forEachHead(const KvCache& cache, const Call& call) {
    for (std::int64_t layer = 0; layer < cache.layers(); ++layer) {
        const KvPanels panels = cache.layer(layer);
        for (std::byte* all : {panels.keys, panels.values}) {
            for (std::int64_t g = 0; g < panels.heads; ++g) {
                if (!call(all + panels.panelOf(g, 0))) return;
            }
        }
    }
}

class Checksum {
  public:
    Checksum() : state_(XXH3_createState()) {
        DSM_CHECK(state_ != nullptr);
        XXH3_64bits_reset(state_.get());
    }
    void add(std::span<const std::byte> bytes) {
        XXH3_64bits_update(state_.get(), bytes.data(), bytes.size());
    }
    std::uint64_t value() const { return XXH3_64bits_digest(state_.get()); }

  private:
    struct Free {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };
    std::unique_ptr<XXH3_state_t, Free> state_;
};

template <class T>
std::span<const std::byte> bytesOf(const T& value) {
    return std::as_bytes(std::span(&value, 1));
}

tl::unexpected<Error> refused(const std::filesystem::path& path, ErrorCode code,
                              const std::string& why) {
    Reason reason(ReasonCode::CacheRefused, {path.string(), why});
    reason.add(ReasonCode::CacheReadAgain);
    return failure(code, reason);
}

tl::unexpected<Error> damaged(const std::filesystem::path& path) {
    return refused(path, ErrorCode::Malformed, "is damaged");
}

Result<void> readAt(const File& file, std::int64_t offset, std::span<std::byte> out) {
    const auto got = file.readAt(static_cast<std::uint64_t>(offset), out);
    if (!got) {
        Reason reason(ReasonCode::CacheUnreadable,
                      {file.path().string(), systemReasonText(got.error().systemReason)});
        reason.add(ReasonCode::CacheReadAgain);
        return failure(ErrorCode::Io, reason);
    }
    return *got == out.size() ? Result<void>() : damaged(file.path());
}

Result<void> checkHeader(const std::filesystem::path& path, const Header& header,
                         const Header& expected) {
    if (header.magic != expected.magic) {
        return refused(path, ErrorCode::Malformed, "is no file of this kind");
    }
    if (header.version != expected.version) {
        return refused(path, ErrorCode::Unsupported, "is of another version of this program");
    }
    if (header.fingerprint != expected.fingerprint) {
        return refused(path, ErrorCode::Unsupported,
                       "was made with another model, or the model's files have changed");
    }
    if (header.type != expected.type) {
        return refused(path, ErrorCode::Unsupported, "holds another type of numbers");
    }
    const bool sameShape = header.layers == expected.layers && header.heads == expected.heads &&
                           header.headSize == expected.headSize && header.zero == 0;
    if (!sameShape || header.positions > kMostPositions) return damaged(path);
    return {};
}

}  // namespace

std::string modelFingerprint(const std::filesystem::path& folder, Backend backend) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::string facts = readTextFile(folder / "config.json", kMostHeadBytes).value_or("");
    for (const fs::path& file : files) {
        const auto time = fs::last_write_time(file, ignored).time_since_epoch().count();
        facts += '\n' + file.filename().string() + ' ' +
                 std::to_string(fs::file_size(file, ignored)) + ' ' + std::to_string(time);
    }
    facts += '\n' + std::string(name(backend));
    Sha256 hash;
    hash.update(std::as_bytes(std::span(facts)));
    return hash.finish();
}

Result<void> CacheFile::write(const std::filesystem::path& path, const KvCache& cache,
                              const std::string& fingerprint, const std::stop_token& stop,
                              GpuTransfer* gpu) {
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file) return tl::unexpected(file.error());
    Result<void> written;
    Checksum sum;
    const auto append = [&](std::span<const std::byte> piece) {
        sum.add(piece);
        return file->write(piece);
    };
    const auto appendSum = [&] {
        const std::uint64_t value = std::exchange(sum, Checksum()).value();
        return file->write(bytesOf(value));
    };
    const Header header = headerOf(cache, fingerprint);
    written = append(bytesOf(header));
    if (written) written = append(std::as_bytes(cache.ids()));
    if (written) written = appendSum();
    const auto bytes = static_cast<std::size_t>(bytesOfHead(cache.layer(0), cache.size()));
    forEachHead(cache, [&](const std::byte* panels) {
        if (written && stop.stop_requested()) written = cancelled();
        if (written) {
            written = gpu != nullptr ? gpu->get(panels, bytes, append) : append({panels, bytes});
        }
        return written.has_value();
    });
    if (written) written = appendSum();
    return written ? file->commit() : written;
}

Result<CacheFile> CacheFile::open(const std::filesystem::path& path, const KvCache& cache,
                                  const std::string& fingerprint, std::int64_t vocabSize) {
    Result<File> opened = File::openRegular(path);
    if (!opened && opened.error().code == ErrorCode::NotFound) {
        return refused(path, ErrorCode::NotFound, "is not there");
    }
    if (!opened) {
        return tl::unexpected(withReason(opened.error(), ReasonCode::CacheReadAgain));
    }
    CacheFile file(std::move(*opened));
    const File& bytes = file.file_;
    if (bytes.sizeWhenOpened() < sizeof(Header)) return damaged(path);
    Header header;
    const auto headerBytes = std::as_writable_bytes(std::span(&header, 1));
    if (auto got = readAt(bytes, 0, headerBytes); !got) return tl::unexpected(got.error());
    const auto checked = checkHeader(path, header, headerOf(cache, fingerprint));
    if (!checked) return tl::unexpected(checked.error());
    const auto positions = static_cast<std::int64_t>(header.positions);
    const KvPanels panels = cache.layer(0);
    const std::int64_t whole = panelsBegin(positions) +
                               2 * cache.layers() * panels.heads * bytesOfHead(panels, positions) +
                               kSumBytes;
    if (static_cast<std::uint64_t>(whole) != bytes.sizeWhenOpened()) return damaged(path);
    file.ids_.resize(static_cast<std::size_t>(positions));
    const auto ids = std::as_writable_bytes(std::span(file.ids_));
    std::uint64_t stored = 0;
    Result<void> got = readAt(bytes, sizeof(Header), ids);
    if (got) {
        got = readAt(bytes, panelsBegin(positions) - kSumBytes,
                     std::as_writable_bytes(std::span(&stored, 1)));
    }
    if (!got) return tl::unexpected(got.error());
    Checksum sum;
    sum.add(bytesOf(header));
    sum.add(ids);
    const bool areKnown = std::all_of(file.ids_.begin(), file.ids_.end(),
                                      [&](std::int32_t id) { return id >= 0 && id < vocabSize; });
    if (sum.value() != stored || !areKnown) return damaged(path);
    return file;
}

Result<void> CacheFile::restore(std::int64_t positions, KvCache& cache, GpuTransfer* gpu) const {
    const auto saved = static_cast<std::int64_t>(ids_.size());
    DSM_CHECK(positions >= 0 && positions <= saved && positions <= cache.capacity());
    cache.truncate(0);
    const auto stride = static_cast<std::size_t>(bytesOfHead(cache.layer(0), saved));
    const auto bytes = static_cast<std::size_t>(bytesOfHead(cache.layer(0), positions));
    std::int64_t offset = panelsBegin(saved);
    Result<void> got;
    Checksum sum;
    const auto take = [&](std::span<std::byte> to) {
        if (got) got = readAt(file_, offset, to);
        if (got) sum.add(to);
        offset += static_cast<std::int64_t>(to.size());
    };
    Buffer<std::byte> onHost(gpu != nullptr ? bytes : 0);
    Buffer<std::byte> unused(std::min(kPieceBytes, stride - bytes));
    forEachHead(cache, [&](std::byte* panels) {
        std::byte* to = gpu != nullptr ? onHost.data() : panels;
        take({to, bytes});
        if (got && gpu != nullptr) got = gpu->put(panels, onHost.span(), {});
        for (std::size_t rest = stride - bytes; got && rest > 0;) {
            const auto piece = unused.span().first(std::min(rest, unused.span().size()));
            take(piece);
            rest -= piece.size();
        }
        return got.has_value();
    });
    std::uint64_t stored = 0;
    if (got) got = readAt(file_, offset, std::as_writable_bytes(std::span(&stored, 1)));
    if (got && sum.value() != stored) got = damaged(file_.path());
    if (got) cache.append(std::span(ids_).first(static_cast<std::size_t>(positions)));
    return got;
}

}  // namespace dsm
