/**
 * What is said about the notebook in front, kept in step with the server.
 */
import { NotebookPanel } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';
import { serverPath } from '../changes/api';
import { ServerError } from '../server';
import * as api from './api';

/** Milliseconds between two questions: while somebody reads comments, and while only marks are seen. */
const SOON = 2000;
const LATER = 20_000;

export class Discussion {
  constructor(private readonly contents: Contents.IManager) {
    document.addEventListener('visibilitychange', () => this.refresh());
  }

  /** The notebook that it is about. */
  get notebook(): NotebookPanel | null {
    return this._notebook;
  }

  set notebook(notebook: NotebookPanel | null) {
    if (notebook !== this._notebook) {
      this._notebook?.context.pathChanged.disconnect(this.forget, this);
      this._notebook = notebook;
      notebook?.context.pathChanged.connect(this.forget, this);
      this.forget();
    }
  }

  /** Whether somebody reads, and new comments are to be seen at once. */
  set isRead(read: boolean) {
    this.pause = read ? SOON : LATER;
    this.refresh();
  }

  get threads(): readonly api.IThread[] {
    return this._found?.threads ?? [];
  }

  /** Whether anything is known yet. */
  get isKnown(): boolean {
    return this._found !== null;
  }

  get mayComment(): boolean {
    return this._found?.may_comment ?? false;
  }

  /** Why nothing can be known at the moment, "" if it can. */
  get trouble(): string {
    return this._trouble;
  }

  /** Emitted when something else is known. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Ask the server now, and from then on in turns. */
  refresh(): void {
    window.clearTimeout(this.timer);
    if (this._notebook && !document.hidden) {
      void this.ask().then(() => {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.refresh(), this.pause);
      });
    }
  }

  /** Do something on the server, then ask what there is. Throws what `act` throws. */
  async change(act: (path: string) => Promise<void>): Promise<void> {
    if (this._notebook) {
      await act(serverPath(this._notebook, this.contents));
      this.refresh();
    }
  }

  private forget(): void {
    this.tag = '';
    this._found = null;
    this._trouble = '';
    this.asked++;
    this._changed.emit();
    this.refresh();
  }

  private async ask(): Promise<void> {
    // Only the newest question counts: the answer to an older one tells of an older state, or another notebook.
    const asked = ++this.asked;
    try {
      const path = serverPath(this._notebook!, this.contents);
      const answer = await api.threads(path, this.tag);
      if (asked === this.asked) {
        this.hear(answer);
      }
    } catch (error) {
      if (asked === this.asked) {
        this.fail(error as Error);
      }
    }
  }

  private hear(answer: api.ITagged | null): void {
    if (answer || this._trouble) {
      this._trouble = '';
      this.tag = answer?.tag ?? this.tag;
      this._found = answer?.found ?? this._found;
      this._changed.emit();
    }
  }

  private fail(error: Error): void {
    if (error instanceof ServerError) {
      // It is not to be seen any more. While the server is away, what was seen last stays.
      this.tag = '';
      this._found = null;
    }
    if (error.message !== this._trouble || error instanceof ServerError) {
      this._trouble = error.message;
      this._changed.emit();
    }
  }

  private _notebook: NotebookPanel | null = null;
  private _found: api.IThreads | null = null;
  private _trouble = '';
  private asked = 0;
  private tag = '';
  private timer = 0;
  private pause = LATER;
  private readonly _changed = new Signal<this, void>(this);
}
