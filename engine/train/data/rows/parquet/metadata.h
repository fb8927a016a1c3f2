// Metadata: what the footer of a Parquet file says of its columns and where they lie, and the
// headers of pages. Private to this folder.
//
// Source  Apache Parquet, parquet.thrift.
// Errors  BrokenParquet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dsm::parquet {

enum class PhysicalType { Boolean, Int32, Int64, Int96, Float, Double, ByteArray, FixedBytes };
enum class Repetition { Required, Optional, Repeated };
// What matters here of the logical types; of Other (times, decimals) the values are not read.
enum class Meaning { Plain, Text, List, Map, Other };

struct Node {
    std::string name;
    PhysicalType type = PhysicalType::Boolean;
    std::int64_t typeBytes = 0;  // of FixedBytes
    Repetition repetition = Repetition::Required;
    Meaning meaning = Meaning::Plain;
    std::vector<Node> children;
    int maxRepetition = 0, maxDefinition = 0;
    std::size_t leaf = 0;  // the first below it; its own where it has no children
    std::size_t leafEnd = 0;
};

struct Chunk {
    int codec = 0;
    std::int64_t values = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
};

struct RowGroup {
    std::int64_t rows = 0;
    std::vector<Chunk> chunks;  // of each leaf
};

struct Metadata {
    Node root;
    std::vector<const Node*> leaves;  // in root
    std::int64_t rows = 0;
    std::vector<RowGroup> groups;

    Metadata() = default;
    Metadata(Metadata&&) = default;
    Metadata& operator=(Metadata&&) = default;
};

// `fileBytes` bounds what the footer may claim.
Metadata readMetadata(std::string_view footer, std::uint64_t fileBytes);

struct PageHeader {
    enum Type { kData = 0, kIndex = 1, kDictionary = 2, kDataV2 = 3 };
    int type = -1;
    std::int64_t wholeBytes = -1, storedBytes = -1;
    std::int64_t values = 0;
    int encoding = 0, definitionEncoding = 3, repetitionEncoding = 3;
    std::int64_t definitionBytes = 0, repetitionBytes = 0;  // of version 2
    bool isCompressed = true;
    std::size_t headerBytes = 0;
};

PageHeader readPageHeader(std::string_view text);

}  // namespace dsm::parquet
