/**
 * The terminal cells of one open notebook: how they look, where they run, and that they come back when the
 * page is loaded again.
 */
import { Cell, CodeCell, ICodeCellModel } from '@jupyterlab/cells';
import { NotebookPanel } from '@jupyterlab/notebook';
import { OutputArea } from '@jupyterlab/outputarea';
import { KernelMessage } from '@jupyterlab/services';
import { PanelLayout } from '@lumino/widgets';
import { Bar } from './bar';
import { isMarked, isTerminal, setTerminal } from './cell';
import { Channel, IChange, IRun } from './channel';
import { IKnown, Memory } from './memory';
import { showOutput } from './outputs';

const MIME = 'text/x-sh';
/** Milliseconds after a change until the cells' looks follow it, and until the server is told. */
const LOOKS = 20;
const TELL = 400;

export class NotebookTerminals {
  constructor(private _panel: NotebookPanel) {
    const context = _panel.context;
    void context.ready.then(() => {
      context.model.contentChanged.connect(this._onChange, this);
      _panel.content.activeCellChanged.connect(this._onChange, this);
      _panel.sessionContext.kernelChanged.connect(this._onKernel, this);
      this._keepOnRevert();
      this._onChange();
      void _panel.sessionContext.ready.then(() => this._onKernel());
    });
    const leave = () => void this._memory.send({ keepalive: true }).catch(() => undefined);
    window.addEventListener('pagehide', leave);
    _panel.disposed.connect(() => {
      window.removeEventListener('pagehide', leave);
      window.clearTimeout(this._telling);
      this._channel?.dispose();
    });
  }

  /** Run a terminal cell; whether it was interrupted, or not run at all. */
  async run(cell: CodeCell): Promise<{ failed: boolean }> {
    const model = cell.model;
    const source = model.sharedModel.getSource();
    this._keepingClean(() => {
      model.sharedModel.transact(() => {
        model.clearExecution();
        cell.outputHidden = false;
      }, false);
    });
    if (!source.trim()) {
      return { failed: false };
    }
    await this._attached;
    this._keepingClean(() => (model.executionState = 'running'));
    try {
      if (this._known?.backend === 'magic') {
        const reply = await this._runInKernel(cell, source);
        return { failed: reply?.content.status !== 'ok' };
      }
      const run = await this._runInShell(cell, source);
      return { failed: run.status === null || run.status === INTERRUPTED };
    } finally {
      if (!model.isDisposed) {
        this._keepingClean(() => (model.executionState = 'idle'));
      }
    }
  }

  /** A kernel on another machine has its shell there, by its own magic. */
  private _runInKernel(cell: CodeCell, source: string): Promise<KernelMessage.IExecuteReplyMsg | undefined> {
    // A text in JSON is a literal of Python, too.
    const call = `get_ipython().run_cell_magic("terminal", "", ${JSON.stringify(source)})`;
    const code = `%load_ext nbhotel.magics\n${call}`;
    return OutputArea.execute(code, cell.outputArea, this._panel.sessionContext, { cellId: cell.model.id });
  }

  private async _runInShell(cell: CodeCell, source: string): Promise<IRun> {
    await this._memory.send();
    if (!this._channel || this._known?.backend !== 'shell') {
      const why = this._known?.why || 'the notebook has no kernel, and its shell lives with one';
      showOutput(cell.model, 0, `nbhotel: this terminal cell can't run: ${why}\n`);
      throw new Error('Canceled: no shell');
    }
    return this._channel.run(cell.model.id, source, this._panel.context.localPath, columns(cell));
  }

  /** Follow the kernel: a new one has a new shell. */
  private _onKernel(): void {
    this._attached = this._attach(this._panel.sessionContext.session?.kernel?.id).catch(error => {
      console.warn('nbhotel: terminal cells', error);
    });
  }

  private async _attach(kernel: string | undefined): Promise<void> {
    this._channel?.dispose();
    this._channel = undefined;
    this._known = undefined;
    this._memory.leave();
    if (!kernel) {
      return;
    }
    this._known = await this._memory.restore(kernel);
    if (this._known.backend === 'shell') {
      this._channel = new Channel(kernel);
      this._channel.outputChanged.connect(this._onOutput, this);
      this._channel.stateChanged.connect(this._onState, this);
      if (this._known.cells.some(cell => cell.job)) {
        // Their outputs, and the run that goes on.
        await this._channel.open();
      }
    }
    this._onChange();
  }

