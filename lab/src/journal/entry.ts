/**
 * One run in the list. All of it is text: nothing of a notebook is taken for HTML.
 */
import { addBelowIcon, copyIcon, deleteIcon, LabIcon } from '@jupyterlab/ui-components';
import { IRun } from './api';

/** What can be done with a run. */
export interface IActions {
  insert(run: IRun): void;
  copy(run: IRun): void;
  forget(run: IRun): void;
  open(path: string): void;
}

export function entry(run: IRun, actions: IActions): HTMLElement {
  const item = document.createElement('li');
  item.className = 'nbhotel-Journal-run';
  const code = element('pre', 'nbhotel-Journal-code', run.code);
  code.tabIndex = 0; // so that the keyboard can scroll it
  code.setAttribute('aria-label', 'Code');
  item.append(head(run, actions), code);
  if (run.output) {
    item.append(element('pre', 'nbhotel-Journal-output', run.output));
  }
  item.append(buttons(run, actions));
  return item;
}

function head(run: IRun, actions: IActions): HTMLElement {
  const line = element('div', 'nbhotel-Journal-head');
  const time = document.createElement('time');
  const began = new Date(run.started * 1000);
  time.dateTime = began.toISOString();
  time.textContent = began.toLocaleString();
  line.append(time, source(run, actions));
  if (run.seconds !== null) {
    line.append(element('span', '', duration(run.seconds)));
  }
  if (run.failed) {
    line.append(element('strong', 'nbhotel-Journal-failed', 'failed'));
  }
  return line;
}

/** The notebook, as a button that opens it if this server shows it; else the kernel. */
function source(run: IRun, actions: IActions): HTMLElement {
  const { path } = run;
  if (path === null) {
    return element('span', '', run.notebook || `${run.spec} ${run.kernel.slice(0, 8)}`);
  }
  const link = element('button', 'nbhotel-Journal-link', path);
  link.title = `Open ${path}`;
  link.addEventListener('click', () => actions.open(path));
  return link;
}

function buttons(run: IRun, actions: IActions): HTMLElement {
  const line = element('div', 'nbhotel-Journal-buttons');
  line.append(
    button(addBelowIcon, 'Insert as a new cell', () => actions.insert(run)),
    button(copyIcon, 'Copy', () => actions.copy(run))
  );
  if (run.id) {
    line.append(button(deleteIcon, 'Forget', () => actions.forget(run)));
  }
  return line;
}

function button(icon: LabIcon, label: string, act: () => void): HTMLElement {
  const made = element('button', 'nbhotel-Journal-button');
  made.title = label;
  made.setAttribute('aria-label', label);
  icon.element({ container: made, tag: 'span', width: '14px', height: '14px' });
  made.addEventListener('click', act);
  return made;
}

export function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function duration(seconds: number): string {
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
