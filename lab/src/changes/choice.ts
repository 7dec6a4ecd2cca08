/**
 * What to compare with: the last save, the last commit, or one of the notebook's commits; with outputs or not.
 */
import { ISignal, Signal } from '@lumino/signaling';
import { Against, askCommits, HEAD, ICommit, SAVED } from './api';

/** The value of the option that asks for more commits. */
const MORE = '\0more';

export class Choice {
  constructor() {
    this.node.className = 'nbhotel-Changes-choice';
    this._select.className = 'jp-mod-styled';
    this._select.setAttribute('aria-label', 'Compare with');
    this._select.append(new Option('Since the last commit', HEAD), new Option('Since the last save', SAVED));
    this._select.append(this._commits);
    this._commits.label = 'Since a commit';
    this._outputs.type = 'checkbox';
    const label = document.createElement('label');
    label.title = 'Show changes of outputs. Where git does not store outputs, they are off at first.';
    label.append(this._outputs, ' Outputs');
    this.node.append(this._select, label);
    this._select.addEventListener('change', () => this._onSelect());
    this._outputs.addEventListener('change', () => {
      this.outputs = this._outputs.checked;
      this._changed.emit();
    });
  }

  readonly node = document.createElement('div');
  against: Against = HEAD;
  /** Whether outputs are compared; null: as it is usual. */
  outputs: boolean | null = null;

  /** Something else was chosen. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  focus(): void {
    this._select.focus();
  }

  showOutputs(shown: boolean): void {
    this._outputs.checked = shown;
  }

  /** Fetch the commits to choose from, if that was not done for this notebook. */
  load(path: string): void {
    if (path !== this._path) {
      this._path = path;
      this._known = [];
      void this._fetch();
    }
  }

  /** There may be new commits. */
  forget(): void {
    this._path = '';
  }

  private async _fetch(): Promise<void> {
    const path = this._path;
    let found: { commits: ICommit[]; more: boolean };
    try {
      found = await askCommits(path, this._known.length);
    } catch {
      found = { commits: [], more: false }; // the comparison itself says why there are none
    }
    if (path === this._path) {
      this._known.push(...found.commits);
      this._fill(found.more);
    }
  }

  private _fill(more: boolean): void {
    const options = this._known.map(
      each => new Option(`${each.date}  ${each.subject} (${each.short}, ${each.author})`, each.id)
    );
    if (more) {
      options.push(new Option('More commits…', MORE));
    }
    this._commits.replaceChildren(...options);
    this._commits.hidden = !options.length;
    this._select.value = this.against;
    if (!this._select.value) {
      this._select.value = this.against = HEAD;
    }
  }

  private _onSelect(): void {
    if (this._select.value === MORE) {
      this._select.value = this.against;
      void this._fetch();
      return;
    }
    this.against = this._select.value;
    this.outputs = null;
    this._changed.emit();
  }

  private _select = document.createElement('select');
  private _commits = document.createElement('optgroup');
  private _outputs = document.createElement('input');
  private _path = '';
  private _known: ICommit[] = [];
  private _changed = new Signal<this, void>(this);
}
