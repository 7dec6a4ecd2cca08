/**
 * What changed in one notebook, beside it.
 */
import { ActivityMonitor } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { refreshIcon } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { askCell, askChanges, IChanges, ISnapshot, SAVED, serverPath, snapshot } from './api';
import { Choice } from './choice';
import { Frame, Offer } from './frame';
import { changesIcon } from './icon';
import { offered, revert } from './revert';

/** So long after the last edit the comparison is made anew, in milliseconds. */
const PAUSE = 600;

export class ChangesPanel extends Widget {
  /** `found` is called when there was a commit to compare with. */
  constructor(
    readonly notebook: NotebookPanel,
    private _contents: Contents.IManager,
    private _found: () => void
  ) {
    super();
    this.id = `nbhotel-changes-${notebook.id}`;
    this.addClass('nbhotel-Changes');
    this.title.icon = changesIcon;
    this.title.closable = true;
    this._rename();
    this._build();
    this._frame.pressed.connect((_, anchor) => this._takeBack(anchor));
    notebook.context.pathChanged.connect(this._onPath, this);
    notebook.context.saveState.connect(this._onSave, this);
    notebook.disposed.connect(this.dispose, this);
    this._edits = new ActivityMonitor({ signal: notebook.context.model.contentChanged, timeout: PAUSE });
    this._edits.activityStopped.connect(() => {
      // A history can be long, and an edit adds little to it.
      if (this._cell === null) {
        void this.refresh();
      }
    });
  }

  get frame(): Frame {
    return this._frame;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._edits.dispose();
      this.notebook.context.pathChanged.disconnect(this._onPath, this);
      this.notebook.context.saveState.disconnect(this._onSave, this);
      this._frame.dispose();
      super.dispose();
    }
  }

  /** Show the changes of the whole notebook. */
  showChanges(): void {
    this._cell = null;
    void this.refresh();
  }

  /** Show the history of one cell, by its id in Lab. */
  showCell(id: string): void {
    this._cell = id;
    void this.refresh();
  }

  /** Compare anew, if anybody can see it. */
  async refresh(): Promise<void> {
    if (this.isDisposed || !this.isVisible) {
      return;
    }
    const asked = ++this._asked;
    this.node.setAttribute('aria-busy', 'true');
    try {
      const path = serverPath(this.notebook, this._contents);
      const sent = snapshot(this.notebook.context.model);
      this._choice.load(path);
      const show =
        this._cell === null ? await this._compare(path, sent) : await this._follow(path, sent, this._cell);
      if (asked === this._asked && !this.isDisposed) {
        show();
      }
    } catch (error) {
      if (asked === this._asked && !this.isDisposed) {
        this._fail(error as Error);
      }
    }
    if (asked === this._asked) {
      this.node.removeAttribute('aria-busy');
    }
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this.refresh();
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    Widget.attach(this._frame, this._place);
    void this.refresh();
  }

  protected onBeforeDetach(message: Message): void {
    Widget.detach(this._frame);
    super.onBeforeDetach(message);
  }

  protected onActivateRequest(): void {
    this._choice.focus();
  }

  private _build(): void {
    const bar = document.createElement('div');
    bar.className = 'nbhotel-Changes-bar';
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'jp-ToolbarButtonComponent';
    again.title = 'Compare again';
    again.setAttribute('aria-label', again.title);
    refreshIcon.element({ container: again });
    again.addEventListener('click', () => void this.refresh());
    this._back.type = 'button';
    this._back.className = 'jp-mod-styled jp-mod-minimal';
    this._back.textContent = 'All changes';
    this._back.addEventListener('click', () => this.showChanges());
    this._choice.changed.connect(() => void this.refresh());
    bar.append(this._choice.node, this._back, again);
    this._said.className = 'nbhotel-Changes-said';
    this._said.setAttribute('role', 'status');
    this._place.className = 'nbhotel-Changes-place';
    this.node.append(bar, this._said, this._place);
  }

  private async _compare(path: string, sent: ISnapshot): Promise<() => void> {
    const found = await askChanges(path, sent.notebook, this._choice.against, this._choice.outputs, true);
    if (this._choice.against !== SAVED) {
      this._found();
    }
    return () => {
      this._shown = { found, ids: sent.ids };
      this._choice.showOutputs(found.outputs);
      this._tell(found.same ? `No changes since the ${found.against}.` : '');
      this._display(found.page ?? '', offers(found), `changes ${this._choice.against}`, !found.same);
    };
  }

  private async _follow(path: string, sent: ISnapshot, cell: string): Promise<() => void> {
    const place = sent.ids.indexOf(cell);
    if (place === -1) {
      throw new Error('This cell is not in the notebook any more, or is not saved with it.');
    }
    const found = await askCell(path, sent.notebook, place);
    const count = found.commits.length;
    const what = count ? '' : ' nothing changed it, since it was committed first';
    const more = found.more ? `; the newest ${count} changes are shown` : '';
    return () => {
      this._shown = null;
      this._tell(`History of cell ${place + 1}${what && `:${what}`}${more}`);
      this._display(found.page, {}, `cell ${cell}`, true);
    };
  }

  private _display(page: string, offer: Offer, what: string, visible: boolean): void {
    const isCell = this._cell !== null;
    this._choice.node.hidden = isCell;
    this._back.hidden = !isCell;
    this._place.hidden = !visible;
    this._frame.display(page, offer, what === this._what);
    this._what = what;
  }

  private _fail(error: Error): void {
    this._shown = null;
    this._choice.node.hidden = this._cell !== null;
    this._back.hidden = this._cell === null;
    this._place.hidden = true;
    this._tell(error.message, true);
  }

  private _tell(text: string, failed = false): void {
    this._said.textContent = text;
    this._said.classList.toggle('jp-mod-error', failed);
    this._said.hidden = !text;
  }

  private _takeBack(anchor: string): void {
    const change = this._shown?.found.cells.find(each => each.anchor === anchor);
    const model = this.notebook.context.model;
    if (!change || !this._shown) {
      return;
    }
    try {
      if (model.readOnly) {
        throw new Error('The notebook is read-only here.');
      }
      if (!revert(model, change, this._shown.ids)) {
        throw new Error('That cell was removed meanwhile: compare again.');
      }
      void this.refresh();
    } catch (error) {
      this._tell((error as Error).message, true);
    }
  }

  private _onSave(_: unknown, state: string): void {
    if (state === 'completed') {
      this._choice.forget();
      void this.refresh();
    }
  }

  private _onPath(): void {
    this._rename();
    void this.refresh();
  }

  private _rename(): void {
    const name = this.notebook.context.localPath.split('/').pop() ?? '';
    this.title.label = `Changes: ${name}`;
    this.title.caption = `What changed in ${this.notebook.context.localPath}`;
  }

  private _asked = 0;
  private _cell: string | null = null;
  private _shown: { found: IChanges; ids: string[] } | null = null;
  private _what = '';
  private _choice = new Choice();
  private _frame = new Frame();
  private _edits: ActivityMonitor<unknown, unknown>;
  private _back = document.createElement('button');
  private _said = document.createElement('p');
  private _place = document.createElement('div');
}

function offers(found: IChanges): Offer {
  const pairs = found.cells.filter(each => each.anchor).map(each => [each.anchor, offered(each)]);
  return Object.fromEntries(pairs) as Offer;
}
