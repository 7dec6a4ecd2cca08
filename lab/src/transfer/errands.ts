/**
 * What a person or a kernel wants, from beginning to end: which side takes the files, what is shown, what is told.
 */
import { InputDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { Contents, Kernel } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { fetchFile, save } from './fetching';
import { TransferPanel } from './panel';
import { archiveUrl, IReceiver, KernelReceiver, ServerReceiver } from './receivers';
import { send } from './sending';
import { Talk, Unanswered } from './talk';

/** What a kernel's call says; see nbhotel/magics/talk.py. */
export interface ICall {
  verb: 'put' | 'get';
  ticket: string;
  folder?: string;
  name?: string;
}

export class Errands {
  constructor(
    private readonly _contents: Contents.IManager,
    private readonly _panel = new TransferPanel()
  ) {}

  /** Do what a cell asks for with `%put` or `%get`. */
  async answer(kernel: Kernel.IKernelConnection, call: ICall): Promise<void> {
    const talk = await Talk.open(kernel, { ticket: call.ticket });
    if (call.verb === 'get') {
      await this._fetch(talk, call.name ?? '');
      return;
    }
    const cancelled = new PromiseDelegate<void>();
    talk.onCancelled = () => cancelled.resolve();
    try {
      const files = await this._panel.pick(`%put to ${call.folder}`, cancelled.promise);
      talk.end(files.length ? await this._send(files, new KernelReceiver(talk)) : 'no files were picked');
    } catch (error) {
      talk.end(told(error));
    }
  }

  /** Let the user pick files for a notebook. */
  async pick(notebook: NotebookPanel): Promise<void> {
    const never = new Promise<void>(() => undefined);
    await this.put(notebook, await this._panel.pick('Upload beside the notebook', never));
  }

  /** Send files beside a notebook: on its kernel's machine, if the kernel can take them. */
  async put(notebook: NotebookPanel, files: File[]): Promise<void> {
    if (!files.length) {
      return;
    }
    const talk = await answering(notebook, { verb: 'put' });
    if (talk) {
      talk.end(await this._send(files, new KernelReceiver(talk)));
    } else {
      await this._send(files, new ServerReceiver(PathExt.dirname(this._path(notebook))));
    }
  }

  /** Ask for what to fetch, and fetch it. */
  async get(notebook: NotebookPanel): Promise<void> {
    const label = "Files, folders or patterns, from the notebook's folder:";
    const { value } = await InputDialog.getText({ title: 'Download', label, placeholder: 'results *.csv' });
    const words = value?.trim().split(/\s+/) ?? [];
    if (!words[0]) {
      return;
    }
    const row = words.join(' ');
    try {
      const talk = await answering(notebook, { verb: 'get', patterns: words });
      if (talk) {
        await this._fetch(talk, row);
      } else {
        await Promise.all(words.map(word => this._fetchFromServer(notebook, word)));
      }
    } catch (error) {
      this._panel.row(row).end(told(error), true);
    }
  }

  private async _fetchFromServer(notebook: NotebookPanel, name: string): Promise<void> {
    const path = PathExt.join(PathExt.dirname(this._path(notebook)), name);
    const { type } = await this._contents.get(path, { content: false });
    const url = type === 'directory' ? archiveUrl(path) : await this._contents.getDownloadUrl(path);
    save(url, PathExt.basename(path) + (type === 'directory' ? '.zip' : ''));
  }

  private async _fetch(talk: Talk, name: string): Promise<void> {
    const row = this._panel.row(name);
    talk.onCancelled = () => row.cancel();
    try {
      await fetchFile(talk, row);
      row.end('is here');
      talk.end();
    } catch (error) {
      row.end(told(error), true);
      talk.end(told(error));
    }
  }

  /** Send files one after the other; what went wrong with them, or an empty text. */
  private async _send(files: File[], receiver: IReceiver): Promise<string> {
    const rows = files.map(file => this._panel.row(file.name));
    const wrong: string[] = [];
    for (const [index, file] of files.entries()) {
      try {
        const isSent = await send(file, receiver, rows[index]);
        rows[index].end(isSent ? 'has arrived' : 'was left as it is there');
      } catch (error) {
        rows[index].end(told(error), true);
        wrong.push(told(error));
      }
    }
    return wrong.join('; ');
  }

  /** A notebook's path, without a drive. */
  private _path(notebook: NotebookPanel): string {
    return this._contents.localPath(notebook.context.path);
  }
}

/** Open a talk with a notebook's kernel; null if it has none that knows of nbhotel. */
async function answering(
  notebook: NotebookPanel,
  wanted: { verb: string; patterns?: string[] }
): Promise<Talk | null> {
  const kernel = notebook.sessionContext.session?.kernel;
  if (!kernel || (await kernel.info).language_info.name !== 'python') {
    return null;
  }
  try {
    return await Talk.open(kernel, wanted);
  } catch (error) {
    if (error instanceof Unanswered) {
      return null;
    }
    throw error;
  }
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
