"""Makes rows.parquet: two row groups with every kind of column that an example may come in.

    python3 tests/golden/golden_parquet.py      (needs pyarrow)

Row 2 lacks its input, row 3 its messages; `when` is of a type that no example is made of.
"""

import datetime
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


if __name__ == "__main__":
    main()
