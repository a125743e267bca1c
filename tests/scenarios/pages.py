"""Reads pages as a browser would, for what tests ask of them."""

from html.parser import HTMLParser

CELLS = frozenset({"td", "th", "li", "dt", "dd"})
VOID = frozenset({"meta", "link", "br", "hr", "input", "img"})


class Page(HTMLParser):
    """Reads a page and keeps what its tags say; raises nothing, lists what is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> never ends" for tag in self._open]

    @property
    def words(self) -> str:
        """Everything a reader reads, with single spaces."""
        return " ".join("".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag in CELLS:
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()} closes another tag")

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self._open):
            self._words.append(data)

    def values(self, tag: str, attribute: str) -> list[str]:
        """Every value of an attribute of a tag."""
        return [attrs[attribute] or "" for name, attrs in self.tags if name == tag and attribute in attrs]
