/**
 * What the server is asked about shares, and what it answers (see openapi/guests.json).
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ask } from '../server';

export type Level = 'read' | 'comment' | 'edit';

/** Each with what is before it. */
export const LEVELS: readonly Level[] = ['read', 'comment', 'edit'];

export interface IGrant {
  path: string;
  level: Level;
}

/** Who looks at this page, and what he may do. */
export interface IMe {
  visitor: boolean;
  name: string;
  owner: string;
  grants: IGrant[];
}

export interface IShare extends IGrant {
  id: number;
  owner: string;
  user: string | null;
  group: string | null;
}

/** What somebody else shared: `url` is the address of the room, `open` whether it runs. */
export interface ITaken extends IShare {
  url: string;
  open: boolean;
}

export interface IShares {
  given: IShare[];
  taken: ITaken[];
  /** Whether people can write together here. */
  together: boolean;
}

export interface IPeople {
  users: string[];
  groups: string[];
}

export function me(): Promise<IMe> {
  return ask('guests/me');
}

export function shares(): Promise<IShares> {
  return ask('guests');
}

export function people(): Promise<IPeople> {
  return ask('guests/people');
}

export function give(path: string, level: Level, to: { user?: string; group?: string }): Promise<IShare> {
  return ask('guests', { method: 'POST', body: JSON.stringify({ path, level, ...to }) });
}

/** Take one's own share back, or leave one of somebody else's. */
export function withdraw(id: number): Promise<null> {
  return ask(`guests/${id}`, { method: 'DELETE' });
}

/** The highest level on a path. */
export function levelOf(grants: readonly IGrant[], path: string): Level | undefined {
  const within = grants.filter(grant => path === grant.path || path.startsWith(`${grant.path}/`));
  return within.map(grant => grant.level).sort((a, b) => LEVELS.indexOf(b) - LEVELS.indexOf(a))[0];
}

/** The page of a file in a room; `layout` is that of a new window, which no other page of Lab has. */
export function pageOf(room: string, path: string, layout = ''): string {
  const lab = layout ? `lab/workspaces/${layout}/tree` : 'lab/tree';
  return URLExt.join(room, lab, URLExt.encodeParts(path));
}
