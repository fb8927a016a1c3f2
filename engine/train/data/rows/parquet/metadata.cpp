#include "engine/train/data/rows/parquet/metadata.h"

#include <algorithm>

#include "engine/train/data/rows/parquet/thrift.h"

namespace dsm::parquet {
namespace {

constexpr int kMostDepth = 16;
constexpr std::int64_t kMostRowsAByte = 1000;

struct Element {
    Node node;
    std::int64_t children = 0;
    bool isLeaf = false;
};

// ConvertedType of parquet.thrift.
Meaning meaningOfConverted(std::int64_t type) {
    if (type == 0 || type == 4 || type == 19) return Meaning::Text;  // UTF8, ENUM, JSON
    if (type == 1 || type == 2) return Meaning::Map;
    if (type == 3) return Meaning::List;
    return type >= 11 && type <= 18 ? Meaning::Plain : Meaning::Other;  // whole numbers
}

// The field of the union LogicalType.
Meaning meaningOfLogical(std::int64_t field) {
    if (field == 1 || field == 4 || field == 12) return Meaning::Text;
    if (field == 2) return Meaning::Map;
    if (field == 3) return Meaning::List;
    return field == 10 ? Meaning::Plain : Meaning::Other;
}

Element readElement(Thrift& in) {
    Element element;
    Node& node = element.node;
    in.structure([&](std::int64_t id, int type) {
        if (id == 4 && type == Thrift::kBinary) {
            node.name = in.text();
            return true;
        }
        if (id == 10 && type == Thrift::kStruct) {
            in.structure([&](std::int64_t field, int) {
                node.meaning = meaningOfLogical(field);
                return false;
            });
            return true;
        }
        if (id == 4 || id == 7 || id > 6) return false;
        const std::int64_t value = in.integer();
        if (id == 1) {
            if (value < 0 || value > 7) throw BrokenParquet("a column is of an unknown type");
            node.type = static_cast<PhysicalType>(value);
            element.isLeaf = true;
        }
        if (id == 2) node.typeBytes = value;
        if (id == 3) {
            if (value < 0 || value > 2) throw BrokenParquet("a column repeats in an unknown way");
            node.repetition = static_cast<Repetition>(value);
        }
        if (id == 5) element.children = value;
        if (id == 6) node.meaning = meaningOfConverted(value);
        return true;
    });
    return element;
}

class Tree {
  public:
    Tree(std::vector<Element> elements) : elements_(std::move(elements)) {}

    Node grow(int repetition, int definition, int depth) {
        if (next_ == elements_.size() || depth > kMostDepth) {
            throw BrokenParquet("its columns are not described to the end");
        }
        const std::size_t at = next_++;
        Node node = std::move(elements_[at].node);
        const bool isRoot = at == 0;
        if (!isRoot && node.repetition != Repetition::Required) ++definition;
        if (!isRoot && node.repetition == Repetition::Repeated) ++repetition;
        node.maxRepetition = repetition;
        node.maxDefinition = definition;
        node.leaf = leaves_;
        if (elements_[at].isLeaf) {
            if (elements_[at].children > 0) {
                throw BrokenParquet("the column " + node.name + " has values and columns below it");
            }
            const bool isFixed = node.type == PhysicalType::FixedBytes;
            if (isFixed && (node.typeBytes < 1 || node.typeBytes > 1 << 20)) {
                throw BrokenParquet("the column " + node.name + " has values of no size");
            }
            ++leaves_;
        }
        for (std::int64_t i = 0; i < elements_[at].children; ++i)
            node.children.push_back(grow(repetition, definition, depth + 1));
        node.leafEnd = leaves_;
        if (node.leaf == node.leafEnd) throw BrokenParquet("a group of columns is empty");
        return node;
    }
    bool isDone() const { return next_ == elements_.size(); }

