/**
 * The side panel: what is said about the notebook in front, and a field to say more.
 */
import { Notebook } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as api from './api';
import { Discussion } from './discussion';
import { element } from './elements';
import { Form } from './form';
import { commentIcon } from './icon';
import { IPlace, IThreadActions, ThreadView } from './thread';

export class CommentsPanel extends Widget {
  constructor(
    private readonly discussion: Discussion,
    private readonly actions: IThreadActions
  ) {
    super();
    this.id = 'nbhotel-comments';
    this.addClass('nbhotel-Comments');
    this.title.icon = commentIcon;
    this.title.caption = 'Comments';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Comments');
    this.message.setAttribute('role', 'status');
    this.build();
    discussion.changed.connect(this.onChanged, this);
  }

  /** The cells are others, or another one is active. */
  refresh(): void {
    if (this.isVisible) {
      this.show_();
    }
  }

  /** Let people write about the active cell. */
  compose(): void {
    this.target.value = this.active() ? 'cell' : 'notebook';
    this.form.field.focus();
  }

  /** Scroll to what is said about a cell. */
  reveal(cell: string): void {
    const thread = this.discussion.threads.find(each => each.cell === cell && each.resolved === null);
    const node = thread && this.views.get(thread.id)?.node;
    node?.scrollIntoView({ block: 'nearest' });
    node?.querySelector('textarea')?.focus();
  }

  protected onAfterShow(_: Message): void {
    this.discussion.isRead = true;
    this.show_();
  }

  protected onAfterHide(_: Message): void {
    this.discussion.isRead = false;
  }

  private build(): void {
    this.form = new Form('Comment (Markdown)', 'Comment', text => this.begin(text));
    this.target.setAttribute('aria-label', 'What the comment is about');
    this.target.append(this.onCell, new Option('On the whole notebook', 'notebook'));
    this.form.node.prepend(this.target);
    this.all.type = 'checkbox';
    this.all.addEventListener('change', () => this.show_());
    const label = element('label', 'nbhotel-Comments-all');
    label.append(this.all, ' Resolved ones, too');
    this.node.append(this.form.node, label, this.message, this.list);
  }

  private async begin(text: string): Promise<void> {
    const cell = this.target.value === 'cell' ? this.active() : undefined;
    const line = cell ? firstLine(cell.model.sharedModel.getSource()) : '';
    await this.discussion.change(path => api.begin(path, cell?.model.id ?? '', line, text));
  }

  private active(): Notebook['activeCell'] {
    return this.discussion.notebook?.content.activeCell ?? null;
  }

  private onChanged(): void {
    if (this.discussion.notebook !== this.shown) {
      this.shown = this.discussion.notebook;
      this.views.forEach(view => view.node.remove());
      this.views.clear();
    }
    this.refresh();
  }

  private show_(): void {
    const { notebook, mayComment, threads, trouble } = this.discussion;
    this.form.node.hidden = !mayComment;
    this.showTarget();
    const seen = threads.filter(each => this.all.checked || each.resolved === null);
    this.message.textContent = trouble || this.nothing(seen.length);
    this.showThreads(seen, notebook ? notebook.content.rendermime : null);
  }

  /** Say why the list is empty. */
  private nothing(count: number): string {
    if (!this.discussion.notebook) {
      return 'Open a notebook to see what is said about it.';
    }
    const known = this.discussion.isKnown && count === 0;
    return !known ? '' : this.discussion.threads.length ? 'All is resolved.' : 'No comments yet.';
  }

  private showTarget(): void {
    const cell = this.active();
    const index = this.discussion.notebook?.content.activeCellIndex ?? -1;
    this.onCell.disabled = !cell;
    this.onCell.text = cell ? `On cell ${index + 1}` : 'On a cell';
  }

  private showThreads(threads: api.IThread[], renderers: IRenderMimeRegistry | null): void {
    const ids = new Set(threads.map(each => each.id));
    for (const [id, view] of this.views) {
      if (!ids.has(id)) {
        view.node.remove();
        this.views.delete(id);
      }
    }
    if (renderers) {
      const placed = threads.map(thread => ({ thread, place: this.placeOf(thread) }));
      placed.sort((one, other) => rank(one.thread, one.place) - rank(other.thread, other.place));
      placed.forEach(({ thread, place }, at) => this.showThread(thread, place, at, renderers));
    }
  }

  private showThread(thread: api.IThread, place: IPlace, at: number, renderers: IRenderMimeRegistry): void {
    let view = this.views.get(thread.id);
    if (!view) {
      view = new ThreadView(thread, renderers, this.actions);
      this.views.set(thread.id, view);
    }
    view.show(thread, place, this.discussion.mayComment);
    // What stands where it should is not moved: its field would lose the focus.
    if (this.list.children[at] !== view.node) {
      this.list.insertBefore(view.node, this.list.children[at] ?? null);
    }
  }

  private placeOf(thread: api.IThread): IPlace {
    const cells = this.discussion.notebook?.content.widgets ?? [];
    const index = thread.cell ? cells.findIndex(cell => cell.model.id === thread.cell) : -1;
    const line = index === -1 ? thread.excerpt : firstLine(cells[index].model.sharedModel.getSource());
    return { index, line };
  }

  private shown: unknown = null;
  private form!: Form;
  private readonly views = new Map<number, ThreadView>();
  private readonly target = element('select', 'jp-mod-styled');
  private readonly onCell = new Option('On a cell', 'cell');
  private readonly all = element('input', '');
  private readonly message = element('p', 'nbhotel-Comments-message');
  private readonly list = element('ol', 'nbhotel-Comments-list');
}

/** The whole notebook first, then cells in their order, then those that are gone; the oldest thread first. */
function rank(thread: api.IThread, place: IPlace): number {
  return !thread.cell ? -1 : place.index === -1 ? Infinity : place.index;
}

function firstLine(source: string): string {
  return source.trim().split('\n', 1)[0];
}
