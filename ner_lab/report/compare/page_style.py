"""The style of a comparison's page, in the colours of a run's report: light, dark, on a phone and on paper."""

from __future__ import annotations

from ner_lab.report.svg import PAGE_STYLE

# All of it below one class, so that the page can stand in a notebook.
STYLE = (
    """
.ner-lab { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --fg: #1b2430; --muted: #5b6675; --line: #dde2e8;
  --accent: #2457c5; --better: #2166ac; --worse: #b2182b;
  box-sizing: border-box; margin: 0 auto; max-width: 72rem; padding: 1.25rem; background: var(--bg); color: var(--fg);
  font: 16px/1.55 system-ui, sans-serif; }
@media screen and (prefers-color-scheme: dark) {
  .ner-lab { --bg: #12161c; --card: #1a2029; --fg: #e6eaf0; --muted: #9aa6b5; --line: #2d3642;
    --accent: #8ab0ff; --better: #5b9bdb; --worse: #e0606f; } }
.ner-lab * { box-sizing: border-box; }
.ner-lab h1 { font-size: 1.5em; margin: 0; }
.ner-lab h2 { font-size: 1.2em; margin: 0 0 .6rem; overflow-wrap: anywhere; }
.ner-lab section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem;
  margin: 1.1rem 0; }
.ner-lab .scroll { overflow-x: auto; margin: .8rem 0; }
.ner-lab table { border-collapse: collapse; font-size: .925em; font-variant-numeric: tabular-nums; }
.ner-lab th, .ner-lab td { padding: .3rem 1.1rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left;
  font-weight: 400; overflow-wrap: break-word; }
.ner-lab th:last-child, .ner-lab td:last-child { padding-right: 0; }
.ner-lab thead th { color: var(--muted); font-size: .92em; vertical-align: bottom; }
.ner-lab tbody th { font-weight: 500; }
.ner-lab .number { text-align: right; white-space: nowrap; }
.ner-lab thead .number { white-space: normal; }
.ner-lab figure { margin: 1rem 0; overflow-x: auto; }
.ner-lab figure svg { max-width: 100%; height: auto; }
.ner-lab summary { cursor: pointer; color: var(--accent); margin: .75rem 0; width: fit-content; }
.ner-lab footer { color: var(--muted); font-size: .85rem; }
.ner-lab p, .ner-lab li { max-width: 80ch; overflow-wrap: anywhere; }
.ner-lab .note { color: var(--muted); }
.ner-lab .caution { border-left: 3px solid #c77700; padding-left: .8rem; }
@media (max-width: 40rem) {
  .ner-lab { padding: .8rem; font-size: 15px; }
  .ner-lab section { padding: .9rem; border-radius: 8px; }
  .ner-lab figure svg { max-width: none; } }
@media print {
  .ner-lab { color-scheme: light; --bg: #fff; --card: #fff; --fg: #000; --muted: #444; --line: #bbb; --accent: #123f9c;
    max-width: none; padding: 0; font-size: 12px; }
  .ner-lab section { border: 0; padding: 0; margin: 1.2rem 0; }
  .ner-lab th, .ner-lab td { padding-right: .6rem; }
  .ner-lab .scroll, .ner-lab figure { overflow: visible; }
  .ner-lab tr, .ner-lab figure, .ner-lab li { break-inside: avoid; }
  .ner-lab h2 { break-after: avoid; }
  .ner-lab * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
    + PAGE_STYLE
)
# The ground around the content of a page of its own.
GROUND = """
:root { color-scheme: light dark; }
body { margin: 0; background: #f6f7f9; }
@media screen and (prefers-color-scheme: dark) { body { background: #12161c; } }
@media print { body { background: #fff; } }
"""