  private:
    std::vector<Element> elements_;
    std::size_t next_ = 0;
    std::size_t leaves_ = 0;
};

void collectLeaves(const Node& node, std::vector<const Node*>& leaves) {
    if (node.children.empty()) leaves.push_back(&node);
    for (const Node& child : node.children)
        collectLeaves(child, leaves);
}

std::uint64_t offsetOf(std::int64_t value) {
    if (value < 0) throw BrokenParquet("a column begins before the file");
    return static_cast<std::uint64_t>(value);
}

Chunk readChunkFacts(Thrift& in) {
    Chunk chunk;
    std::int64_t data = -1, dictionary = 0, stored = -1;
    in.structure([&](std::int64_t id, int type) {
        const bool isNumber = type > Thrift::kByte && type < Thrift::kDouble;
        if (!isNumber || id < 4 || id > 11) return false;
        const std::int64_t value = in.integer();
        if (id == 4) chunk.codec = static_cast<int>(std::clamp<std::int64_t>(value, -1, 99));
        if (id == 5) chunk.values = value;
        if (id == 7) stored = value;
        if (id == 9) data = value;
        if (id == 11) dictionary = value;
        return true;
    });
    chunk.offset = offsetOf(dictionary > 0 && dictionary < data ? dictionary : data);
    chunk.bytes = offsetOf(stored);
    return chunk;
}

Chunk readChunk(Thrift& in) {
    Chunk chunk;
    bool hasFacts = false;
    in.structure([&](std::int64_t id, int type) {
        if (id == 1) throw BrokenParquet("its columns lie in other files", true);
        if (id == 8 || id == 9) throw BrokenParquet("its columns are encrypted", true);
        if (id != 3 || type != Thrift::kStruct) return false;
        chunk = readChunkFacts(in);
        return hasFacts = true;
    });
    if (!hasFacts) throw BrokenParquet("it does not say where a column lies");
    return chunk;
}

RowGroup readGroup(Thrift& in) {
    RowGroup group;
    in.structure([&](std::int64_t id, int type) {
        if (id == 1 && type == Thrift::kList) {
            in.list([&] { group.chunks.push_back(readChunk(in)); });
            return true;
        }
        if (id != 3) return false;
        group.rows = in.integer();
        return true;
    });
    return group;
}

void check(const Metadata& data, std::uint64_t fileBytes) {
    std::int64_t rows = 0;
    for (const RowGroup& group : data.groups) {
        if (group.chunks.size() != data.leaves.size()) {
            throw BrokenParquet("a part of it has other columns than the file");
        }
        // What no file of this size holds would only keep the program busy.
        const auto most = static_cast<std::int64_t>(fileBytes) * kMostRowsAByte;
        if (group.rows < 0 || group.rows > most - rows) {
            throw BrokenParquet("it claims more rows than it can hold");
        }
        rows += group.rows;
        for (const Chunk& chunk : group.chunks) {
            if (chunk.offset > fileBytes || chunk.bytes > fileBytes - chunk.offset) {
                throw BrokenParquet("a column ends behind the file's end");
            }
        }
    }
    if (rows != data.rows) throw BrokenParquet("its parts do not have as many rows as it says");
}

}  // namespace

Metadata readMetadata(std::string_view footer, std::uint64_t fileBytes) {
    Metadata data;
    std::vector<Element> elements;
    Thrift in(footer);
    in.structure([&](std::int64_t id, int type) {
        if (id == 2 && type == Thrift::kList) {
            in.list([&] { elements.push_back(readElement(in)); });
        } else if (id == 4 && type == Thrift::kList) {
            in.list([&] { data.groups.push_back(readGroup(in)); });
        } else if (id == 3) {
            data.rows = in.integer();
        } else if (id == 8) {
            throw BrokenParquet("its columns are encrypted", true);
        } else {
            return false;
        }
        return true;
    });
    Tree tree(std::move(elements));
    data.root = tree.grow(0, 0, 0);
    if (data.root.children.empty()) throw BrokenParquet("it has no columns");
    if (!tree.isDone()) throw BrokenParquet("it describes columns that belong to none");
    collectLeaves(data.root, data.leaves);
    check(data, fileBytes);
    return data;
}

PageHeader readPageHeader(std::string_view text) {
    PageHeader header;
    Thrift in(text);
    const auto part = [&](std::int64_t id, int type) {
        const bool isV2 = header.type == PageHeader::kDataV2;
        if (id == 7 && isV2 && (type == Thrift::kTrue || type == Thrift::kFalse)) {
            header.isCompressed = type == Thrift::kTrue;
            return true;
        }
        if (type <= Thrift::kByte || type >= Thrift::kDouble) return false;
        const std::int64_t value = in.integer();
        const int small = static_cast<int>(std::clamp<std::int64_t>(value, -1, 99));
        if (id == 1) header.values = value;
        if (id == (isV2 ? 4 : 2)) header.encoding = small;
        if (id == 3 && !isV2) header.definitionEncoding = small;
        if (id == 4 && !isV2) header.repetitionEncoding = small;
        if (id == 5 && isV2) header.definitionBytes = value;
        if (id == 6 && isV2) header.repetitionBytes = value;
        return true;
    };
    in.structure([&](std::int64_t id, int type) {
        if ((id == 5 || id == 7 || id == 8) && type == Thrift::kStruct) {
            in.structure(part);
            return true;
        }
        if (id < 1 || id > 3) return false;
        const std::int64_t value = in.integer();
        if (id == 1) header.type = static_cast<int>(std::clamp<std::int64_t>(value, -1, 99));
        if (id == 2) header.wholeBytes = value;
        if (id == 3) header.storedBytes = value;
        return true;
    });
    if (header.wholeBytes < 0 || header.storedBytes < 0 || header.values < 0) {
        throw BrokenParquet("a page has no size");
    }
    header.headerBytes = text.size() - in.left();
    return header;
}

}  // namespace dsm::parquet
