/**
 * The parts of our forms. All of what they show is text: nothing of a notebook is taken for HTML.
 */

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...inner: (string | Node)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...inner);
  return made;
}

/** A line of a form: a label and what it is for. */
export function field(label: string, control: HTMLElement): HTMLLabelElement {
  return element('label', 'nbhotel-Share-field', element('span', '', label), control);
}

export function textInput(value: string, placeholder: string): HTMLInputElement {
  const made = element('input', 'jp-mod-styled');
  made.type = 'text';
  made.value = value;
  made.placeholder = placeholder;
  made.spellcheck = false;
  return made;
}

/** A choice; `options` are values and what they are called. The first is chosen. */
export function choice(options: [string, string][]): HTMLSelectElement {
  const made = element('select', 'jp-mod-styled');
  made.append(...options.map(([value, label]) => new Option(label, value)));
  return made;
}

export function checkbox(label: string, checked = false): { line: HTMLLabelElement; box: HTMLInputElement } {
  const box = element('input');
  box.type = 'checkbox';
  box.checked = checked;
  return { line: element('label', 'nbhotel-Share-check', box, label), box };
}

/** A link to another page; anything else than an address of the web stays text. */
export function link(address: string): HTMLElement {
  if (!/^https?:\/\//.test(address)) {
    return element('span', '', address);
  }
  const made = element('a', 'nbhotel-Share-link', address);
  made.href = address;
  made.target = '_blank';
  made.rel = 'noopener noreferrer';
  return made;
}
