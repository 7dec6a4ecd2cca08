/**
 * What others share with me: a list below the files of the file browser.
 */
import { Widget } from '@lumino/widgets';
import { PathExt } from '@jupyterlab/coreutils';
import { fileIcon, folderIcon, notebookIcon } from '@jupyterlab/ui-components';
import { element } from '../sharing/fields';
import * as api from './api';

/** Between two looks, in milliseconds; only while the list can be seen. */
const EVERY = 10_000;

export class Taken extends Widget {
  constructor() {
    super();
    this.addClass('nbhotel-Taken');
    this.id = 'nbhotel-taken';
    this.hide();
    void this.look();
    this._timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') {
        void this.look();
      }
    }, EVERY);
  }

  dispose(): void {
    window.clearInterval(this._timer);
    super.dispose();
  }

  /** Ask anew. While the hub is away, the list stays as it is. */
  async look(): Promise<void> {
    const found = await api.shares().catch(() => undefined);
    if (!found || this.isDisposed) {
      return;
    }
    const lines = found.taken.map(share => this._line(share));
    this.node.replaceChildren(element('div', 'nbhotel-Taken-title', 'Shared with me'), ...lines);
    this.setHidden(!lines.length);
  }

  private _line(share: api.ITaken): HTMLElement {
    const name = PathExt.basename(share.path);
    const line = element('a', 'nbhotel-Taken-line');
    line.href = api.pageOf(share.url, share.path, `shared-${share.id}`);
    line.target = '_blank';
    line.rel = 'noopener';
    const how = share.level === 'edit' ? 'edit together' : share.level;
    const away = share.open ? '' : `\n${share.owner}'s room is closed now`;
    line.title = `${share.path}, shared by ${share.owner}: ${how}${away}`;
    line.classList.toggle('nbhotel-mod-away', !share.open);
    const icon =
      PathExt.extname(name) === '.ipynb' ? notebookIcon : PathExt.extname(name) ? fileIcon : folderIcon;
    line.append(icon.element({ tag: 'span' }), element('span', '', name), element('small', '', share.owner));
    const leave = element('button', 'nbhotel-Taken-leave', '×');
    leave.type = 'button';
    leave.title = 'Leave: it is no longer shared with you';
    leave.setAttribute('aria-label', `Leave ${share.path}`);
    leave.addEventListener('click', () => {
      void api.withdraw(share.id).then(
        () => this.look(),
        () => this.look()
      );
    });
    const row = element('div', 'nbhotel-Taken-row', line);
    if (!share.group) {
      row.append(leave);
    }
    return row;
  }

  private _timer: number;
}
