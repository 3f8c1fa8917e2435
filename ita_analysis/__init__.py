"""The ITA workbench: `import ita_analysis as ita`, then `ita.load().choose(agency="สาทร", year=2566).find(below=90)`."""

from importlib import import_module

__all__ = ["ItaError", "Scores", "load"]

_HOMES = {"ItaError": "ita_analysis.errors", "Scores": "ita_analysis.lab.sentence", "load": "ita_analysis.lab.sentence"}


def __getattr__(name):
    """Return a name of the analyst, imported when it is first asked for; what is not there names the nearest."""
    if name in _HOMES:
        found = getattr(import_module(_HOMES[name]), name)
        globals()[name] = found
        return found
    from ita_analysis.lab.names import NoSuchNameError

    raise NoSuchNameError("ita_analysis", name, __all__)


def __dir__():
    return list(__all__)
