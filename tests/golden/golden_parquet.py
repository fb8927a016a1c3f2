"""Makes rows.parquet: two row groups with every kind of column that an example may come in;
other_columns.parquet: columns that no example is made of, beside those that one is; and
parquet/: one table as writers and their options write it, with rows.json, what pyarrow reads.

    python3 tests/golden/golden_parquet.py      (needs pyarrow; for two files polars and duckdb)

Of rows.parquet, row 2 lacks its input, row 3 its messages; `when` is of a type that no example is made of.
"""

import datetime
import decimal
import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
MESSAGE = pa.struct([("role", pa.string()), ("content", pa.large_string())])


def main():
    rows = {
        "instruction": pa.array(["Add 1 and 2.", "说你好。", "Name a colour."]),
        "input": pa.array(["as a digit", None, ""]),
        "output": pa.array(["3", "你好！", "Red."], pa.large_string()),
        "messages": pa.array(
            [[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}], [], None],
            pa.list_(MESSAGE)),
        "source": pa.array(["a", "b", "a"]).dictionary_encode(),
        "score": pa.array([1.5, 2.0, None], pa.float64()),
        "count": pa.array([1, -2, 3], pa.int64()),
        "good": pa.array([True, False, None]),
        "when": pa.array([datetime.datetime(2026, 1, 1)] * 3, pa.timestamp("us")),
    }
    pq.write_table(pa.table(rows), HERE / "rows.parquet", row_group_size=2, compression="snappy")
    other_columns()
    variants()


def other_columns():
    picture = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    rows = {
        "instruction": pa.array(["1?", "2?"]),
        "output": pa.array(["one", "two"]),
        "scores": pa.array([[("a", 1), ("b", None)], []], pa.map_(pa.string(), pa.int64())),
        "names": pa.array([[(7, "x")], None], pa.map_(pa.int32(), pa.string())),
        "turns": pa.array([[{"role": "user", "of": [("k", [1, 2])]}], []],
                          pa.list_(pa.struct([("role", pa.string()),
                                              ("of", pa.map_(pa.string(), pa.list_(pa.int8())))]))),
        "picture": pa.array([{"bytes": b"\x89PNG\xff", "path": "a.png"}, None], picture),
        "price": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(8, 2)),
        "day": pa.array([datetime.date(2026, 1, 1), None]),
        "squeezed": pa.array(["x", "y"]),
    }
    pq.write_table(pa.table(rows), HERE / "other_columns.parquet", write_statistics=False, store_schema=False,
                   use_dictionary=False, compression={name: "gzip" if name == "squeezed" else "none" for name in
                                                      leaves(pa.table(rows))})


def leaves(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    schema = pq.ParquetFile(sink.getvalue()).schema
    return [schema.column(i).path for i in range(len(schema))]


def table():
    def some(i, every, value):
        return None if i % every == 0 else value

    rows = [{"instruction": f"问题 {i}", "output": "answer " * (i % 5) + str(i),
             "messages": some(i, 7, [{"role": "user", "content": some(i, 5, f"c{i}")}] * (i % 3)),
             "nested": some(i, 6, [[j, -j] for j in range(i % 4)]),
             "meta": some(i, 4, {"a": some(i, 3, i << 33), "b": {"c": some(i, 2, "x")}}),
             "count": some(i, 5, i * 7 - 99), "share": i / 8, "good": some(i, 3, i % 2 == 0)}
            for i in range(40)]
    return pa.Table.from_pylist(rows, schema=pa.schema([
        ("instruction", pa.string()), ("output", pa.string()), ("messages", pa.list_(MESSAGE)),
        ("nested", pa.list_(pa.list_(pa.int64()))),
        ("meta", pa.struct([("a", pa.int64()), ("b", pa.struct([("c", pa.string())]))])),
        ("count", pa.int32()), ("share", pa.float64()), ("good", pa.bool_())]))


def variants():
    folder = HERE / "parquet"
    folder.mkdir(exist_ok=True)
    rows = table()
    (folder / "rows.json").write_text(json.dumps(rows.to_pylist(), ensure_ascii=False, indent=0))

    def write(name, **options):
        pq.write_table(rows, folder / f"{name}.parquet", row_group_size=25, write_statistics=False,
                       store_schema=False, **options)

    for codec in ("none", "snappy", "gzip", "zstd", "lz4", "brotli"):
        write(codec, compression=codec, data_page_version="2.0" if codec in ("zstd", "gzip") else "1.0")
    plain = {"use_dictionary": False, "compression": "none"}
    write("plain", data_page_version="2.0", data_page_size=100, write_batch_size=5, **plain)
    write("delta", column_encoding={"instruction": "DELTA_LENGTH_BYTE_ARRAY", "output": "DELTA_BYTE_ARRAY",
                                    "count": "DELTA_BINARY_PACKED", "good": "RLE"}, **plain)
    write("split", column_encoding={"share": "BYTE_STREAM_SPLIT", "count": "BYTE_STREAM_SPLIT"}, **plain)
    try:
        import duckdb
        import polars
    except ImportError:
        return
    polars.from_arrow(rows).write_parquet(folder / "polars.parquet")
    connection = duckdb.connect()
    connection.register("rows", rows)
    connection.execute(f"copy rows to '{folder / 'duckdb.parquet'}' (format parquet)")


if __name__ == "__main__":
    main()
