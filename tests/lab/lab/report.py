"""The table of results, as text while it runs and as Markdown at the end."""

import re
import textwrap


def line(result):
    """One result for the terminal."""
    mark = "ok  " if result["ok"] else "FAIL"
    seconds = f"{result['seconds']:6.1f} s" if result["seconds"] is not None else "       -"
    text = f"{mark} {seconds} of {result['cost']:4.0f}  exit {result['exit']!s:>2}  {result['name']}"
    for extra in [result["seen"], "; ".join(result["figures"])]:
        if extra:
            text += "\n" + textwrap.indent(textwrap.fill(extra, 150), " " * 25)
    if not result["ok"]:
        text += "\n" + textwrap.indent(result["why"], "     | ")
    return text


def summary(results):
    """The last line."""
    failed = [result for result in results if not result["ok"]]
    down = [result for result in results if result["down"]]
    return f"{len(results)} cases, {len(failed)} failed, {len(down)} ended with the API server down"


def markdown(results):
    """The table."""
    rows = ["| case | what the user sees | exit | seconds until healthy | of the case |", "|---|---|---|---|---|"]
    for result in results:
        seen = "; ".join(part for part in [result["seen"], *result["figures"]] if part)
        seen = re.sub(r"\s+", " ", seen).replace("|", "\\|")
        seconds = f"{result['seconds']:.1f}" if result["seconds"] is not None else "-"
        name = result["name"] if result["ok"] else f"**FAILED** {result['name']}"
        rows.append(f"| {name} | {seen} | {result['exit']} | {seconds} | {result['cost']:.0f} |")
    return "\n".join([*rows, "", summary(results) + ".", ""])
