/**
 * What the server is asked, and what it answers (see openapi/sharing.json).
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ask } from '../server';

export interface IHost {
  name: string;
  title: string;
  pull: string;
  page: string;
}

/** Where a token is, or why there is none. */
export interface IToken {
  host: IHost;
  source: string;
  problem: string;
}

export interface IKnownGist {
  host: IHost;
  word: string;
  hidden: string;
  gist: { address: string; public: boolean; shared: string } | null;
  beside: { name: string; size: number; shared: boolean }[];
}

export interface IKnownProject {
  host: IHost;
  path: string;
  name: string;
  files: number;
  size: number;
  branch: string;
  repository: string;
  configured: boolean;
}

/** Something that looks like a secret, and where. */
export interface IFinding {
  path: string;
  what: string;
}

export interface IResult {
  address: string;
  pull?: string;
}

export interface IJob {
  state: 'running' | 'asks' | 'done';
  steps: string[];
  note: string;
  secrets?: IFinding[];
  result?: IResult;
}

export type Kind = 'gist' | 'project';

/** What is to be shared, and how: the body of a request. */
export interface IWish {
  path: string;
  host: string;
  outputs: string;
  [option: string]: unknown;
}

/** What is known of a notebook; `host` empty: the usual one. */
export function knownGist(path: string, host = ''): Promise<IKnownGist> {
  return ask('share/gist' + URLExt.objectToQueryString({ path, host }));
}

/** What is known of a folder. */
export function knownProject(path: string, host = ''): Promise<IKnownProject> {
  return ask('share/project' + URLExt.objectToQueryString({ path, host }));
}

/** Whether there is a token for a host; it may take a while to find out. */
export function knownToken(host: string): Promise<IToken> {
  return ask('share/token' + URLExt.objectToQueryString({ host }));
}

/** Try a token that was typed, and have the server keep it. Throws ServerError if the host does not take it. */
export async function giveToken(host: string, token: string): Promise<void> {
  await ask('share/token', { method: 'POST', body: JSON.stringify({ host, token }) });
}

/** Start to share; `allowed` is what may leave although it looks secret. */
export function start(kind: Kind, wish: IWish, allowed: IFinding[]): Promise<{ id: string }> {
  return ask(`share/${kind}`, { method: 'POST', body: JSON.stringify({ ...wish, allowed }) });
}

/** How far it is. Throws ServerError if it failed. */
export function job(id: string): Promise<IJob> {
  return ask(`share/jobs/${id}`);
}
