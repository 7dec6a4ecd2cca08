/**
 * Marks the cells of a notebook that changed. The server is asked when nothing happens, without outputs.
 */
import { ActivityMonitor } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { ServerError } from '../server';
import { askChanges, HEAD, IChanges, ICellChange, SAVED, serverPath, snapshot, withoutOutputs } from './api';

/** Since when cells are marked, if at all. */
export type Since = 'commit' | 'save' | 'off';
/** So long after the last edit marks are made anew, in milliseconds. */
const PAUSE = 1000;
/** So long the server is not asked after it said that there is nothing to compare with, in milliseconds. */
const REST = 20_000;
const MARK = 'data-nbhotel-change';
const GONE = 'data-nbhotel-gone';

export class Gutter implements IDisposable {
  constructor(
    private _panel: NotebookPanel,
    private _contents: Contents.IManager,
    private _since: () => Since
  ) {
    this._edits = new ActivityMonitor({ signal: _panel.context.model.contentChanged, timeout: PAUSE });
    this._edits.activityStopped.connect(() => {
      if (Date.now() > this._refused + REST) {
        this.refresh();
      }
    });
    _panel.context.saveState.connect(this._onSave, this);
    _panel.context.fileChanged.connect(this._onFile, this);
    _panel.disposed.connect(this.dispose, this);
    void _panel.context.ready.then(() => this.refresh());
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._edits.dispose();
      this._panel.context.saveState.disconnect(this._onSave, this);
      this._panel.context.fileChanged.disconnect(this._onFile, this);
    }
  }

  /** Mark anew as soon as the browser has nothing else to do. */
  refresh(): void {
    const idle = window.requestIdleCallback ?? ((then: () => void) => window.setTimeout(then, 200));
    idle(() => void this._mark());
  }

  private async _mark(): Promise<void> {
    if (this._isDisposed || !this._panel.context.isReady || this._busy) {
      this._again = this._busy;
      return;
    }
    const since = this._since();
    if (!this._panel.isVisible && since !== 'off') {
      this._again = true; // it is done when somebody looks: see `shown`
      return;
    }
    this._busy = true;
    this._again = false;
    try {
      await this._ask(since);
    } finally {
      this._busy = false;
    }
    if (this._again) {
      this.refresh();
    }
  }

  /** By now there is something to compare with. */
  expect(): void {
    if (this._refused) {
      this._refused = 0;
      this.refresh();
    }
  }

  /** The notebook came to the front. */
  shown(): void {
    if (this._again) {
      this.refresh();
    }
  }

  private async _ask(since: Since): Promise<void> {
    const sent = snapshot(this._panel.context.model);
    let found: IChanges | null = null;
    if (since !== 'off') {
      found = await this._compared(sent.notebook, since === 'save' ? SAVED : HEAD);
    }
    if (!this._isDisposed) {
      this._show(found?.cells ?? [], sent.ids, found?.against ?? '');
    }
  }

  private async _compared(notebook: ReturnType<typeof snapshot>['notebook'], against: string) {
    try {
      const path = serverPath(this._panel, this._contents);
      const found = await askChanges(path, withoutOutputs(notebook), against, false, false);
      // No repository, no commit: no marks, and few questions until it is saved. The panel says why.
      this._refused = found.unavailable ? Date.now() : 0;
      return found.unavailable ? null : found;
    } catch (error) {
      this._refused = error instanceof ServerError ? Date.now() : 0;
      return null;
    }
  }

  private _show(changes: ICellChange[], ids: string[], against: string): void {
    const marks = new Map<string, string>();
    const gone = new Map<string, string>();
    for (const change of changes) {
      const kind = change.kind === 'added' ? 'added' : change.kind === 'same' ? 'moved' : 'changed';
      change.new.forEach(place => marks.set(ids[place], kind));
      if (change.kind === 'removed') {
        gone.set(ids[change.after ?? 0], change.after === null ? 'before' : 'after');
      }
    }
    for (const cell of this._panel.content.widgets) {
      const mark = marks.get(cell.model.id);
      set(cell.node, MARK, mark);
      set(cell.node, GONE, gone.get(cell.model.id));
      set(cell.node, 'aria-description', mark && `${mark} since the ${against}`);
    }
  }

  private _onFile(): void {
    this.refresh();
  }

  private _onSave(_: unknown, state: string): void {
    if (state === 'completed') {
      this._refused = 0;
      this.refresh();
    }
  }

  private _isDisposed = false;
  private _busy = false;
  private _again = false;
  private _refused = 0;
  private _edits: ActivityMonitor<unknown, unknown>;
}

function set(node: HTMLElement, name: string, value: string | undefined): void {
  if (value) {
    node.setAttribute(name, value);
  } else {
    node.removeAttribute(name);
  }
}
