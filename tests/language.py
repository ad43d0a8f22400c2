"""Banned words, the plain words to use instead, and a search for them.

    python tests/language.py src/cognitui/tui README.md     # these files and folders
    python tests/language.py                                # everything, with a count per area

`tests/unit/test_language.py` runs the same search.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
AREAS: dict[str, tuple[str, ...]] = {
    "docs": ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "profiles.example.toml"),
    "source": ("src",),
    "tests": ("tests", "benchmarks"),
    "project": ("pyproject.toml", "Makefile", ".ci/run", ".pre-commit-config.yaml", ".github/workflows"),
}
"""Every text of the project, by subject."""


class Kind(Enum):
    """Where a text is found."""

    PROSE = "prose"
    STRING = "string"
    DOCSTRING = "docstring"
    COMMENT = "comment"
    TEST_NAME = "test name"


@dataclass(frozen=True)
class Banned:
    """A word or phrase that the project doesn't use. A space in the pattern matches any white space."""

    pattern: str
    plain: str
    only: frozenset[Kind] = frozenset(Kind)


@dataclass(frozen=True)
class Allowed:
    """A phrase that contains a banned word and is plain English all the same."""

    pattern: str
    reason: str
    where: str = "*"
    """Glob of the paths, from the root of the repository."""


@dataclass(frozen=True)
class Text:
    """A text with its place: the file, and the lines it covers there."""

    path: Path
    line: int
    kind: Kind
    words: str
    last_line: int = 0


@dataclass(frozen=True)
class Hit:
    """A banned word in its place."""

    path: str
    line: int
    kind: Kind
    word: str
    plain: str
    context: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word} -> {self.plain}    [{self.kind.value}: {self.context}]"


_SPACE = r"\s+"
_DOCSTRING = frozenset({Kind.DOCSTRING})

# A place ("the folder where it is stored") is fine, so only phrases that state a condition are listed.
_BEFORE_A_PLACE = (
    "say says said know knows show shows from see find finds file folder place line page point print prints change "
    "changes decide decides return returns #"
)
_CONDITION = (
    r"(?:empty|none|nothing|true|false|0|once|again|only) where|"
    + "".join(rf"(?<!{word}\s)" for word in _BEFORE_A_PLACE.split())
    + r"where (?:there (?:is|are|was|were)|none|nothing|nobody|neither|possible|needed|necessary|wanted|asked|missing"
    r"|(?:it|he|she|one|this|that|these|they|you) (?:is|are|was|were|has|have|does|do|did|can|cannot|could|may|might)"
    r"(?: not)?(?: (?:none|missing|needed|possible|there|wanted|asked|known|given|unknown|no|done|read|seen|set|be))?"
    r"|(?:a|an|the|its|no|any|some|one|Cognito|AWS|somebody|someone|everything|all)"
    r"(?: [\w']+){0,4} (?:is|are|was|were|has|have|had|does|do|did|can|cannot|could|may|might|fails?|asks?|says?"
    r"|names?|takes?|allows?|refuses?|knows?|wants?|needs?|lacks?|works?|supports?|comes?|differs?|holds?))"
)

