/**
 * What the server is asked, and what it answers (see openapi/comments.json).
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ask, endpoint, ServerError } from '../server';

export interface IPerson {
  username: string;
  name: string;
}

/** Times are seconds since the epoch. */
export interface IComment {
  id: number;
  author: IPerson;
  written: number;
  edited: number | null;
  text: string;
  may_edit: boolean;
  may_delete: boolean;
}

/** `cell` is a cell's id, "" for the whole notebook; `excerpt` the first line that the cell had. */
export interface IThread {
  id: number;
  cell: string;
  excerpt: string;
  resolved: number | null;
  resolver: IPerson | null;
  comments: IComment[];
}

export interface IThreads {
  may_comment: boolean;
  threads: IThread[];
}

/** What was found, and by which tag to ask whether there is something new. */
export interface ITagged {
  tag: string;
  found: IThreads;
}

/** All that was said about a notebook; null if nothing has changed since `tag`. */
export async function threads(path: string, tag: string): Promise<ITagged | null> {
  const settings = ServerConnection.makeSettings();
  const init = { headers: { 'If-None-Match': tag } };
  const response = await ServerConnection.makeRequest(endpoint(address(path)), init, settings);
  if (response.status === 304) {
    return null;
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer) {
    throw new ServerError(response.status, answer?.message || response.statusText);
  }
  return { tag: response.headers.get('ETag') ?? '', found: answer as IThreads };
}

export async function begin(path: string, cell: string, excerpt: string, text: string): Promise<void> {
  await send(path, 'POST', { cell, excerpt, text });
}

export async function reply(path: string, thread: number, text: string): Promise<void> {
  await send(path, 'POST', { thread, text });
}

export async function resolve(path: string, thread: number, resolved: boolean): Promise<void> {
  await send(path, 'PATCH', { thread, resolved });
}

export async function edit(path: string, comment: number, text: string): Promise<void> {
  await send(path, 'PATCH', { comment, text });
}

export async function remove(path: string, comment: number): Promise<void> {
  await ask(`${address(path)}?comment=${comment}`, { method: 'DELETE' });
}

async function send(path: string, method: string, body: unknown): Promise<void> {
  await ask(address(path), { method, body: JSON.stringify(body) });
}

function address(path: string): string {
  return `comments/${URLExt.encodeParts(path)}`;
}
