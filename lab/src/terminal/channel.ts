/**
 * The channel to the shell of a kernel.
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';
import { endpoint } from '../server';

/** One run of a cell, as the server tells it. */
export interface IRun {
  job: string;
  cell: string;
  state: 'queued' | 'running' | 'done';
  /** The exit status; a signal's number, negative; null if it was not run. */
  status: number | null;
  /** What a person should know about its end. */
  note: string;
  /** Whether the terminal shows what is typed. */
  echo: boolean;
  /** Whether a program gets lines; else each key. */
  lines: boolean;
  /** Whether a program waits for input, as well as can be known. */
  waits: boolean;
}

/** The output after its first `keep` letters. */
export interface IChange {
  job: string;
  cell: string;
  keep: number;
  text: string;
}

type Message =
  | (IRun & { type: 'state' })
  | (IRun & { type: 'job'; text: string })
  | (IChange & { type: 'output' })
  | { type: 'error'; message: string };

/** How often a lost connection is opened again, and milliseconds between. */
const TRIES = 20;
const PAUSE = 1000;

export class Channel implements IDisposable {
  constructor(private _kernel: string) {}

  /** The runs that this page has started. */
  readonly own = new Set<string>();

  /** A run's state has changed. */
  get stateChanged(): ISignal<this, IRun> {
    return this._stateChanged;
  }

  /** There is output. */
  get outputChanged(): ISignal<this, IChange> {
    return this._outputChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._socket?.close();
    this._giveUp('the kernel has ended, and its shell with it');
    Signal.clearData(this);
  }

  /** Run a cell; the promise is kept when it has ended. */
  async run(cell: string, source: string, path: string, columns: number): Promise<IRun> {
    const job = UUID.uuid4();
    this.own.add(job);
    const done = new Promise<IRun>(resolve => this._waiting.set(job, resolve));
    this._runs.set(job, { ...NOT_RUN, job, cell });
    await this.open();
    this._send({ type: 'run', job, cell, source, path, columns });
    return done;
  }

  /** Type something into the running program. */
  input(text: string): void {
    this._send({ type: 'input', text });
  }

  /** Interrupt the running program. */
  interrupt(): void {
    this._send({ type: 'interrupt' });
  }

  /** Connect, if that isn't done; all runs that there are will be told. */
  open(): Promise<void> {
    this._opened ??= this._connect().catch(error => {
      this._opened = undefined;
      this._giveUp('the server does not answer');
      throw error;
    });
    return this._opened;
  }

  private _connect(): Promise<void> {
    const settings = ServerConnection.makeSettings();
    const path = URLExt.parse(endpoint(`shell/kernels/${this._kernel}/channel`)).pathname;
    const token =
      settings.appendToken && settings.token ? `?token=${encodeURIComponent(settings.token)}` : '';
    const socket = new settings.WebSocket(new URL(path, settings.wsUrl).href + token);
    this._socket = socket;
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onmessage = event => this._hear(JSON.parse(event.data));
      socket.onclose = () => {
        reject(new Error('nbhotel: no connection to the shell'));
        if (this._opened) {
          void this._reconnect();
        }
      };
    });
  }

  private async _reconnect(): Promise<void> {
    for (let left = TRIES; left && !this._isDisposed; left--) {
      await new Promise(resolve => setTimeout(resolve, PAUSE));
      this._opened = undefined;
      const connected = this._connect();
      try {
        await connected;
        this._opened = connected;
        return;
      } catch {
        // The next one may come through.
      }
    }
    this._giveUp('the connection to the shell is lost');
  }

  private _send(message: object): void {
    this._socket?.send(JSON.stringify(message));
  }

  private _hear(message: Message): void {
    switch (message.type) {
      case 'output':
        this._outputChanged.emit(message);
        break;
      case 'error':
        this._giveUp(message.message);
        break;
      case 'job':
        this._outputChanged.emit({ ...message, keep: 0 });
        this._note(message);
        break;
      case 'state':
        this._note(message);
    }
  }

  private _note(run: IRun): void {
    this._runs.set(run.job, run);
    this._stateChanged.emit(run);
    if (run.state === 'done') {
      this._runs.delete(run.job);
      this._waiting.get(run.job)?.(run);
      this._waiting.delete(run.job);
    }
  }

  private _giveUp(note: string): void {
    for (const run of [...this._runs.values()]) {
      this._note({ ...run, state: 'done', status: null, note, waits: false });
    }
  }

  private _isDisposed = false;
  private _socket?: WebSocket;
  private _opened?: Promise<void>;
  private _runs = new Map<string, IRun>();
  private _waiting = new Map<string, (run: IRun) => void>();
  private _stateChanged = new Signal<this, IRun>(this);
  private _outputChanged = new Signal<this, IChange>(this);
}

const NOT_RUN = {
  state: 'queued' as const,
  status: null,
  note: '',
  echo: true,
  lines: true,
  waits: false
};
