"""The two exporters that nbconvert and JupyterLab's menu offer; a run renders without them and without nbconvert."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter, TemplateExporter
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat import NotebookNode

from ita_analysis.export import html, pdf
from ita_analysis.export.document import read_document


class HtmlBriefExporter(TemplateExporter):
    """nbconvert exporter `ita_html`."""

    export_from_notebook = "ITA brief (HTML)"
    output_mimetype = "text/html"

    @property
    def default_preprocessors(self) -> list[Any]:  # type: ignore[override]
        """Return what `--execute` asks for; blocks are data already."""
        return [ExecutePreprocessor]

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of `nb` and nbconvert's resources."""
        shown, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        return html.render(read_document(shown)), resources


class PdfBriefExporter(Exporter):
    """nbconvert exporter `ita_pdf`."""

    export_from_notebook = "ITA brief (PDF)"
    output_mimetype = "application/pdf"

    @property
    def default_preprocessors(self) -> list[Any]:  # type: ignore[override]
        """Return what `--execute` asks for; blocks are data already."""
        return [ExecutePreprocessor]

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the PDF of `nb` and nbconvert's resources."""
        shown, resources = super().from_notebook_node(nb, resources, **kw)
        resources["output_extension"] = ".pdf"
        return pdf.render(read_document(shown)), resources
