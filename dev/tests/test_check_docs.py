"""What dev/check-docs takes for undocumented, and for code that is compiled."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from script import load  # noqa: E402

check_docs = load("check-docs")


def symbol(name: str, *, comment: str | None = None, placed: bool = True, identifier: str | None = None) -> dict:
    """A symbol as the compiler writes it, on the line of the file that its name's length says."""
    made: dict = {
        "kind": {"identifier": "swift.method", "displayName": "Instance Method"},
        "identifier": {"precise": identifier or f"s:{name}"},
        "pathComponents": ["Type", name],
    }
    if placed:
        made["location"] = {"uri": "file:///root/Sources/A%20b.swift", "position": {"line": len(name), "character": 4}}
    if comment is not None:
        made["docComment"] = {"lines": [{"text": text} for text in comment.split("\n")]}
    return made


def gaps(*symbols: dict, relationships: tuple[dict, ...] = ()) -> list:
    return check_docs.gaps({"symbols": list(symbols), "relationships": list(relationships)}, Path("/root"))


class Gaps(unittest.TestCase):
    def test_a_symbol_without_a_comment_is_named_with_its_place(self):
        (gap,) = gaps(symbol("end()"))
        self.assertEqual(str(gap), "Sources/A b.swift:6: no doc comment: instance method Type.end()")

    def test_a_comment_is_enough(self):
        self.assertEqual(gaps(symbol("end()", comment="Ends it.")), [])

    def test_a_comment_without_words_is_none(self):
        self.assertEqual(len(gaps(symbol("end()", comment=" \n"))), 1)

    def test_a_requirement_of_ours_needs_a_comment(self):
        edge = {"kind": "requirementOf", "source": "s:end()", "target": "s:P"}
        self.assertEqual(len(gaps(symbol("end()"), relationships=(edge,))), 1)

    def test_what_fulfils_a_requirement_needs_none(self):
        edge = {"kind": "memberOf", "source": "s:end()", "target": "s:T", "sourceOrigin": {"identifier": "s:P.end()"}}
        self.assertEqual(gaps(symbol("end()"), relationships=(edge,)), [])

    def test_what_overrides_needs_none(self):
        edge = {"kind": "overrides", "source": "s:end()", "target": "s:Base.end()"}
        self.assertEqual(gaps(symbol("end()"), relationships=(edge,)), [])

    def test_what_the_compiler_made_needs_none(self):
        self.assertEqual(gaps(symbol("hash(into:)", placed=False)), [])
        self.assertEqual(gaps(symbol("!=", identifier="s:SQ::SYNTHESIZED::s:T")), [])

    def test_gaps_come_in_the_order_of_the_files(self):
        self.assertEqual([gap.symbol for gap in gaps(symbol("longer()"), symbol("a()"))], ["Type.a()", "Type.longer()"])


class Snippets(unittest.TestCase):
    PAGE = "Text\n```swift\nlet a = 1\n\nlet b = 2\n```\n```sh\nls\n```\n"

    def test_a_page_s_swift_code_is_found_with_its_line(self):
        self.assertEqual(check_docs.snippets(self.PAGE), [(3, ["let a = 1", "let b = 2"])])

    def test_code_may_be_indented_otherwise_where_it_is_compiled(self):
        source = check_docs.code_lines("func f() {\n    let a = 1\n    let b = 2\n}\n")
        self.assertTrue(check_docs.contains(source, ["let a = 1", "let b = 2"]))

    def test_code_that_differs_is_not_compiled(self):
        source = check_docs.code_lines("let a = 1\nlet c = 3\nlet b = 2\n")
        self.assertFalse(check_docs.contains(source, ["let a = 1", "let b = 2"]))
        self.assertFalse(check_docs.contains(["let a = 1"], ["let a = 1", "let b = 2"]))


if __name__ == "__main__":
    unittest.main()
