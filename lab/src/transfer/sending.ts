/**
 * Sending a file, piece by piece, from where an earlier attempt stopped.
 */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
import { IReceiver } from './receivers';

const SMALLEST = 256 * 1024;
/** The largest piece; a server takes 10 MB in one message of a websocket. */
const LARGEST = 4 * 1024 * 1024;

/** What to do meanwhile. */
export interface IWatcher {
  progress(done: number, of: number): void;
  mayReplace(): Promise<boolean>;
  /** Throws if it was cancelled. */
  check(): void;
}

/** Send a file; false if it may not replace what is there. Rejects with a sentence for people. */
export async function send(file: File, receiver: IReceiver, watcher: IWatcher): Promise<boolean> {
  const landing = await receiver.landing(file);
  if (landing.exists && !(await watcher.mayReplace())) {
    return false;
  }
  const digest = sha256.create();
  let piece = SMALLEST;
  let at = 0;
  do {
    watcher.check();
    // What is there already is only hashed.
    const known = at < landing.have;
    const end = Math.min(at + (known ? LARGEST : piece), known ? landing.have : file.size);
    const bytes = await readBytes(file, at, end);
    digest.update(new Uint8Array(bytes));
    if (!known) {
      const began = Date.now();
      const size = await receiver.piece(landing.part, at, bytes);
      if (size < end) {
        throw new Error(`${file.name}: the other end has lost a part of it; send it again`);
      }
      piece = nextPiece(piece, Date.now() - began);
    }
    at = end;
    watcher.progress(at, file.size);
  } while (at < file.size);
  await receiver.finish(file, landing.part, bytesToHex(digest.digest()), landing.exists);
  return true;
}

/** Pieces are such that each takes a second or so: what is lost with a connection is sent again. */
function nextPiece(piece: number, milliseconds: number): number {
  if (milliseconds < 500) {
    return Math.min(LARGEST, piece * 2);
  }
  return milliseconds > 3000 ? Math.max(SMALLEST, piece / 2) : piece;
}

async function readBytes(file: File, from: number, to: number): Promise<ArrayBuffer> {
  try {
    return await file.slice(from, to).arrayBuffer();
  } catch {
    throw new Error(`${file.name}: can't be read, or changed while it was sent; pick it again`);
  }
}
