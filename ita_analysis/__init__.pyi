from ita_analysis.errors import ItaError as ItaError
from ita_analysis.lab.sentence import Scores as Scores
from ita_analysis.lab.sentence import load as load

__all__ = ["ItaError", "Scores", "load"]
