r"""Regular expressions for `q`, matched in time linear in the text.

Python's own `re` backtracks and has no time limit, so one hostile pattern could stop
the mock. Here a pattern becomes an automaton whose states are found while matching
(a lazy subset construction). Look-around, back references and `\b` are not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

MAX_PATTERN = 500
"""Characters that a pattern may have."""
_MAX_STATES = 3_000
_MAX_GROUPS = 40
_MAX_REPEAT = 1_000
_MAX_KNOWN = 2_000

_Test = Callable[[str], bool]
_Build = Callable[[int], int]
"""Adds states from a given one on and returns the state where it ends."""

_CLASSES: dict[str, _Test] = {
    "d": str.isdecimal,
    "D": lambda char: not char.isdecimal(),
    "w": lambda char: char.isalnum() or char == "_",
    "W": lambda char: not (char.isalnum() or char == "_"),
    "s": str.isspace,
    "S": lambda char: not char.isspace(),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}


class BadPattern(ValueError):
    """A pattern that cannot be read; `offset` is where, counted from 0."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class _State:
    """One state of the deterministic automaton, made when it is first reached."""

    __slots__ = ("accepts", "accepts_at_end", "members", "moves")

    def __init__(self, members: frozenset[int], accepts: bool, accepts_at_end: bool) -> None:
        self.members = members
        self.accepts = accepts
        self.accepts_at_end = accepts_at_end
        self.moves: dict[str, _State] = {}


class Pattern:
    """A compiled pattern; `found_in` tells whether it occurs anywhere in a text."""

    def __init__(self, source: str) -> None:
        """Raises BadPattern."""
        if len(source) > MAX_PATTERN:
            raise BadPattern(f"longer than {MAX_PATTERN} characters", MAX_PATTERN)
        self._edges: list[list[tuple[_Test, int]]] = [[]]
        self._free: list[list[tuple[str, int]]] = [[]]
        self._steps = 0
        self._final = _Reader(self, source).read()(0)
        self._known: dict[frozenset[int], _State] = {}
        initial = self._closure((0,), "^")
        # An empty text is at both its ends.
        self._initial = self._state(initial, initial | self._closure((0,), "^$"))
        self._later = self._closure((0,), "")

    def found_in(self, text: str) -> bool:
        """True when some part of the text matches."""
        state = self._initial
        if state.accepts:
            return True
        for char in text:
            following = state.moves.get(char)
            if following is None:
                following = self._move(state, char)
            if following.accepts:
                return True
            state = following
        return state.accepts_at_end

    # ---- building, used by the reader ------------------------------------------

    def add_state(self) -> int:
        """Add a state and return its number."""
        self._edges.append([])
        self._free.append([])
        return len(self._edges) - 1

    def add_edge(self, start: int, test: _Test, end: int) -> None:
        """Go from `start` to `end` on a character that passes the test."""
        self._edges[start].append((test, end))

    def add_free(self, start: int, end: int, condition: str = "") -> None:
        """Go without a character; `^` and `$` allow it at that end of the text only."""
        self._free[start].append((condition, end))

    def count_step(self, offset: int) -> None:
        """Count one step of construction. Raises BadPattern when there are too many."""
        self._steps += 1
        if self._steps > _MAX_STATES:
            raise BadPattern("too large once its repetitions are written out", offset)

    # ---- matching ----------------------------------------------------------------

    def _move(self, state: _State, char: str) -> _State:
        reached = {
            end for member in state.members for test, end in self._edges[member] if test(char)
        }
        members = self._closure(reached, "") | self._later
        following = self._known.get(members)
        if following is None:
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
                self._initial.moves.clear()
            following = self._state(members, members | self._closure(members, "$"))
            self._known[members] = following
        state.moves[char] = following
        return following

    def _state(self, members: frozenset[int], at_end: frozenset[int]) -> _State:
        return _State(members, self._final in members, self._final in at_end)

    def _closure(self, starts: Iterable[int], conditions: str) -> frozenset[int]:
        found = set(starts)
        waiting = list(found)
        while waiting:
            for condition, end in self._free[waiting.pop()]:
                if condition in conditions and end not in found:
                    found.add(end)
                    waiting.append(end)
        return frozenset(found)


