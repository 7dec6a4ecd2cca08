/**
 * What a terminal sends for a key, as xterm does.
 */
const NAMED: Record<string, string> = {
  Enter: '\r',
  Backspace: '\x7f',
  Tab: '\t',
  Escape: '\x1b',
  ArrowUp: '\x1b[A',
  ArrowDown: '\x1b[B',
  ArrowRight: '\x1b[C',
  ArrowLeft: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PageUp: '\x1b[5~',
  PageDown: '\x1b[6~',
  Delete: '\x1b[3~'
};

/** The text of a key, or null if it has none, or is the browser's. */
export function keyText(event: KeyboardEvent): string | null {
  if (event.metaKey || (event.key === 'Tab' && event.shiftKey)) {
    return null;
  }
  if (event.ctrlKey && !event.altKey && /^[a-z]$/.test(event.key) && event.key !== 'v') {
    return String.fromCharCode(event.key.charCodeAt(0) - 96);
  }
  return NAMED[event.key] ?? (event.key.length === 1 && !event.ctrlKey ? event.key : null);
}
