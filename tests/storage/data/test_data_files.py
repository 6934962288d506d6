"""Files with tables in them: what is read of each kind, and what is said of those that cannot be read."""

from __future__ import annotations

import codecs
import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from ac_notebook.errors import ConfigurationError
from ac_notebook.storage.data.delimited import Dialect
from ac_notebook.storage.data.table import open_data

if TYPE_CHECKING:
    from ac_notebook.storage.data.table import Data

CANARY = "canary.of.somebody@example.org"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, where the files are."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(data: Data) -> list[dict[str, Any]]:
    """Read everything."""
    return [row for table in data.chunks(data.names) for row in table.to_pylist()]


def refused(name: str, **dialect: Any) -> str:
    """Read a file that cannot be read, and return what is said of it: never a cell."""
    with pytest.raises(ConfigurationError) as error:
        rows(open_data(name, dialect=Dialect(**dialect)))
    said = str(error.value)
    assert CANARY not in said
    assert "Nothing was sent." in said
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return said


PEOPLE = {"E-mail": ["ann@example.org", None], "phone": ["+46701", "0701"], "n": [1, None], "a.b": [True, False]}


@pytest.mark.parametrize("name", ["x.parquet", "x.pq", "x.feather", "x.arrow"])
def test_typed_files_keep_their_types(name: str) -> None:
    """Parquet and Feather are read with the types that they have, whole numbers with a gap included."""
    table = pa.table(PEOPLE)
    if name.endswith(("pq", "parquet")):
        pq.write_table(table, name)
    else:
        pa.feather.write_feather(table, name)
    data = open_data(name)
    assert data.names == ("E-mail", "phone", "n", "a.b")
    assert rows(data) == table.to_pylist()
    assert next(iter(data.chunks(["n"]))).schema.types == [pa.int64()]
    assert [table.column_names for table in data.chunks(["a.b", "phone"])] == [["a.b", "phone"]]


def test_text_that_polars_wrote_is_text() -> None:
    """Text that is kept as views is read as text, of which rows can be taken."""
    table = pa.table({"e": pa.array(["ann@example.org", None], pa.string_view())})
    with pa.ipc.new_file("x.arrow", table.schema) as writer:
        writer.write_table(table)
    (chunk,) = open_data("x.arrow").chunks(["e"])
    assert chunk.take(pa.array([1, 0])).to_pylist() == [{"e": None}, {"e": "ann@example.org"}]


def test_categories_are_what_they_stand_for() -> None:
    """Categories that pandas wrote into Parquet are read as their values."""
    pd.DataFrame({"tier": pd.Categorical(["gold", None, "tin"])}).to_parquet("x.parquet")
    assert rows(open_data("x.parquet")) == [{"tier": "gold"}, {"tier": None}, {"tier": "tin"}]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("latin-1", b""), ("cp1252", b""), ("utf-16", b"")],
)
def test_csv_is_text_as_it_stands_there(encoding: str, bom: bytes) -> None:
    """Of CSV, cells are text: no nought, plus, digit or sign is lost, in any encoding, and only blanks are blank."""
    text = 'e,phone,zip,id,n\na@example.org,+46701,00123,12345678901234567890,"Åsa ""X"",\r\nB"\r\n'
    text += "b@example.org,0701,,1e5,NA\n"
    Path("x.csv").write_bytes(bom + text.encode(encoding))
    assert rows(open_data("x.csv", dialect=Dialect(encoding=encoding))) == [
        {"e": "a@example.org", "phone": "+46701", "zip": "00123", "id": "12345678901234567890", "n": 'Åsa "X",\r\nB'},
        {"e": "b@example.org", "phone": "0701", "zip": None, "id": "1e5", "n": "NA"},
    ]


@pytest.mark.parametrize(("separator", "sign"), [(";", ";"), ("tab", "\t"), ("\\t", "\t"), ("|", "|"), (None, ",")])
def test_csv_is_separated_as_stated(separator: str | None, sign: str) -> None:
    """The separator is one sign, or a word for it."""
    Path("x.csv").write_text(f"e{sign}n\na@example.org{sign}1\n", encoding="utf-8")
    assert rows(open_data("x.csv", dialect=Dialect(separator=separator))) == [{"e": "a@example.org", "n": "1"}]


