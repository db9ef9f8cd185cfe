from ner_lab.cli import main

main()
