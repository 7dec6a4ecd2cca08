/**
 * Notices about exports: one for each notebook, and the same words only once.
 */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { Widget } from '@lumino/widgets';
import { ask } from '../server';

/** What `saving/status` answers. */
interface Status {
  state: 'none' | 'pending' | 'done';
  exports: string[];
  problems: string[];
}

interface Shown {
  id: string;
  text: string;
}

export class Notices {
  /** Wait until the exports of a notebook's last save are made, and say what went wrong. */
  async look(path: string): Promise<void> {
    let status: Status;
    try {
      do {
        status = await ask<Status>(`saving/status?path=${encodeURIComponent(path)}`);
      } while (status.state === 'pending');
    } catch (error) {
      console.warn(`nbhotel: how the exports of ${path} went is not known`, error);
      return;
    }
    this.show(path, status.problems);
  }

  private show(path: string, problems: string[]): void {
    const text = problems.join('\n');
    const before = this.shown.get(path);
    if (before?.text === text) {
      return;
    }
    if (before) {
      Notification.dismiss(before.id);
      this.shown.delete(path);
    }
    if (!problems.length) {
      return;
    }
    const name = PathExt.basename(path);
    const id = Notification.error(`${name} is saved, but not all of its exports: ${problems[0]}`, {
      autoClose: false,
      actions: [{ label: 'Details', callback: () => void details(name, problems) }]
    });
    this.shown.set(path, { id, text });
  }

  private readonly shown = new Map<string, Shown>();
}

/** Notifications are cut after 140 characters; here is all of it. */
function details(name: string, problems: string[]): Promise<unknown> {
  const body = new Widget();
  const list = document.createElement('ul');
  for (const problem of problems) {
    const item = document.createElement('li');
    item.textContent = problem;
    list.append(item);
  }
  body.node.append(list);
  return showDialog({ title: `Exports of ${name}`, body, buttons: [Dialog.okButton()] });
}
