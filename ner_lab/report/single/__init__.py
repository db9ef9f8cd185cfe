"""The report on one run, on an evaluation or on a column file: `source` reads it, `numbers` says everything about it as
plain data, and `page` draws that.

For the numbers, `examined` looks at each sentence once; `scores`, `breakdowns`, `confidence`, `sentences` and `rival`
(against another run) are their parts, `findings` and `remarks` put them into words, with the phrases of `wording`. For
the page, `sections/` has a file for each section, `charts` draws, and `page.css` and `page.js` go along.
"""