BANNED: tuple[Banned, ...] = (
    # Metaphors and archaisms.
    Banned("anew", "again"),
    Banned("mend(?:s|ed|ing)?", "fix"),
    Banned("faults? of ours", "internal error"),
    Banned("fault(?:s|y|less)?", "error, invalid, broken"),
    Banned("(?:is|are|was|were|be|being|been) told", "is reported, is shown"),
    Banned("told", "reported, shown, said"),
    Banned("tells? (?:\\w+ ){0,4}apart|told (?:\\w+ ){0,4}apart", "distinguish"),
    Banned("tells?(?: of)?", "say, show, report, contain"),
    Banned("alone", "only"),
    Banned("dies(?: first)?", "expires, fails, exits"),
    Banned("dead (?:refresh )?tokens?|(?:refresh )?tokens? (?:is|are|was) dead", "expired or revoked token"),
    Banned("(?:has|have|had) ended", "expired, finished"),
    Banned("tokens? (?:that )?(?:ends?|ended)(?! up)", "expires, expired"),
    Banned("(?:before|after|until) (?:its|their) ends?", "before it expires, before it finishes"),
    Banned("before (?:it|they) ends?", "before it expires, before it finishes"),
    Banned("(?:shorter|longer) li(?:fe|ves)|lives? (?:longer|shorter|on)|still lives?", "lifetime, stay valid"),
    Banned("stands?(?! for\\b)(?!-)|stood", "is, is shown, is stored, lives"),
    Banned("lies?|lay(?! out)(?!-)", "is, is stored, lives"),
    Banned("by (?:it|him|her|your|our)self|by (?:them|our|your)selves", "automatically, on its own"),
    Banned("riddles?", "custom challenges"),
    Banned("former", "previous, earlier"),
    Banned("whoever|whosoever", "anyone who, if you"),
    Banned("whom", "who, or turn the sentence around"),
    Banned("shall", "must, will, should"),
    Banned("singly", "one by one"),
    Banned("meanwhile", "in the meantime, while …"),
    Banned("parted(?: by)?", "separated by"),
    Banned("(?:for|of) want(?: of)?", "because there is no"),
    Banned("lest", "so that … not"),
    Banned("whence|thence|hither|thither|thereof|thereby|therein|whereby|wherein|wherever possible", "plain words"),
    Banned("in one breath", "at once, together"),
    Banned("in vain", "for nothing, without effect"),
    Banned("unasked", "without asking"),
    Banned("upon|henceforth|hence|amiss|save for|of its own accord", "plain words"),
    Banned("puts? a letter on", "jump to, label"),
    Banned("they say the same", "no differences, identical"),
    Banned("be content with", "accept"),
    Banned("(?:has|have|had) the (?:first|last) say", "takes precedence"),
    Banned("(?:name|one|two|any|either|that|this) will do", "is enough"),
    Banned("can(?:not| not)? be had|could(?: not)? be had", "is (not) available, can(not) be read"),
    Banned("no more(?! \\w)|no more (?:than once|for|and|as|by|in|where|if)", "no longer, not … any more"),
    # Conditions.
    Banned(_CONDITION, "if, when"),
    # Questions and answers.
    Banned("(?:a|the) person is needed", "input required"),
    Banned("takes? a yes", "asks for confirmation"),
    Banned("a yes", "confirmed, confirmation"),
    Banned("a no(?=[\\s.,;:)])(?! one\\b)", "declined, refusal"),
    Banned("says? (?:yes|no)(?=[.,;:])", "confirm, decline"),
    # The product's own terms.
    Banned("(?:on|in) the screen and (?:in|by) (?:the )?commands?", "in the TUI and on the command line"),
    Banned("the screen (?:says|asks|opens as|keeps|does|knows|has it|that is given)", "the TUI"),
    Banned("screen and commands|commands and (?:the )?screen", "TUI and CLI"),
    Banned("(?:the )?same persons?", "same user"),
    Banned("nobody (?:was (?:here|there)|is here)", "locked after … idle"),
    Banned("kept alive no more", "keep-alive off"),
    Banned("(?:the )?defaults? holds?(?: for)?", "defaults are used"),
    Banned("words for people", "messages"),
    Banned("tests? holds?|holds? that", "checks that"),
    Banned("all that is in view", "anything on screen, everything shown"),
    Banned("but for what is", "except …"),
    Banned("ways? in(?=[.,;:)]|\\s(?:that|is|are)\\b|$)", "sign-in flow, route"),
    # Docstrings start with a noun (module, class) or a verb (function); a constructor needs none.
    Banned("\\ATakes", "no docstring, or what the class is for", _DOCSTRING),
)

ALLOWED: tuple[Allowed, ...] = (
    Allowed(r"(?:leave|leaves|leaving|left|let)(?: [\w']+){0,4} alone", "plain English for not touching something"),
)

_SKIPPED = ("tests/language.py", "tests/unit/test_language.py")
"""They contain the list itself."""
_SUFFIXES = {".py", ".md", ".toml", ".tcss", ".yml", ".yaml"}


def hits_in(paths: Iterable[Path], root: Path = ROOT) -> list[Hit]:
    """Return the banned words of all files below the paths."""
    found = (hit for path in paths for file in _files(path) for text in texts_of(file) for hit in check(text, root))
    return sorted(found, key=lambda hit: (hit.path, hit.line))


def check(text: Text, root: Path = ROOT) -> list[Hit]:
    """Return the banned words of one text, but for allowed phrases."""
    path = text.path.resolve()
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(text.path)
    taken = [found.span() for allowed in ALLOWED if fnmatch(name, allowed.where) for found in _places(allowed, text)]
    return [
        Hit(name, _line_of(text, found), text.kind, " ".join(found.group().split()), plain, _context(text, found))
        for found, plain in _banned_in(text)
        if not any(start < found.end() and found.start() < end for start, end in taken)
    ]


