/**
 * Terminal cells are no part of the file: the server remembers them while the kernel lives.
 */
import { NotebookPanel } from '@jupyterlab/notebook';
import { ask } from '../server';
import { isTerminal, setTerminal } from './cell';
import { IRun } from './channel';

interface IRemembered {
  id: string;
  source: string;
  /** The id of the cell before; empty for the first. */
  after: string;
}

/** What the server knows of a kernel's terminal cells. */
export interface IKnown {
  /** What runs them: a shell of the server, the kernel itself, nothing. */
  backend: 'shell' | 'magic' | 'none';
  why: string;
  cells: (IRemembered & { job: (IRun & { text: string }) | null })[];
}

export class Memory {
  constructor(private _panel: NotebookPanel) {}

  /** Ask what there is for a kernel, and put those cells back that the notebook doesn't show. */
  async restore(kernel: string): Promise<IKnown> {
    const known = await ask<IKnown>(`shell/kernels/${kernel}`);
    const notebook = this._panel.context.model.sharedModel;
    const dirty = this._panel.context.model.dirty;
    const ids = () => notebook.cells.map(cell => cell.getId());
    const missing = known.cells.filter(cell => !ids().includes(cell.id));
    // Made terminal cells since the file was saved: there they are still code.
    const changed = [...this._panel.context.model.cells].filter(cell => {
      const found = known.cells.find(each => each.id === cell.id);
      return found && cell.type === 'code' && !isTerminal(cell);
    });
    for (const cell of changed) {
      cell.sharedModel.setSource(known.cells.find(each => each.id === cell.id)!.source);
      setTerminal(cell, true);
    }
    if (changed.length) {
      this._panel.context.model.dirty = dirty;
    }
    if (missing.length) {
      // Nothing that a person did: it is no step to be undone, and nothing to be saved.
      notebook.transact(() => {
        for (const cell of missing) {
          const before = ids().indexOf(cell.after);
          const index = cell.after && before < 0 ? notebook.cells.length : before + 1;
          notebook.insertCell(index, { ...CELL, id: cell.id, source: cell.source });
        }
      }, false);
      this._panel.context.model.dirty = dirty;
    }
    this._sent = new Map(
      known.cells.map(({ id, source, after }) => [id, JSON.stringify({ id, source, after })])
    );
    this._kernel = kernel;
    return known;
  }

  /** Send what has changed. */
  async send(init: RequestInit = {}): Promise<void> {
    const kernel = this._kernel;
    const model = this._panel.isDisposed ? null : this._panel.context.model;
    if (!kernel || !model || this.paused) {
      return;
    }
    const now = new Map<string, string>();
    let after = '';
    for (const cell of model.cells) {
      if (isTerminal(cell)) {
        now.set(cell.id, JSON.stringify({ id: cell.id, source: cell.sharedModel.getSource(), after }));
      }
      after = cell.id;
    }
    const cells = [...now]
      .filter(([id, cell]) => this._sent.get(id) !== cell)
      .map(([_, cell]) => JSON.parse(cell));
    const gone = [...this._sent.keys()].filter(id => !now.has(id));
    this._sent = now;
    if (cells.length || gone.length) {
      const body = JSON.stringify({ cells, gone });
      await ask(`shell/kernels/${kernel}`, { ...init, method: 'PATCH', body });
    }
  }

  /** Forget which kernel it was. */
  leave(): void {
    this._kernel = '';
    this._sent.clear();
  }

  /** While a notebook is read again from its file, its terminal cells are gone for a moment. */
  paused = false;

  private _kernel = '';
  private _sent = new Map<string, string>();
}

const CELL = {
  cell_type: 'code' as const,
  metadata: { nbhotel: { terminal: true }, trusted: true },
  execution_count: null,
  outputs: []
};