  /** Reading the file again, in which they are not, shall not be their end. */
  private _keepOnRevert(): void {
    const context = this._panel.context;
    const revert = context.revert.bind(context);
    context.revert = async () => {
      await this._memory.send();
      this._memory.paused = true;
      try {
        await revert();
      } finally {
        this._memory.paused = false;
        this._onKernel();
      }
    };
  }

  private _onOutput(channel: Channel, change: IChange): void {
    const cell = this._cellOf(change.cell);
    if (cell && this._shows(channel, change.job)) {
      this._keepingClean(() => showOutput(cell.model as ICodeCellModel, change.keep, change.text));
    }
  }

  private _onState(channel: Channel, run: IRun): void {
    this._runs.set(run.cell, run);
    const cell = this._cellOf(run.cell);
    if (cell && this._shows(channel, run.job)) {
      this._keepingClean(() => {
        (cell.model as ICodeCellModel).executionState = run.state === 'done' ? 'idle' : 'running';
      });
    }
    this._look();
  }

  /** Change what is not saved: a notebook without other changes needs no saving because of it. */
  private _keepingClean(change: () => void): void {
    const model = this._panel.context.model;
    const dirty = model.dirty;
    change();
    model.dirty = dirty;
  }

  /** In a document that several pages share, the page that has started a run writes its output. */
  private _shows(channel: Channel, job: string): boolean {
    return !this._panel.context.model.collaborative || channel.own.has(job);
  }

  private _cellOf(id: string): Cell | undefined {
    return this._panel.content.widgets.find(cell => cell.model.id === id && isTerminal(cell.model));
  }

  private _onChange(): void {
    window.clearTimeout(this._looking);
    this._looking = window.setTimeout(() => this._look(), LOOKS);
    window.clearTimeout(this._telling);
    this._telling = window.setTimeout(() => void this._memory.send().catch(console.warn), TELL);
  }

  /** Make all cells look as what they are. */
  private _look(): void {
    if (this._panel.isDisposed) {
      return;
    }
    for (const cell of this._panel.content.widgets) {
      if (isTerminal(cell.model)) {
        this._dress(cell);
      } else {
        this._undress(cell);
      }
    }
  }

  private _dress(cell: Cell): void {
    if (cell.model.mimeType !== MIME) {
      cell.model.mimeType = MIME;
    }
    let bar = this._bars.get(cell);
    if (!bar) {
      const mine = (bar = new Bar(
        text => this._channel?.input(text),
        () => this._channel?.interrupt()
      ));
      bar.mayFocus = () =>
        this._panel.content.mode === 'command' || mine.node.contains(document.activeElement);
      this._bars.set(cell, bar);
      cell.addClass('nbhotel-TerminalCell');
      (cell.layout as PanelLayout).addWidget(bar);
    }
    const run = this._runs.get(cell.model.id);
    if (run && this._shown.get(bar) !== run) {
      this._shown.set(bar, run);
      bar.update_(run);
    }
  }

  private _undress(cell: Cell): void {
    if (isMarked(cell.model)) {
      // The mark of what was a terminal cell, and has become text: it is saved as any other.
      setTerminal(cell.model, false);
    }
    const bar = this._bars.get(cell);
    if (bar) {
      this._bars.delete(cell);
      bar.dispose();
      cell.removeClass('nbhotel-TerminalCell');
      cell.model.mimeType = this._panel.content.codeMimetype;
    }
  }

  private _memory = new Memory(this._panel);
  private _attached: Promise<void> = Promise.resolve();
  private _known?: IKnown;
  private _channel?: Channel;
  private _runs = new Map<string, IRun>();
  private _bars = new WeakMap<Cell, Bar>();
  private _shown = new WeakMap<Bar, IRun>();
  private _looking = 0;
  private _telling = 0;
}

/** The exit status of what was interrupted (128 and the signal's number). */
const INTERRUPTED = 130;

/** How many letters a line of the cell's output has. */
function columns(cell: CodeCell): number {
  const canvas = document.createElement('canvas').getContext('2d');
  const style = getComputedStyle(cell.outputArea.node);
  const font = style.getPropertyValue('--jp-code-font-family') || 'monospace';
  if (!canvas) {
    return 80;
  }
  canvas.font = `${style.getPropertyValue('--jp-code-font-size') || '13px'} ${font}`;
  const width = cell.outputArea.node.clientWidth || cell.node.clientWidth;
  // What the prompt beside it takes.
  return Math.floor((width - 90) / canvas.measureText('M').width) || 80;
}