class _Reader:
    """Reads a pattern from left to right (recursive descent)."""

    def __init__(self, pattern: Pattern, source: str) -> None:
        self._pattern = pattern
        self._ignore_case = source.startswith("(?i)")
        self._source = source
        self._at = 4 if self._ignore_case else 0
        self._depth = 0

    def read(self) -> _Build:
        build = self._alternatives()
        if self._at < len(self._source):
            raise self._bad("unbalanced )")
        return build

    def _bad(self, message: str) -> BadPattern:
        return BadPattern(message, self._at)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise self._bad("unexpected end")
        self._at += 1
        return char

    def _alternatives(self) -> _Build:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        pattern = self._pattern

        def build(start: int) -> int:
            end = pattern.add_state()
            for branch in branches:
                pattern.add_free(branch(start), end)
            return end

        return build

    def _sequence(self) -> _Build:
        parts: list[_Build] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated())
        offset, pattern = self._at, self._pattern

        def build(start: int) -> int:
            pattern.count_step(offset)
            for part in parts:
                start = part(start)
            return start

        return build

    def _repeated(self) -> _Build:
        anchor = self._peek() in ("^", "$")
        build = self._atom()
        bounds = self._bounds()
        if bounds is None:
            return build
        if self._peek() == "?":  # lazy or greedy: the same text is found
            self._at += 1
        if anchor or self._bounds() is not None:
            raise self._bad("nothing to repeat")
        return self._repeat(build, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self._peek())
        if simple is not None:
            self._at += 1
            return simple
        if self._peek() != "{":
            return None
        inner, closed, _ = self._source[self._at + 1 :].partition("}")
        low, comma, high = inner.partition(",")
        low = low or "0" if comma else low
        if not closed or not _is_count(low) or not (high == "" or _is_count(high)):
            return None
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if least > _MAX_REPEAT or (most is not None and not least <= most <= _MAX_REPEAT):
            raise self._bad("bad repetition")
        self._at += len(inner) + 2
        return least, most

    def _repeat(self, inner: _Build, least: int, most: int | None) -> _Build:
        offset, pattern = self._at, self._pattern

        def build(start: int) -> int:
            for _ in range(least):
                pattern.count_step(offset)
                start = inner(start)
            if most is None:
                loop = pattern.add_state()
                pattern.add_free(start, loop)
                pattern.add_free(inner(loop), loop)
                return loop
            end = pattern.add_state()
            for _ in range(most - least):
                pattern.count_step(offset)
                pattern.add_free(start, end)
                start = inner(start)
            pattern.add_free(start, end)
            return end

        return build

    def _atom(self) -> _Build:
        char = self._take()
        if char == "(":
            return self._group()
        if char in "*+?":
            self._at -= 1
            raise self._bad("nothing to repeat")
        if char in "^$":
            return self._anchor(char)
        if char == ".":
            return self._character(lambda one: one != "\n")
        if char == "[":
            return self._character(self._set())
        if char == "\\":
            return self._character(self._escape())
        return self._character(char.__eq__)

    def _group(self) -> _Build:
        self._depth += 1
        if self._depth > _MAX_GROUPS:
            raise self._bad("groups are nested too deeply")
        if self._peek() == "?":
            if self._source[self._at : self._at + 2] != "?:":
                raise self._bad("only (?:…) groups are offered, and (?i) at the start")
            self._at += 2
        build = self._alternatives()
        if self._peek() != ")":
            raise self._bad("a group is not closed")
        self._at += 1
        self._depth -= 1
        return build

    def _anchor(self, condition: str) -> _Build:
        offset, pattern = self._at, self._pattern

        def build(start: int) -> int:
            pattern.count_step(offset)
            end = pattern.add_state()
            pattern.add_free(start, end, condition)
            return end

        return build

    def _character(self, test: _Test) -> _Build:
        offset, pattern = self._at, self._pattern
        if self._ignore_case:
            plain = test

            def test(char: str) -> bool:
                return plain(char) or plain(char.lower()) or plain(char.upper())

        def build(start: int) -> int:
            pattern.count_step(offset)
            end = pattern.add_state()
            pattern.add_edge(start, test, end)
            return end

        return build

    def _escape(self) -> _Test:
        char = self._take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CONTROLS:
            return _CONTROLS[char].__eq__
        if char.isalnum():
            self._at -= 1
            raise self._bad(f"\\{char} is not offered")
        return char.__eq__

    def _set(self) -> _Test:
        negated = self._peek() == "^"
        if negated:
            self._at += 1
        tests = [self._member()]
        while self._peek() != "]":
            tests.append(self._member())
        self._at += 1
        return lambda char: any(test(char) for test in tests) is not negated

    def _member(self) -> _Test:
        low = self._take()
        if low == "\\":
            return self._escape()
        if self._peek() != "-" or self._source[self._at + 1 : self._at + 2] in ("]", ""):
            return low.__eq__
        self._at += 1
        high = self._take()
        if high < low or high == "\\":
            raise self._bad("bad range in a set")
        return lambda char: low <= char <= high


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_REPEAT))
