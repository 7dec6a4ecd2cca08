/**
 * One comment in the panel: who, when, and the text, which its author may write anew.
 */
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IComment } from './api';
import { element, link, time } from './elements';
import { Form } from './form';

/** What can be done with a comment. */
export interface ICommentActions {
  edit(comment: IComment, text: string): Promise<void>;
  remove(comment: IComment): void;
}

export class CommentView {
  constructor(
    private readonly renderers: IRenderMimeRegistry,
    private readonly actions: ICommentActions
  ) {
    this.node.append(this.head, this.text);
  }

  readonly node = element('li', 'nbhotel-Comments-comment');

  /** Show a comment as it is now. */
  show(comment: IComment): void {
    const state = JSON.stringify(comment);
    if (state !== this.state) {
      this.state = state;
      this.showHead(comment);
      this.source = comment.text;
      // As it was typed, until somebody looks at it: there may be thousands.
      this.text.textContent = comment.text;
      this.sight.observe(this.text);
    }
  }

  private showHead(comment: IComment): void {
    const name = element('strong', '', comment.author.name);
    name.title = comment.author.username;
    this.head.replaceChildren(name, time(comment.written));
    if (comment.edited !== null) {
      const edited = element('span', 'nbhotel-Comments-time', 'edited');
      edited.title = new Date(comment.edited * 1000).toLocaleString();
      this.head.append(edited);
    }
    if (comment.may_edit) {
      this.head.append(link('Edit', () => this.write(comment)));
    }
    if (comment.may_delete) {
      this.head.append(link('Delete', () => this.actions.remove(comment)));
    }
  }

  /** Rendered as Lab renders untrusted Markdown: sanitized, and nothing in it can call Lab's commands. */
  private async render(text: string): Promise<void> {
    const asked = ++this.asked;
    const renderer = this.renderers.createRenderer('text/markdown');
    const model = this.renderers.createModel({ data: { 'text/markdown': text }, trusted: false });
    await renderer.renderModel(model);
    for (const node of renderer.node.querySelectorAll('[data-commandlinker-command]')) {
      node.removeAttribute('data-commandlinker-command');
    }
    if (asked === this.asked) {
      this.text.replaceChildren(renderer.node);
      this.renderers.latexTypesetter?.typeset(renderer.node);
    }
  }

  private write(comment: IComment): void {
    const close = () => form.node.replaceWith(this.text);
    const form = new Form('Your comment', 'Save', async text => {
      await this.actions.edit(comment, text);
      close();
    });
    form.field.value = comment.text;
    form.buttons.append(link('Cancel', close));
    this.text.replaceWith(form.node);
    form.field.focus();
  }

  private state = '';
  private source = '';
  private readonly sight = new IntersectionObserver(entries => {
    if (entries.some(each => each.isIntersecting)) {
      this.sight.disconnect();
      void this.render(this.source);
    }
  });
  private asked = 0;
  private readonly head = element('div', 'nbhotel-Comments-head');
  private readonly text = element('div', 'nbhotel-Comments-text');
}
