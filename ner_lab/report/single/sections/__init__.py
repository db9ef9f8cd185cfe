"""The sections of the page, each a function of the report's numbers that gives markup: `summary`, `errors`, `where`
they are, `reliability` of confidences, `schemes` of scoring, likely `label_errors`, `against` another run, the
`run` itself, and the `sentence_list`.
"""
