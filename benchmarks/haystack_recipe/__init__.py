"""A site with django-haystack, Whoosh and ChineseAnalyzer, as the tutorials set it up."""
