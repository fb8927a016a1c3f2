#include "engine/train/data/rows/parquet/codec.h"

#include <brotli/decode.h>
#include <lz4.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include <cstdint>

#include "engine/train/data/rows/parquet/bytes.h"

namespace dsm::parquet {
namespace {

constexpr std::uint64_t kMostBytes = 512 << 20;

std::uint8_t* bytesOf(std::string& text) {
    return reinterpret_cast<std::uint8_t*>(text.data());
}

bool gunzip(std::string_view stored, std::string& whole) {
    z_stream stream{};
    if (::inflateInit2(&stream, 15 + 32) != Z_OK) return false;  // zlib's or gzip's head
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(stored.data()));
    stream.avail_in = static_cast<uInt>(stored.size());
    stream.next_out = bytesOf(whole);
    stream.avail_out = static_cast<uInt>(whole.size());
    const int end = ::inflate(&stream, Z_FINISH);
    const bool isWhole = end == Z_STREAM_END && stream.avail_out == 0;
    ::inflateEnd(&stream);
    return isWhole;
}

bool unpack(std::string_view stored, int codec, std::string& whole) {
    std::size_t size = whole.size();
    switch (codec) {
        case 1:
            return ::snappy_uncompress(stored.data(), stored.size(), whole.data(), &size) ==
                       SNAPPY_OK &&
                   size == whole.size();
        case 2:
            return gunzip(stored, whole);
        case 4:
            return ::BrotliDecoderDecompress(
                       stored.size(), reinterpret_cast<const std::uint8_t*>(stored.data()), &size,
                       bytesOf(whole)) == BROTLI_DECODER_RESULT_SUCCESS &&
                   size == whole.size();
        case 6:
            return ::ZSTD_decompress(whole.data(), size, stored.data(), stored.size()) == size;
        case 7:
            return ::LZ4_decompress_safe(stored.data(), whole.data(),
                                         static_cast<int>(stored.size()),
                                         static_cast<int>(size)) == static_cast<int>(size);
        default:
            break;
    }
    const char* name = codec == 3 ? "LZO" : codec == 5 ? "the older LZ4" : "an unknown codec";
    throw BrokenParquet(
        std::string("its pages are compressed with ") + name + "; write it with zstd or snappy",
        true);
}

// What its frames say of themselves.
std::uint64_t mostOfZstd(std::string_view stored) {
    std::uint64_t most = 0;
    while (!stored.empty()) {
        const std::uint64_t said = ::ZSTD_getFrameContentSize(stored.data(), stored.size());
        if (said == ZSTD_CONTENTSIZE_UNKNOWN) return kMostBytes;
        const std::size_t size = ::ZSTD_findFrameCompressedSize(stored.data(), stored.size());
        if (said == ZSTD_CONTENTSIZE_ERROR || ::ZSTD_isError(size) != 0)
            throw BrokenParquet("a compressed page is damaged");
        most = std::min(kMostBytes, most + std::min(kMostBytes, said));
        stored.remove_prefix(size);
    }
    return most;
}

// More than a codec can make of so few bytes, or than they say themselves, is not even asked memory
// for.
std::uint64_t mostOf(std::string_view stored, int codec) {
    if (codec == 4) return kMostBytes;
    if (codec == 6) return mostOfZstd(stored);
    return std::min<std::uint64_t>(kMostBytes,
                                   1100 * static_cast<std::uint64_t>(stored.size()) + 64);
}

}  // namespace

std::string decompressed(std::string_view stored, int codec, std::uint64_t wholeBytes) {
    if (codec == 0) {
        if (stored.size() != wholeBytes)
            throw BrokenParquet("a page has another size than it says");
        return std::string(stored);
    }
    if (wholeBytes == 0) return {};
    if (wholeBytes > mostOf(stored, codec)) {
        throw BrokenParquet("a page claims to be larger than it can be");
    }
    std::string whole(wholeBytes, '\0');
    if (!unpack(stored, codec, whole)) throw BrokenParquet("a compressed page is damaged");
    return whole;
}

}  // namespace dsm::parquet
