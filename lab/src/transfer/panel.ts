/**
 * The corner of the window that shows files on their way, lets people pick them, and asks before replacing.
 */
import { Widget } from '@lumino/widgets';

/** Sizes as disks have them: decimal. */
export function toldSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power ? 1 : 0)} ${units[power]}`;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = ''
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text: string, pressed: () => void, isMain = false): HTMLButtonElement {
  const made = element('button', `jp-mod-styled ${isMain ? 'jp-mod-accept' : 'jp-mod-reject'}`, text);
  made.type = 'button';
  made.onclick = pressed;
  return made;
}

/** One file, or what is waited for. */
export class Row {
  readonly node = element('li', 'nbhotel-Transfer-row');

  constructor(
    name: string,
    private readonly _gone: (row: Row) => void
  ) {
    this._name.textContent = name;
    this._name.title = name;
    this._bar.max = 1;
    this._bar.value = 0;
    this._bar.setAttribute('aria-label', name);
    this._buttons.append(button('Cancel', () => this.cancel()));
    this.node.append(this._name, this._bar, this._note, this._buttons);
  }

  begin(name: string): void {
    this._name.textContent = name;
  }

  progress(done: number, of: number): void {
    const now = Date.now();
    if (of) {
      this._bar.value = done / of;
    } else {
      this._bar.removeAttribute('value');
    }
    if (now - this._told > 200 || done === of) {
      this._told = now;
      const rate = (done * 1000) / Math.max(1, now - this._began);
      this._note.textContent = `${toldSize(done)}${of ? ` of ${toldSize(of)}` : ''}, ${toldSize(rate)}/s`;
    }
  }

  check(): void {
    if (this._isCancelled) {
      throw new Error('cancelled');
    }
  }

  cancel(): void {
    this._isCancelled = true;
    this._answer?.(false);
  }

  /** Ask whether the file that is there may be replaced. */
  mayReplace(): Promise<boolean> {
    this._note.textContent = 'A file of this name is there already.';
    return new Promise(resolve => {
      const replace = button('Replace it', () => this._answer?.(true), true);
      const leave = button('Leave it', () => this._answer?.(false));
      this._answer = yes => {
        this._answer = null;
        replace.remove();
        leave.remove();
        this._note.textContent = '';
        this._began = Date.now();
        resolve(yes);
      };
      this._buttons.prepend(replace, leave);
      leave.focus();
    });
  }

  /** Show how it ended; what went well goes away by itself. */
  end(note: string, isError = false): void {
    this._bar.remove();
    this._note.textContent = note;
    this.node.classList.toggle('nbhotel-mod-failed', isError);
    this._buttons.replaceChildren(button('Dismiss', () => this._gone(this)));
    if (!isError) {
      window.setTimeout(() => this._gone(this), 8000);
    }
  }

  private _name = element('span', 'nbhotel-Transfer-name');
  private _bar = element('progress', 'nbhotel-Transfer-bar');
  private _note = element('span', 'nbhotel-Transfer-note');
  private _buttons = element('span', 'nbhotel-Transfer-buttons');
  private _answer: ((yes: boolean) => void) | null = null;
  private _isCancelled = false;
  private _began = Date.now();
  private _told = 0;
}

export class TransferPanel extends Widget {
  constructor() {
    super();
    this.addClass('nbhotel-Transfer');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'File transfers');
    this._rows.setAttribute('aria-live', 'polite');
    this.node.append(this._rows);
  }

  /** Show a row. */
  row(name: string): Row {
    if (!this.isAttached) {
      Widget.attach(this, document.body);
    }
    const row = new Row(name, gone => this._remove(gone.node));
    this._rows.append(row.node);
    return row;
  }

  /** Let the user pick files, or drop them; none if it was cancelled, there or by `cancelled`. */
  pick(title: string, cancelled: Promise<void>): Promise<File[]> {
    if (!this.isAttached) {
      Widget.attach(this, document.body);
    }
    return new Promise(resolve => {
      const zone = element('li', 'nbhotel-Transfer-row nbhotel-Transfer-zone');
      const input = element('input', 'nbhotel-Transfer-input');
      const done = (files: File[]) => {
        this._remove(zone);
        resolve(files);
      };
      input.type = 'file';
      input.multiple = true;
      input.setAttribute('aria-label', 'Files to send');
      input.onchange = () => done([...(input.files ?? [])]);
      onFiles(zone, done);
      const choose = button('Choose files…', () => input.click(), true);
      const cancel = button('Cancel', () => done([]));
      zone.append(
        element('span', '', title),
        element('span', '', 'Drop files here, or'),
        choose,
        cancel,
        input
      );
      this._rows.append(zone);
      choose.focus();
      // Browsers open the picker only for what a user just did, such as running the cell.
      if (navigator.userActivation?.isActive) {
        input.click();
      }
      void cancelled.then(() => done([]));
    });
  }

  private _remove(node: HTMLElement): void {
    node.remove();
    if (!this._rows.childElementCount && this.isAttached) {
      Widget.detach(this);
    }
  }

  private _rows = element('ul', 'nbhotel-Transfer-rows');
}

/** Call back with files that are dropped on an element, before the editor below takes their text. */
export function onFiles(node: HTMLElement, dropped: (files: File[]) => void): void {
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const mark = (event: DragEvent, isOver: boolean) => {
    if (hasFiles(event)) {
      event.preventDefault();
      event.stopPropagation();
      node.classList.toggle('nbhotel-mod-dropTarget', isOver);
    }
  };
  node.addEventListener('dragenter', event => mark(event, true), true);
  node.addEventListener('dragover', event => mark(event, true), true);
  node.addEventListener('dragleave', event => mark(event, node.contains(event.relatedTarget as Node)), true);
  node.addEventListener(
    'drop',
    event => {
      mark(event, false);
      if (hasFiles(event)) {
        dropped([...event.dataTransfer!.files]);
      }
    },
    true
  );
}
