"""The vocabulary: which words mean which insurer, programme, product, cue or place.

Everything comes from `monitor/vocabulary/*.yaml`, so that a user adds a term without code. One form for all files:

    family: insurers            # what the file holds; see FAMILIES
    entries:
      - code: 中国人寿           # what a mention means
        zh: [国寿寿险]           # Chinese terms, simplified script
        en: [China Life]        # English terms, any case
        weak: [国寿]             # terms that count only in company (see `Finder`)
    decoys: [平安银行]           # longer words that contain a term and mean something else
    patterns:                   # regular expressions, for names that no list can hold
      - {code: xhuibao, regex: '…'}
      - code: told.failed       # or several wordings of one meaning, the first that fits counts
        any_of: ['…', '…']
        ignore_case: true       # for English

A file that is not of this form is refused with its name and line: a misspelt key must not silently remove a term.
"""

from monitor.taxonomy.finder import Finder
from monitor.taxonomy.reading import read_file, vocabulary_files
from monitor.taxonomy.terms import FAMILIES, Entry, Mention, Pattern, Term, VocabularyError, is_normal
from monitor.taxonomy.vocabulary import DEFAULT_DIRECTORY, Vocabulary, load_vocabulary

__all__ = [
    "DEFAULT_DIRECTORY",
    "FAMILIES",
    "Entry",
    "Finder",
    "Mention",
    "Pattern",
    "Term",
    "Vocabulary",
    "VocabularyError",
    "is_normal",
    "load_vocabulary",
    "read_file",
    "vocabulary_files",
]
