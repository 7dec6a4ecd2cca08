/**
 * Puts old cells back into the open notebook. Lab's own undo takes that back; nothing is written to disk.
 */
import { ICell } from '@jupyterlab/nbformat';
import { INotebookModel } from '@jupyterlab/notebook';
import { ICellChange } from './api';

/** What a button of a change says, and what it does. */
export function offered(change: ICellChange): { label: string; hint: string } {
  if (change.kind === 'added') {
    return { label: 'Remove', hint: 'Take this cell out of the notebook again' };
  }
  if (change.kind === 'removed') {
    return { label: 'Put back', hint: 'Put this cell back into the notebook' };
  }
  return { label: 'Revert', hint: 'Make this cell what it was' };
}

/**
 * Take one change back, as one step for undo. `ids` are those of the cells that were compared.
 *
 * Returns whether that was possible: a cell may have been removed since.
 */
export function revert(model: INotebookModel, change: ICellChange, ids: string[]): boolean {
  const places = change.new.map(place => placeOf(model, ids[place]));
  if (places.includes(-1)) {
    return false;
  }
  const at = goal(model, change, ids, places);
  const olds = (change.old ?? []).map(cell => unique(cell, model, places));
  const shared = model.sharedModel;
  shared.transact(() => {
    shared.insertCells(at, olds as Parameters<typeof shared.insertCells>[1]);
    // From the last to the first, so that places stay right.
    for (const place of [...places].sort((one, other) => other - one)) {
      shared.deleteCell(place < at ? place : place + olds.length);
    }
  });
  return true;
}

function placeOf(model: INotebookModel, id: string): number {
  for (let place = 0; place < model.cells.length; place++) {
    if (model.cells.get(place).id === id) {
      return place;
    }
  }
  return -1;
}

/** A change within a cell stays where the cell is now; what was moved or removed goes behind whom it followed. */
function goal(model: INotebookModel, change: ICellChange, ids: string[], places: number[]): number {
  if (places.length && !change.moved) {
    return Math.min(...places);
  }
  return change.after === null ? 0 : placeOf(model, ids[change.after]) + 1;
}

/** The old id, unless another cell has it by now. */
function unique(cell: ICell, model: INotebookModel, gone: number[]): ICell {
  const taken = placeOf(model, cell.id as string);
  if (taken === -1 || gone.includes(taken)) {
    return cell;
  }
  const { id: _id, ...rest } = cell;
  return rest as ICell;
}
