/**
 * What the server is asked, and what it answers (see openapi/changes.json).
 */
import { URLExt } from '@jupyterlab/coreutils';
import { ICell, INotebookContent } from '@jupyterlab/nbformat';
import { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { ask, ServerError } from '../server';

/** One cell that differs; `new` and `after` are places in the notebook that was sent. */
export interface ICellChange {
  kind: 'same' | 'added' | 'removed' | 'changed' | 'split' | 'joined';
  moved: boolean;
  new: number[];
  after: number | null;
  old?: ICell[];
  anchor?: string;
}

export interface IChanges {
  against: string;
  outputs: boolean;
  same: boolean;
  note: string;
  cells: ICellChange[];
  page?: string;
  /** Why there is nothing to compare with; only where no page was asked for. */
  unavailable?: string;
}

export interface ICommit {
  id: string;
  short: string;
  subject: string;
  author: string;
  date: string;
}

export interface ICommits {
  commits: ICommit[];
  more: boolean;
}

/** "saved", or a git revision. */
export type Against = string;
export const SAVED = 'saved';
export const HEAD = 'HEAD';

/** A notebook as it is sent, and the ids of its cells in Lab, by their places. */
export interface ISnapshot {
  notebook: INotebookContent;
  ids: string[];
}

/** The notebook as it would be saved: without terminal cells. */
export function snapshot(model: INotebookModel): ISnapshot {
  const notebook = model.toJSON() as INotebookContent;
  const cells = notebook.cells.map((cell, place) => ({ cell, id: model.cells.get(place).id }));
  const kept = cells.filter(({ cell }) => !(cell.metadata?.nbhotel as { terminal?: boolean })?.terminal);
  return { notebook: { ...notebook, cells: kept.map(each => each.cell) }, ids: kept.map(each => each.id) };
}

/** Only what marks are made of: a notebook's outputs may be many megabytes. */
export function withoutOutputs(notebook: INotebookContent): INotebookContent {
  const bare = (cell: ICell) => (cell.cell_type === 'code' ? { ...cell, outputs: [] } : cell);
  return { ...notebook, cells: notebook.cells.map(bare) };
}

/** Where the server has a notebook. Throws ServerError if it is not the server's. */
export function serverPath(panel: NotebookPanel, contents: Contents.IManager): string {
  return onServer(panel.context.path, contents);
}

/** Where the server has a file or folder of Lab's. Throws ServerError if it is not the server's. */
export function onServer(path: string, contents: Contents.IManager): string {
  const drive = contents.driveName(path);
  if (drive && drive !== 'RTC') {
    throw new ServerError(404, `${path}: does not lie on this server`);
  }
  return contents.localPath(path);
}

/** Compare a notebook; `outputs` null: as it is usual. */
export function askChanges(
  path: string,
  notebook: INotebookContent,
  against: Against,
  outputs: boolean | null,
  page: boolean
): Promise<IChanges> {
  const side = against === SAVED ? { saved: true } : { revision: against };
  return ask<IChanges>('changes/diff', post({ path, notebook, against: side, outputs, page }));
}

/** The history of the cell at a place. */
export function askCell(
  path: string,
  notebook: INotebookContent,
  cell: number
): Promise<ICommits & { page: string }> {
  return ask('changes/cell', post({ path, notebook, cell }));
}

/** The commits of a notebook. */
export function askCommits(path: string, skip: number): Promise<ICommits> {
  return ask('changes/commits' + URLExt.objectToQueryString({ path, skip }));
}

function post(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body) };
}
