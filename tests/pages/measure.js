// Measures a page as a browser laid it out. Loaded into the page by the suite; the pages themselves hold no script.
globalThis.ita = (() => {
  // A text for screen readers alone is clipped to nothing on purpose.
  const isForReaders = (element) => getComputedStyle(element).position === "absolute" && element.clientWidth <= 1;
  const isSeen = (element) => {
    if (!element.checkVisibility() || element.closest("svg")) return false;
    for (let at = element; at; at = at.parentElement) if (isForReaders(at)) return false;
    return true;
  };
  const flows = (element) => {
    const display = getComputedStyle(element).display;
    return display === "inline" || element.tagName === "T-W";
  };
  const holder = (node) => {
    let element = node.parentElement;
    while (flows(element)) element = element.parentElement;
    return element;
  };

  // Each stretch of running text: its holder, its letters with their places, white space included without a place.
  const stretches = () => {
    const found = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!isSeen(node.parentElement)) continue;
      const element = holder(node);
      if (!found.has(element)) found.set(element, { element, text: "", letters: [] });
      const made = found.get(element);
      for (let at = 0; at < node.data.length; at++) {
        if (node.data[at].trim()) {
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const box = range.getClientRects()[0];
          if (box) made.letters.push({ at: made.text.length + at, top: box.top, bottom: box.bottom, left: box.left, right: box.right });
        }
      }
      made.text += node.data;
    }
    return [...found.values()].filter((made) => made.letters.length);
  };

  const inLines = (made) => {
    const lines = [];
    let last = null;
    for (const letter of made.letters) {
      if (!last || letter.top > last.top + (last.bottom - last.top) / 2) lines.push([]);
      lines.at(-1).push(letter);
      last = letter;
    }
    return lines;
  };

  const lines = () =>
    stretches().map((made) => ({ text: made.text, ends: inLines(made).slice(1).map((line) => line[0].at) }));

  const around = (boxes) => ({
    left: Math.min(...boxes.map((box) => box.left)),
    right: Math.max(...boxes.map((box) => box.right)),
    top: Math.min(...boxes.map((box) => box.top)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  });

  // Sarabun's line box is 1.3 em; the letters fill its middle, so a quarter above and below may touch another line.
  const meet = (one, other) => {
    const cut = (box) => (box.bottom - box.top) / 4;
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const high = Math.min(one.bottom - cut(one), other.bottom - cut(other)) - Math.max(one.top + cut(one), other.top + cut(other));
    return wide > 1 && high > 1;
  };

  const pairs = (boxes) => {
    const found = [];
    const sorted = [...boxes].sort((one, other) => one.top - other.top);
    sorted.forEach((one, at) => {
      for (let next = at + 1; next < sorted.length && sorted[next].top < one.bottom; next++) {
        if (meet(one, sorted[next])) found.push(`${one.text} × ${sorted[next].text}`);
      }
    });
    return found;
  };

  const layout = () => {
    const made = stretches();
    const boxes = made.flatMap((one) =>
      inLines(one).map((line) => ({ ...around(line), text: one.text.slice(line[0].at, line.at(-1).at + 1) })));
    const scrolls = (element) => element.closest("figure[tabindex]");
    const clipped = [...document.querySelectorAll("main, main *")].filter((element) => {
      if (!isSeen(element) || flows(element) || scrolls(element) || !element.textContent.trim()) return false;
      const hanging = element.querySelector(".hanging") || element.classList.contains("hanging") ? 12 : 1;
      return element.scrollWidth > element.clientWidth + hanging || (getComputedStyle(element).overflowY === "hidden" && element.scrollHeight > element.clientHeight + 1);
    });
    // What stands behind a text is the nearest ground of its holders; drawings are measured below.
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (!/rgba\(.*, 0\)|transparent/.test(colour)) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const pale = [];
    for (const element of document.querySelectorAll("main *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own || !isSeen(element)) continue;
      const ratio = contrast(getComputedStyle(element).color, ground(element));
      if (ratio < 4.5) pale.push(`${element.textContent.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
    }
    return {
      pale,
      texts: boxes.length,
      pageWidth: document.documentElement.scrollWidth,
      outside: boxes.filter((box) => box.left < 0 || box.right > innerWidth).map((box) => box.text),
      clipped: clipped.map((element) => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`),
      overlapping: pairs(boxes),
    };
  };

  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
    return 0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
  };
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  // The texts inside drawings: inside their frame, not on each other, readable on what lies behind them.
  const drawings = () => {
    const found = { drawings: 0, texts: 0, outside: [], overlapping: [], pale: [], smallest: 99 };
    for (const svg of document.querySelectorAll("svg")) {
      if (!svg.checkVisibility()) continue;
      found.drawings += 1;
      const frame = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
      const boxes = texts.map((text) => {
        const box = text.getBoundingClientRect();
        return { left: box.left, right: box.right, top: box.top, bottom: box.bottom, text: text.textContent, element: text };
      });
      found.texts += boxes.length;
      found.overlapping.push(...pairs(boxes));
      for (const box of boxes) {
        if (box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.top + (box.bottom - box.top) / 4 < frame.top || box.bottom - (box.bottom - box.top) / 4 > frame.bottom) found.outside.push(box.text);
        const scale = frame.width / svg.viewBox.baseVal.width;
        found.smallest = Math.min(found.smallest, parseFloat(getComputedStyle(box.element).fontSize) * scale);
        box.element.scrollIntoView({ block: "center" });
        const now = box.element.getBoundingClientRect();
        const behind = document.elementsFromPoint((now.left + now.right) / 2, (now.top + now.bottom) / 2)
          .filter((element) => svg.contains(element) && element !== svg && element.tagName !== "text" && element.tagName !== "g");
        const fills = behind.map((element) => getComputedStyle(element).fill).filter((fill) => fill.startsWith("rgb"));
        const ratio = contrast(getComputedStyle(box.element).fill, fills[0] || "rgb(255, 255, 255)");
        if (ratio < 4.5) found.pale.push(`${box.text} ${ratio.toFixed(2)}`);
      }
    }
    scrollTo(0, 0);
    return found;
  };

  return { lines, layout, drawings };
})();
