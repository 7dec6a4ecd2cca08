/**
 * One thread in the panel. It stays while others come and go, and so does what is being typed in it.
 */
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IComment, IThread } from './api';
import { CommentView, ICommentActions } from './comment';
import { element, link } from './elements';
import { Form } from './form';

/** What can be done with a thread. */
export interface IThreadActions extends ICommentActions {
  reply(thread: IThread, text: string): Promise<void>;
  resolve(thread: IThread, resolved: boolean): void;
  reveal(cell: string): void;
}

/** Where the cell is: its place from 0, -1 if it is gone; and its first line, the one of then if it is gone. */
export interface IPlace {
  index: number;
  line: string;
}

export class ThreadView {
  constructor(
    private thread: IThread,
    private readonly renderers: IRenderMimeRegistry,
    private readonly actions: IThreadActions
  ) {
    this.form = new Form('Reply', 'Reply', text => this.actions.reply(this.thread, text));
    this.form.buttons.append(this.button);
    this.button.addEventListener('click', () =>
      this.actions.resolve(this.thread, this.thread.resolved === null)
    );
    this.node.append(this.head, this.said, this.comments, this.form.node);
  }

  readonly node = element('li', 'nbhotel-Comments-thread');

  /** Show the thread as it is now. */
  show(thread: IThread, place: IPlace, mayComment: boolean): void {
    this.thread = thread;
    this.showPlace(place);
    const resolved = thread.resolved !== null;
    this.node.classList.toggle('nbhotel-mod-resolved', resolved);
    this.said.textContent = resolved ? `Resolved by ${thread.resolver?.name}` : '';
    this.button.textContent = resolved ? 'Reopen' : 'Resolve';
    this.form.node.hidden = !mayComment;
    this.showComments(thread.comments);
  }

  private showPlace({ index, line }: IPlace): void {
    const { cell } = this.thread;
    const gone = cell !== '' && index === -1;
    const where = !cell ? 'Whole notebook' : gone ? 'Cell is gone' : `Cell ${index + 1}`;
    const code = element('code', '', line);
    const place = gone || !cell ? element('span', '', where) : link(where, () => this.actions.reveal(cell));
    this.head.replaceChildren(place, ...(line ? [code] : []));
  }

  private showComments(comments: IComment[]): void {
    for (const [id, view] of this.views) {
      if (!comments.some(comment => comment.id === id)) {
        view.node.remove();
        this.views.delete(id);
      }
    }
    for (const comment of comments) {
      let view = this.views.get(comment.id);
      if (!view) {
        view = new CommentView(this.renderers, this.actions);
        this.views.set(comment.id, view);
        this.comments.append(view.node); // newer ones have higher ids
      }
      view.show(comment);
    }
  }

  private readonly form: Form;
  private readonly views = new Map<number, CommentView>();
  private readonly head = element('div', 'nbhotel-Comments-place');
  private readonly said = element('p', 'nbhotel-Comments-said');
  private readonly comments = element('ol', 'nbhotel-Comments-comments');
  private readonly button = link('Resolve', () => undefined);
}
