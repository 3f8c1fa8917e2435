"""`python -m ita_analysis.cli`: the command line without the installed script."""

from ita_analysis.cli import main

if __name__ == "__main__":
    main()
