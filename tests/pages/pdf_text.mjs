// Prints the text of each page of the PDFs given, as pdf.js reads it: {file: [page, …]} in JSON.
import { readFileSync } from "node:fs";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

const found = {};
for (const file of process.argv.slice(2)) {
  const data = new Uint8Array(readFileSync(file));
  const document = await getDocument({ data, isEvalSupported: false, useSystemFonts: false, verbosity: 0 }).promise;
  found[file] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const content = await (await document.getPage(number)).getTextContent();
    found[file].push(content.items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join(""));
  }
  await document.destroy();
}
console.log(JSON.stringify(found));
