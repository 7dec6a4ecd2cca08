/**
 * Small pieces that the panel is made of. All they show is text.
 */

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = ''
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A button that reads as a link. */
export function link(text: string, act: () => void, title = ''): HTMLButtonElement {
  const made = element('button', 'nbhotel-Comments-link', text);
  made.type = 'button';
  made.title = title;
  made.addEventListener('click', act);
  return made;
}

export function time(seconds: number): HTMLElement {
  const made = element('time', 'nbhotel-Comments-time');
  const moment = new Date(seconds * 1000);
  made.dateTime = moment.toISOString();
  made.textContent = moment.toLocaleString();
  return made;
}
