// Thrift: structures of the compact protocol, field by field. Private to this folder.
//
// Source  Apache Thrift, doc/specs/thrift-compact-protocol.md.
// Errors  BrokenParquet, also for structures that nest too deep.
#pragma once

#include "engine/train/data/rows/parquet/bytes.h"

namespace dsm::parquet {

class Thrift {
  public:
    enum Type {
        kStop = 0,
        kTrue = 1,
        kFalse = 2,
        kByte = 3,
        kDouble = 7,
        kBinary = 8,
        kList = 9,
        kSet = 10,
        kMap = 11,
        kStruct = 12
    };

    explicit Thrift(std::string_view text) : bytes_(text) {}

    std::size_t left() const { return bytes_.left(); }
    std::int64_t integer() { return bytes_.zigzag(); }
    std::string text() { return std::string(bytes_.take(bytes_.varint())); }

    // Calls field(id, type) for each; it returns whether it has read the value.
    template <class Field>
    void structure(const Field& field) {
        if (++depth_ > kMostDepth) throw BrokenParquet("its description nests too deep");
        std::int64_t id = 0;
        for (;;) {
            const auto head = bytes_.number<std::uint8_t>();
            const int type = head & 15;
            if (type == kStop) break;
            id = head >> 4 == 0 ? integer() : id + (head >> 4);
            if (!field(id, type)) skip(type);
        }
        --depth_;
    }
    // Calls element() for each, which reads it.
    template <class Element>
    void list(const Element& element) {
        for (std::uint64_t left = listHead().count; left > 0; --left)
            element();
    }

  private:
    static constexpr int kMostDepth = 32;

    struct ListHead {
        std::uint64_t count;
        int type;
    };
    ListHead listHead() {
        const auto head = bytes_.number<std::uint8_t>();
        const std::uint64_t count = head >> 4 == 15 ? bytes_.varint() : head >> 4;
        if (count > bytes_.left()) throw BrokenParquet("a list is longer than what holds it");
        return {count, head & 15};
    }
    void skip(int type, bool isElement = false);

    Bytes bytes_;
    int depth_ = 0;
};

}  // namespace dsm::parquet