def _banned_in(text: Text) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each match with its plain word. Of several entries at one place the first of the list counts."""
    for found in _pattern_of(text.kind).finditer(text.words):
        assert found.lastgroup is not None
        yield found, BANNED[int(found.lastgroup[1:])].plain


@cache
def _pattern_of(kind: Kind) -> re.Pattern[str]:
    entries = (f"(?P<n{at}>{banned.pattern})" for at, banned in enumerate(BANNED) if kind in banned.only)
    return re.compile(rf"(?<![\w/])(?:{'|'.join(entries)})(?!\w)".replace(" ", _SPACE), re.IGNORECASE)


def _places(allowed: Allowed, text: Text) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<!\w)(?:{allowed.pattern})(?!\w)".replace(" ", _SPACE), text.words, re.IGNORECASE)


def _context(text: Text, found: re.Match[str]) -> str:
    around = text.words[max(0, found.start() - 30) : found.end() + 30]
    return " ".join(around.split())


def _line_of(text: Text, found: re.Match[str]) -> int:
    """Return the line of the match. A string may be spread over source lines, so it is searched for there."""
    if text.kind is not Kind.STRING:
        return text.line + text.words.count("\n", 0, found.start())
    lines = text.path.read_text(encoding="utf-8").splitlines()
    first_word = found.group().split()[0]
    covered = range(text.line, text.last_line + 1)
    return next((number for number in covered if first_word in lines[number - 1]), text.line)


def _files(path: Path) -> Iterator[Path]:
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in found:
        skipped = file.resolve().as_posix().endswith(_SKIPPED) or "__snapshots__" in file.parts
        if file.is_file() and not skipped and (file.suffix in _SUFFIXES or file == path):
            yield file


def texts_of(file: Path) -> Iterator[Text]:
    """Yield the texts of a file: of Python its docstrings, comments, strings and test names; else all of it."""
    source = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        yield Text(file, 1, Kind.PROSE, source, source.count("\n") + 1)
        return
    is_test = "tests" in file.resolve().parts
    yield from _comments(file, source)
    tree = ast.parse(source)
    docstrings = set(_docstring_nodes(tree))
    inside_f_strings = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if node in docstrings:
            assert isinstance(node, ast.Constant)
            yield Text(file, node.lineno, Kind.DOCSTRING, str(node.value), node.end_lineno or node.lineno)
        elif is_test:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield Text(file, node.lineno, Kind.TEST_NAME, node.name.replace("_", " "), node.lineno)
        elif (words := _string(node)) and (node not in inside_f_strings or isinstance(node, ast.JoinedStr)):
            assert isinstance(node, ast.expr)
            yield Text(file, node.lineno, Kind.STRING, words, node.end_lineno or node.lineno)


def _string(node: ast.AST) -> str:
    """Return a string that a person may see: with a space in it, or a label (a capital and small letters)."""
    if isinstance(node, ast.JoinedStr):
        words = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = node.value
    else:
        return ""
    return words if " " in words.strip() or re.fullmatch(r"[A-Z][a-z]+[.:…]?", words) else ""


def _docstring_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield every string that is a statement: docstrings, also those below a constant or a field."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value


def _comments(file: Path, source: str) -> Iterator[Text]:
    """Yield the comments. Lines that follow one another are one text, so that a phrase may be wrapped."""
    block: list[str] = []
    first = last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        if block and line != last + 1:
            yield Text(file, first, Kind.COMMENT, "\n".join(block), last)
            block = []
        if not block:
            first = line
        block.append(token.string.lstrip("#! "))
        last = line
    if block:
        yield Text(file, first, Kind.COMMENT, "\n".join(block), last)


def main(arguments: list[str]) -> int:
    """Print the banned words below the paths, or of every area; 1 if there are any."""
    if arguments:
        counts = {"": _print(hits_in(map(Path, arguments), Path.cwd()))}
    else:
        counts = {area: _print(hits_in(ROOT / path for path in paths)) for area, paths in AREAS.items()}
    for area, count in counts.items():
        sys.stderr.write(f"{area}: {count}\n" if area else f"{count} banned words\n")
    return 1 if any(counts.values()) else 0


def _print(hits: list[Hit]) -> int:
    for hit in hits:
        sys.stdout.write(f"{hit}\n")
    return len(hits)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
