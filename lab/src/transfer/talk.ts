/**
 * Requests to a kernel about files: over a comm, one at a time, repeated when the connection was lost.
 * How it answers: nbhotel/magics/talk.py.
 */
import { Kernel } from '@jupyterlab/services';
import { JSONObject, PromiseDelegate } from '@lumino/coreutils';

export const TARGET = 'nbhotel.transfer';
/** What a kernel opens to call us. */
export const CALL = 'nbhotel.transfer.call';

/** Milliseconds after which a request is sent again, though the connection seems to be there. */
const PATIENCE = 60_000;

/** An answer's data, and its bytes. */
export interface IAnswer {
  data: JSONObject;
  bytes: DataView | null;
}

interface IAnswerMessage {
  content: { data: unknown };
  buffers?: (ArrayBuffer | ArrayBufferView)[];
}

/** What Lab's interface leaves out: when messages of the comm go to a subshell. */
interface ISubshellComm extends Kernel.IComm {
  readonly subshellStarted?: Promise<void>;
}

interface IRequest {
  id: number;
  send: () => void;
  answer: PromiseDelegate<IAnswer>;
}

/** No kernel answers to our target. */
export class Unanswered extends Error {}

export class Talk {
  /** Called when the kernel gives up: its cell was interrupted. */
  onCancelled: () => void = () => undefined;

  private constructor(
    private readonly _kernel: Kernel.IKernelConnection,
    private readonly _comm: Kernel.IComm
  ) {
    _comm.onMsg = message => this._answered(message);
    _comm.onClose = () => this._fail(this._heard ? 'the kernel has closed the transfer' : '');
    _kernel.statusChanged.connect(this._onStatus, this);
    _kernel.connectionStatusChanged.connect(this._onConnection, this);
  }

  /** Open a comm; `wanted` says what for. Rejects with Unanswered if the kernel does not know us. */
  static async open(kernel: Kernel.IKernelConnection, wanted: JSONObject): Promise<Talk> {
    const comm = kernel.createComm(TARGET);
    if (kernel.supportsSubshells) {
      await (comm as ISubshellComm).subshellStarted;
    }
    const talk = new Talk(kernel, comm);
    const answer = new PromiseDelegate<IAnswer>();
    talk._request = { id: 0, send: () => undefined, answer };
    comm.open(wanted);
    await answer.promise;
    return talk;
  }

  /** Ask for something. Rejects with a sentence for people. */
  ask(wanted: JSONObject, bytes?: ArrayBuffer): Promise<IAnswer> {
    if (this._failure) {
      return Promise.reject(this._failure);
    }
    const id = ++this._lastId;
    const send = () => {
      this._comm.send({ ...wanted, id }, undefined, bytes ? [bytes] : []);
      window.clearTimeout(this._timer);
      this._timer = window.setTimeout(() => this._again(), PATIENCE);
    };
    this._request = { id, send, answer: new PromiseDelegate<IAnswer>() };
    send();
    return this._request.answer.promise;
  }

  /** Say that it is done, or why it is not. */
  end(error = ''): void {
    window.clearTimeout(this._timer);
    this._kernel.statusChanged.disconnect(this._onStatus, this);
    this._kernel.connectionStatusChanged.disconnect(this._onConnection, this);
    if (!this._failure && !this._comm.isDisposed) {
      this._comm.send({ type: 'end', error });
    }
  }

  private _answered(message: IAnswerMessage): void {
    const data = message.content.data as JSONObject;
    this._heard = true;
    if (data.cancelled) {
      this._fail('interrupted');
      this.onCancelled();
    }
    const request = this._request;
    if (!request || data.id !== request.id) {
      return; // the second answer to a request that was sent twice
    }
    window.clearTimeout(this._timer);
    this._request = null;
    if (typeof data.error === 'string') {
      request.answer.reject(new Error(data.error));
    } else {
      const buffer = message.buffers?.[0];
      request.answer.resolve({ data, bytes: buffer ? view(buffer) : null });
    }
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (['dead', 'restarting', 'autorestarting', 'terminating'].includes(status)) {
      this._fail('the kernel died; send it again: it goes on from there');
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') {
      this._again();
    }
  }

  private _again(): void {
    this._request?.send();
  }

  private _fail(why: string): void {
    this._failure ??= why ? new Error(why) : new Unanswered();
    window.clearTimeout(this._timer);
    this._request?.answer.reject(this._failure);
    this._request = null;
  }

  private _request: IRequest | null = null;
  private _failure: Error | null = null;
  private _heard = false;
  private _timer = 0;
  private _lastId = 0;
}

function view(buffer: ArrayBuffer | ArrayBufferView): DataView {
  return ArrayBuffer.isView(buffer)
    ? new DataView(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength)
    : new DataView(buffer);
}
