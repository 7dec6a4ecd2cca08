/**
 * Where files can be sent: to a kernel's machine, or to the server's.
 */
import { PathExt, URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ask, endpoint, ServerError } from '../server';
import { Talk } from './talk';

/** What is at the other end: the part's name, its bytes so far, whether the file's name is taken. */
export interface ILanding {
  part: string;
  have: number;
  exists: boolean;
}

/** All of it may be asked again after a lost connection. */
export interface IReceiver {
  landing(file: File): Promise<ILanding>;
  /** Send bytes to an offset; the answer is the size of the part. */
  piece(part: string, offset: number, bytes: ArrayBuffer): Promise<number>;
  /** Let the part have its name, if its checksum is right. */
  finish(file: File, part: string, sha256: string, replace: boolean): Promise<void>;
}

/** A kernel's machine. */
export class KernelReceiver implements IReceiver {
  constructor(private readonly _talk: Talk) {}

  async landing(file: File): Promise<ILanding> {
    const { name, size, lastModified: modified } = file;
    const { data } = await this._talk.ask({ type: 'landing', name, size, modified });
    return { part: String(data.part), have: Number(data.have), exists: Boolean(data.exists) };
  }

  async piece(part: string, offset: number, bytes: ArrayBuffer): Promise<number> {
    return Number((await this._talk.ask({ type: 'piece', part, offset }, bytes)).data.size);
  }

  async finish(file: File, part: string, sha256: string, replace: boolean): Promise<void> {
    await this._talk.ask({ type: 'finish', part, size: file.size, sha256, replace });
  }
}

/** A folder of the server. */
export class ServerReceiver implements IReceiver {
  constructor(private readonly _folder: string) {}

  landing(file: File): Promise<ILanding> {
    const { size, lastModified: modified } = file;
    const query = URLExt.objectToQueryString({ path: this._path(file), size, modified });
    return again(() => ask<ILanding>(`transfer/landing${query}`));
  }

  async piece(part: string, offset: number, bytes: ArrayBuffer): Promise<number> {
    const query = URLExt.objectToQueryString({ path: part, offset });
    const init = { method: 'PUT', body: bytes, headers: { 'Content-Type': 'application/octet-stream' } };
    return (await again(() => ask<{ size: number }>(`transfer/part${query}`, init))).size;
  }

  async finish(file: File, part: string, sha256: string, replace: boolean): Promise<void> {
    const body = JSON.stringify({ part, path: this._path(file), size: file.size, sha256, replace });
    await again(() => ask('transfer/finish', { method: 'POST', body }));
  }

  private _path(file: File): string {
    return PathExt.join(this._folder, file.name);
  }
}

/** The address of a zip file of a folder of the server. */
export function archiveUrl(path: string): string {
  return endpoint('transfer/archive') + URLExt.objectToQueryString({ path });
}

/** Milliseconds to wait before each further attempt. */
const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000];

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await attempt();
    } catch (error) {
      const isLost =
        error instanceof ServerConnection.NetworkError ||
        (error instanceof ServerError && [502, 503, 504].includes(error.status));
      if (!isLost) {
        throw error;
      }
      await new Promise(resolve => window.setTimeout(resolve, pause));
    }
  }
  return attempt();
}
