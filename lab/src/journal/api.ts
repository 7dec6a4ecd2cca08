/**
 * What the server is asked, and what it answers (see openapi/journal.json).
 */
import { ask } from '../server';

/** One piece of code that a kernel ran; `path` is its notebook's, null if this server doesn't show it. */
export interface IRun {
  id: number;
  message: string;
  started: number;
  code: string;
  seconds: number | null;
  failed: boolean | null;
  notebook: string;
  path: string | null;
  kernel: string;
  spec: string;
  number: number | null;
  output: string;
}

export interface IRuns {
  runs: IRun[];
  more: boolean;
}

export interface IState {
  enabled: boolean;
  file: string;
  on: boolean;
  notebook_on: boolean;
  runs: number;
  size: number;
  waiting: number;
  trouble: string;
}

export interface IQuery {
  words: string;
  notebook: string;
  failed: boolean;
  ipython: boolean;
}

export function search(query: IQuery, offset: number): Promise<IRuns> {
  const asked = new URLSearchParams({ words: query.words, offset: String(offset) });
  if (query.notebook) {
    asked.set('notebook', query.notebook);
  }
  for (const flag of ['failed', 'ipython'] as const) {
    if (query[flag]) {
      asked.set(flag, '1');
    }
  }
  return ask<IRuns>(`journal/runs?${asked}`);
}

export function state(notebook: string): Promise<IState> {
  return ask<IState>(`journal?${new URLSearchParams({ notebook })}`);
}

/** Keep runs from now on, or not: of one notebook, or of everything ("" ). */
export function keep(on: boolean, notebook: string): Promise<IState> {
  return ask<IState>('journal', { method: 'PUT', body: JSON.stringify({ on, notebook }) });
}

export function forget(run: IRun): Promise<null> {
  return ask<null>(`journal/runs/${run.id}`, { method: 'DELETE' });
}

export function rebuild(notebook: string): Promise<{ path: string; cells: number }> {
  return ask('journal/rebuild', { method: 'POST', body: JSON.stringify({ notebook }) });
}
