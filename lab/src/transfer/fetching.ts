/**
 * Fetching what a kernel sends. The browser keeps large blobs on disk, so memory does not grow.
 */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
import { Talk } from './talk';

/** What to do meanwhile; `of` is 0 if nobody knows. */
export interface IFetchWatcher {
  begin(name: string): void;
  progress(done: number, of: number): void;
  check(): void;
}

/** Fetch what the kernel has for us, and let the browser save it. Rejects with a sentence for people. */
export async function fetchFile(talk: Talk, watcher: IFetchWatcher): Promise<void> {
  const { data } = await talk.ask({ type: 'source' });
  const name = String(data.name);
  watcher.begin(name);
  const digest = sha256.create();
  let parts = new Blob([]);
  let at = 0;
  for (;;) {
    watcher.check();
    const answer = await talk.ask({ type: 'read', offset: at });
    if (answer.data.end) {
      if (answer.data.sha256 !== bytesToHex(digest.digest())) {
        throw new Error(`${name}: what arrived was not what was sent; fetch it again`);
      }
      break;
    }
    const bytes = answer.bytes!;
    digest.update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    parts = new Blob([parts, bytes as DataView<ArrayBuffer>]);
    at += bytes.byteLength;
    watcher.progress(at, Number(data.size ?? 0));
  }
  save(URL.createObjectURL(parts), name);
}

/** Let the browser save what is at an address. */
export function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  if (url.startsWith('blob:')) {
    window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}
