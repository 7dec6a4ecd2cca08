/**
 * What makes a cell a terminal cell: it is a code cell with a mark in its metadata. The server takes such
 * cells out of all that is saved.
 */
import { ICellModel } from '@jupyterlab/cells';
import { Notebook, NotebookActions } from '@jupyterlab/notebook';

const KEY = 'nbhotel';

type Mark = { terminal?: boolean };

/** Whether the cell's text goes to the shell. */
export function isTerminal(model: ICellModel): boolean {
  return model.type === 'code' && isMarked(model);
}

/** Whether there is a mark, which counts for code cells alone. */
export function isMarked(model: ICellModel): boolean {
  return (model.getMetadata(KEY) as Mark | undefined)?.terminal === true;
}

/** Make a code cell a terminal cell, or a terminal cell a code cell. */
export function setTerminal(model: ICellModel, on: boolean): void {
  const { terminal, ...others } = (model.getMetadata(KEY) ?? {}) as Mark;
  if ((terminal === true) === on) {
    return;
  }
  const own = on ? { ...others, terminal: true } : others;
  if (Object.keys(own).length) {
    model.setMetadata(KEY, own);
  } else {
    model.deleteMetadata(KEY);
  }
}

/** The models of the cells that a change of type is about. */
export function selected(notebook: Notebook): ICellModel[] {
  return notebook.widgets.filter(cell => notebook.isSelectedOrActive(cell)).map(cell => cell.model);
}

/** Make the selected cells terminal cells. */
export function toTerminal(notebook: Notebook): void {
  NotebookActions.changeCellType(notebook, 'code');
  for (const model of selected(notebook)) {
    setTerminal(model, true);
  }
}

/** Make the selected terminal cells code cells. */
export function toCode(notebook: Notebook): void {
  for (const model of selected(notebook)) {
    setTerminal(model, false);
  }
}
