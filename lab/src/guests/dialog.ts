/**
 * The owner's side: with whom a file or folder is shared, and who else may be let in.
 */
import { Clipboard, Dialog } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { Widget } from '@lumino/widgets';
import { choice, element, field, textInput } from '../sharing/fields';
import * as api from './api';

const NAMES = 'nbhotel-share-names';
const LEVELS: [api.Level, string][] = [
  ['read', 'read'],
  ['comment', 'read and comment'],
  ['edit', 'edit together']
];
const GROUP = ' (group)';

/** The shares of one path, or of all if it is empty. */
export class SharesOf extends Widget {
  constructor(private readonly _path: string) {
    super();
    this.addClass('nbhotel-Share');
    this._note.setAttribute('role', 'status');
    this.node.append(this._list);
    if (_path) {
      this.node.append(this._form(), this._link());
    }
    this.node.append(this._note);
    void this._load();
  }

  private _form(): HTMLElement {
    const names = element('datalist');
    names.id = NAMES;
    this._name.setAttribute('list', NAMES);
    this._name.setAttribute('aria-label', 'Guest or group');
    this._level.addEventListener('change', () => this._warn());
    const add = element('button', 'jp-Dialog-button jp-mod-styled jp-mod-accept', 'Share');
    add.type = 'button';
    add.addEventListener('click', () => void this._add());
    this._name.addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        event.preventDefault();
        event.stopPropagation();
        void this._add();
      }
    });
    void api.people().then(found => {
      const groups = found.groups.map(name => name + GROUP);
      names.append(...[...found.users, ...groups].map(name => new Option(name, name)));
    });
    return element(
      'div',
      'nbhotel-Share-new',
      field('With', this._name),
      field('May', this._level),
      names,
      add
    );
  }

  private _link(): HTMLElement {
    const copy = element('button', 'jp-Dialog-button jp-mod-styled jp-mod-reject', 'Copy the link for them');
    copy.type = 'button';
    copy.addEventListener('click', () => {
      Clipboard.copyToSystem(window.location.origin + api.pageOf(PageConfig.getBaseUrl(), this._path));
      this._tell('Copied.');
    });
    return element('div', '', copy);
  }

  private async _add(): Promise<void> {
    const name = this._name.value.trim();
    if (!name) {
      this._tell('Name a guest or a group.', true);
      return;
    }
    const isGroup = name.endsWith(GROUP);
    const to = isGroup ? { group: name.slice(0, -GROUP.length) } : { user: name };
    await this._do(() => api.give(this._path, this._level.value as api.Level, to));
    this._name.value = '';
  }

  private async _do(action: () => Promise<unknown>): Promise<void> {
    const problem = await action().then(
      () => '',
      (error: Error) => error.message
    );
    await this._load();
    if (problem) {
      this._tell(problem, true);
    }
  }

  private async _load(): Promise<void> {
    try {
      const found = await api.shares();
      const ours = found.given.filter(share => !this._path || covers(share.path, this._path));
      this._list.replaceChildren(...ours.map(share => this._line(share)));
      if (!ours.length) {
        this._list.textContent = this._path ? 'Shared with nobody.' : 'You share nothing from this room.';
      }
      this._together = found.together;
      this._warn();
    } catch (error) {
      this._tell((error as Error).message, true);
    }
  }

  private _line(share: api.IShare): HTMLElement {
    const level = choice(LEVELS);
    level.value = share.level;
    level.setAttribute('aria-label', 'What they may do');
    const to = share.group ? { group: share.group } : { user: share.user ?? '' };
    level.addEventListener('change', () => {
      void this._do(() => api.give(share.path, level.value as api.Level, to));
    });
    const withdraw = element('button', 'jp-mod-styled jp-mod-warn', 'Withdraw');
    withdraw.type = 'button';
    withdraw.addEventListener('click', () => void this._do(() => api.withdraw(share.id)));
    const who = element('b', '', share.group ? share.group + GROUP : (share.user ?? ''));
    const what = share.path === this._path ? '' : ` ${share.path}`;
    return element('div', 'nbhotel-Share-line', element('span', '', who, what), level, withdraw);
  }

  private _warn(): void {
    if (this._level.value === 'edit') {
      this._tell(
        this._together
          ? 'They can run code here, with all that you may do on this machine.'
          : 'Nobody can write together here: the administrator can set rooms.together = true.',
        !this._together
      );
    } else if (this._path) {
      this._tell('They see this and nothing else of your room, and can run nothing.');
    }
  }

  private _tell(text: string, isProblem = false): void {
    this._note.className = 'nbhotel-Share-note';
    this._note.classList.toggle('nbhotel-mod-failed', isProblem);
    this._note.textContent = text;
  }

  private _list = element('div', 'nbhotel-Share-list');
  private _note = element('div');
  private _name = textInput('', 'name of a guest or group');
  private _level = choice(LEVELS);
  private _together = false;
}

/** Show the shares of a path; of all paths if it is empty. */
export async function showShares(path: string): Promise<void> {
  const title = path ? `Share “${path}” in this hotel` : 'What I share';
  const body = new SharesOf(path);
  await new Dialog({ title, body, buttons: [Dialog.okButton({ label: 'Done' })] }).launch();
}

function covers(shared: string, path: string): boolean {
  return path === shared || path.startsWith(`${shared}/`);
}
