/**
 * Small marks at the cells that somebody has commented on. Threads that are resolved count no more.
 */
import { NotebookPanel } from '@jupyterlab/notebook';
import { IThread } from './api';
import { element } from './elements';
import { commentIcon } from './icon';

const MARK = 'nbhotel-CommentMark';

/** Mark the cells of a notebook; `open` is called with the cell of the mark that was pressed. */
export function mark(panel: NotebookPanel, threads: readonly IThread[], open: (cell: string) => void): void {
  const counts = new Map<string, number>();
  for (const thread of threads) {
    if (thread.cell && thread.resolved === null) {
      counts.set(thread.cell, (counts.get(thread.cell) ?? 0) + 1);
    }
  }
  for (const cell of panel.content.widgets) {
    const id = cell.model.id;
    set(cell.node, counts.get(id) ?? 0, () => open(id));
  }
}

function set(node: HTMLElement, count: number, act: () => void): void {
  const old = node.querySelector<HTMLElement>(`:scope > .${MARK}`);
  if (old?.dataset.count === String(count)) {
    return;
  }
  old?.remove();
  if (count) {
    const made = element('button', MARK);
    made.type = 'button';
    made.dataset.count = String(count);
    made.title = count === 1 ? 'A comment on this cell' : `${count} comments on this cell`;
    made.setAttribute('aria-label', made.title);
    commentIcon.element({ container: made, tag: 'span', width: '14px', height: '14px' });
    made.addEventListener('click', act);
    node.append(made);
  }
}
