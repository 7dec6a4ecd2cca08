// Texts with less contrast than 4.5 : 1 (WCAG 2.2, 1.4.3) as painted: ancestors count.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const own = (at) => rgba(getComputedStyle(at).backgroundColor);
  const ground = (at) => at ? over(own(at), ground(at.parentElement)) : [255, 255, 255, 1];
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const at = node.parentElement;
    if (!node.data.trim() || !at.checkVisibility() || ["SCRIPT", "STYLE"].includes(at.tagName)) continue;
    let faint = 1;
    for (let up = at; up; up = up.parentElement) faint *= getComputedStyle(up).opacity;
    const below = ground(at), ink = rgba(getComputedStyle(at).color);
    const [a, b] = [light(over([...ink.slice(0, 3), ink[3] * faint], below)), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const name = `${at.tagName}.${at.className} ${node.data.trim().slice(0, 30)}`;
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${name}`);
  }
  return [...new Set(found)];
}
