/**
 * The side panel: a search field, what was found, and the switches.
 */
import { LabIcon } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as api from './api';
import { element, entry, IActions } from './entry';

const icon = new LabIcon({
  name: 'nbhotel:journal',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" ' +
    'd="M6 2h13v20H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm0 2v16h11V4H6zm2 3h7v2H8V7zm0 4h7v2H8v-2zm0 4h5v2H8v-2z"/></svg>'
});

/** Milliseconds after the last key before the server is asked. */
const PATIENCE = 250;

export class JournalPanel extends Widget {
  /** `actions` is what can be done with a run; what changes the journal shows it anew. */
  constructor(private readonly actions: IActions) {
    super();
    this.id = 'nbhotel-journal';
    this.addClass('nbhotel-Journal');
    this.title.icon = icon;
    this.title.caption = 'Journal';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Journal');
    this.words.type = 'search';
    this.words.placeholder = 'Search all code that ran';
    this.words.setAttribute('aria-label', 'Search all code that ran');
    this.more.textContent = 'More';
    this.message.setAttribute('role', 'status');
    this.build();
  }

  /** The notebook in front: its path of the contents API, "" for none. */
  set notebook(path: string) {
    if (path !== this.path) {
      this.path = path;
      this.refresh();
    }
  }

  /** Search once more, soon; not while nobody looks. */
  refresh(): void {
    if (this.isVisible) {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.search(0), PATIENCE);
    }
  }

  /** Tell something to people. */
  tell(message: string): void {
    this.message.textContent = message;
  }

  dispose(): void {
    window.clearTimeout(this.timer);
    super.dispose();
  }

  protected onAfterShow(_: Message): void {
    this.refresh();
  }

  protected onActivateRequest(_: Message): void {
    this.words.focus();
  }

  private build(): void {
    this.words.addEventListener('input', () => this.refresh());
    this.more.addEventListener('click', () => void this.search(this.list.childElementCount));
    const filters = element('div', 'nbhotel-Journal-filters');
    for (const [box, label] of [
      [this.here, 'This notebook'],
      [this.failed, 'Failed'],
      [this.ipython, "IPython's history, too"]
    ] as [HTMLInputElement, string][]) {
      box.addEventListener('change', () => this.refresh());
      filters.append(labelled(box, label));
    }
    const switches = element('div', 'nbhotel-Journal-switches');
    this.on.addEventListener('change', () => void this.keep(this.on.checked, ''));
    this.notebookOn.addEventListener('change', () => void this.keep(this.notebookOn.checked, this.path));
    switches.append(labelled(this.on, 'Keep a journal'), labelled(this.notebookOn, 'Of this notebook'));
    this.node.append(this.words, filters, this.message, this.list, this.more, switches);
    this.more.hidden = true;
  }

  /** Show what is found from `offset` on, below what is there. */
  private async search(offset: number): Promise<void> {
    const query = {
      words: this.words.value,
      notebook: this.here.checked ? this.path : '',
      failed: this.failed.checked,
      ipython: this.ipython.checked
    };
    const asked = ++this.asked;
    try {
      const found = await api.search(query, offset);
      const state = await api.state(this.path);
      if (asked !== this.asked) {
        return; // somebody has typed on
      }
      const entries = found.runs.map(run => entry(run, this.actions));
      this.list.replaceChildren(...(offset ? this.list.children : []), ...entries);
      this.more.hidden = !found.more;
      this.showState(state);
      if (!this.message.textContent && !this.list.childElementCount) {
        this.tell(query.words ? 'Nothing like that ran.' : 'Nothing ran yet.');
      }
    } catch (error) {
      this.tell((error as Error).message);
    }
  }

  private showState(state: api.IState): void {
    this.on.checked = state.enabled && state.on;
    this.on.disabled = !state.enabled;
    this.notebookOn.checked = this.on.checked && state.notebook_on;
    this.notebookOn.disabled = !this.path || !this.on.checked;
    this.here.disabled = !this.path;
    if (state.trouble) {
      this.tell(`${state.trouble}. ${state.waiting} runs wait to be written.`);
    } else {
      this.tell(state.enabled ? '' : "The server's settings switched the journal off.");
    }
  }

  private async keep(on: boolean, notebook: string): Promise<void> {
    try {
      await api.keep(on, notebook);
      this.showState(await api.state(this.path));
    } catch (error) {
      this.tell((error as Error).message);
    }
  }

  private path = '';
  private asked = 0;
  private timer = 0;
  private readonly words = document.createElement('input');
  private readonly here = checkbox();
  private readonly failed = checkbox();
  private readonly ipython = checkbox();
  private readonly on = checkbox();
  private readonly notebookOn = checkbox();
  private readonly message = element('p', 'nbhotel-Journal-message');
  private readonly list = element('ol', 'nbhotel-Journal-list');
  private readonly more = document.createElement('button');
}

function checkbox(): HTMLInputElement {
  const box = document.createElement('input');
  box.type = 'checkbox';
  return box;
}

function labelled(box: HTMLInputElement, text: string): HTMLElement {
  const label = document.createElement('label');
  label.append(box, ` ${text}`);
  return label;
}