def test_types_of_csv_are_stated() -> None:
    """A column that is stated to be a number is one, with a decimal comma if that is stated."""
    Path("x.csv").write_text("e;n;k;d\na@example.org;1,5;007;2024-02-29\n", encoding="utf-8")
    stated = Dialect(separator=";", decimal=",", types={"n": "float64", "k": "int64", "d": "date"})
    (row,) = rows(open_data("x.csv", dialect=stated))
    assert (row["n"], row["k"], str(row["d"])) == (1.5, 7, "2024-02-29")


def test_files_that_are_packed_are_read() -> None:
    """A .gz file of CSV or JSON Lines is unpacked while it is read."""
    with gzip.open("x.csv.gz", "wt", encoding="utf-8") as file:
        file.write("e\na@example.org\n")
    with gzip.open("x.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write('{"e": "a@example.org"}\n')
    assert rows(open_data("x.csv.gz")) == rows(open_data("x.jsonl.gz")) == [{"e": "a@example.org"}]


def test_json_lines_keep_their_kinds() -> None:
    """Of JSON Lines, texts stay texts and numbers numbers; a key that comes late is a column; blank lines are none."""
    Path("x.jsonl").write_text(
        '\ufeff{"e": "a@example.org", "p": "0701", "id": 9007199254740993}\n\n{"e": null, "t": ["x", "y"]}\n',
        encoding="utf-8",
    )
    assert rows(open_data("x.jsonl")) == [
        {"e": "a@example.org", "p": "0701", "id": 9007199254740993, "t": None},
        {"e": None, "p": None, "id": None, "t": ["x", "y"]},
    ]


def test_whole_numbers_among_texts_are_their_digits() -> None:
    """A phone that is a number in one line and a text in another is a text in both."""
    Path("x.jsonl").write_text('{"p": 46701}\n{"p": "+46701"}\n', encoding="utf-8")
    assert [row["p"] for row in rows(open_data("x.jsonl"))] == ["46701", "+46701"]


WRONG: dict[str, tuple[str | bytes, str]] = {
    "semicolons.csv": (f"e;n\n{CANARY};1\n", "Probably it is --separator ';'"),
    "tabs.csv": (f"e\tn\n{CANARY}\t1\n", "Probably it is --separator tab"),
    "excel-only.csv": (f"sep=;\ne;n\n{CANARY};1\n", "which is for Excel only"),
    "empty.csv": ("", "is empty"),
    "lines.csv": ("\n\n", "has no rows"),
    "few.csv": (f"e,n\n{CANARY},1\nb@example.org\n", "has 1 cell in row 3, and 2 columns"),
    "many.csv": (f"e,n\n{CANARY},1\nb@example.org,2,{CANARY}\n", "has 3 cells in row 3, and 2 columns"),
    "quotes.csv": (f'e,n\n{CANARY},"Ann\nb@example.org,2\n', "quotes that are opened and not closed"),
    "latin.csv": (f"e,n\n{CANARY},Åsa\n".encode("latin-1"), "Probably --encoding cp1252 or latin-1"),
    "german.csv": ("Straße;n\nSüd, 1;1,5\n".encode("cp1252"), "Probably --encoding cp1252 or latin-1"),
    "german-cells.csv": ("e;n\nSüd, 1;1,5\n".encode("cp1252"), "Probably --encoding cp1252 or latin-1"),
    "german-short.csv": ("e,n\nSüd\n".encode("cp1252"), "Probably --encoding cp1252 or latin-1"),
    "german-utf8.csv": ("e;n\nSüd, 1;1,5\n", "Probably it is --separator ';'"),
    "utf16.csv": (f"e,n\n{CANARY},Åsa\n".encode("utf-16"), "Write --encoding utf-16"),
    "excel.csv": (b"PK\x03\x04 and so on", "begins like an Excel workbook"),
    "parquet.csv": (b"PAR1 and so on", "begins like a Parquet file"),
    "csv.parquet": (f"e,n\n{CANARY},1\n", "does not begin like one"),
    "old.feather": (b"FEA1 and so on", "the first version of Feather"),
    "cut.parquet": (b"PAR1 and so on", "It is damaged"),
    "cut.feather": (b"ARROW1 and so on", "It is damaged"),
    "cut.csv.gz": (gzip.compress(f"e,n\n{CANARY},1\n".encode() * 99)[:40], "damaged"),
    "array.json": (f'[{{"e": "{CANARY}"}}]\n', "It is an array"),
    "pretty.json": (f'{{\n"e": "{CANARY}"}}\n', "has to be on one line"),
    "cut.jsonl": (f'{{"e": "{CANARY}"}}\n{{"e": "{CANARY}\n', "Line 2 of the file"),
    "kinds.jsonl": (f'{{"e": "{CANARY}"}}\n{{"e": 1.5}}\n', "column 'e' holds"),
    "what.dat": ("e\n", "cannot be told by its name"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_cannot_be_read_says_why(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """What is wrong with a file is a sentence with what was probably meant, no cell of it, and nothing else printed."""
    content, said = WRONG[name]
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert said in refused(name)
    assert capfd.readouterr() == ("", "")


def test_what_is_no_file_says_so(folder: Path) -> None:
    """A folder, a pipe, a file that is not there, and what is piped in are refused in a sentence; nothing waits."""
    Path("parts.parquet").mkdir()
    os.mkfifo("pipe.csv")
    Path("people.csv").write_text("e\n", encoding="utf-8")
    assert "is a folder" in refused("parts.parquet")
    assert "no ordinary file" in refused("pipe.csv")
    assert "not from what is piped in" in refused("-")
    assert "Did you mean 'people.csv'?" in refused("peple.csv")
    assert "There is no such folder." in refused("nowhere/people.csv")
    Path("loop.csv").symlink_to("loop.csv")
    assert "Did you mean 'people.csv'?" in refused("peple.csv")
    assert "Download it first" in refused("https://example.org/people.csv")


def test_a_page_of_parquet_that_is_damaged_says_so() -> None:
    """Bytes that changed within a Parquet file are noticed, at the latest when they are read."""
    pq.write_table(pa.table({"e": [f"{number}{CANARY}" for number in range(5_000)]}), "x.parquet")
    raw = bytearray(Path("x.parquet").read_bytes())
    raw[100:300] = bytes(200)
    Path("x.parquet").write_bytes(raw)
    assert "damaged" in refused("x.parquet")


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
def test_a_file_that_grows_while_it_is_read_is_refused(name: str) -> None:
    """Rows that are added meanwhile are no half of a file: it is refused, and says to begin when it is written."""
    line = '{"e": "a@example.org"}\n' if name == "x.jsonl" else "a@example.org\n"
    Path(name).write_text(("" if name == "x.jsonl" else "e\n") + line, encoding="utf-8")
    data = open_data(name)
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(line)
    with pytest.raises(ConfigurationError, match="changed while it was read"):
        rows(data)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"separator": ";;"}, "one character"),
        ({"encoding": "utf-99"}, "There is no encoding"),
        ({"encoding": "rot13"}, "There is no encoding"),
        ({"decimal": "'"}, "point or a comma"),
        ({"types": {"n": "flaot64"}}, "Did you mean 'float64'?"),
        ({"types": {"m": "int64"}}, "which the file does not have"),
        ({"types": {"n": "int64"}}, "a cell of column 'n' in row 2 that is no int64"),
    ],
)
def test_what_is_stated_wrongly_is_refused(stated: dict[str, Any], said: str) -> None:
    """A dialect that cannot be, or does not fit the file, is a sentence."""
    Path("x.csv").write_text(f"e,n\n{CANARY},{CANARY}\n", encoding="utf-8")
    assert said in refused("x.csv", **stated)


def test_a_dialect_is_of_csv() -> None:
    """A separator for Parquet is refused, not passed over."""
    pq.write_table(pa.table({"e": ["a"]}), "x.parquet")
    assert "are stated for CSV" in refused("x.parquet", separator=";")
