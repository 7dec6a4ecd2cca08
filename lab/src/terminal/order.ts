/**
 * Cells that are run together (Run All, a selection) keep their order, also where some go to the kernel and
 * others to the shell. Cells that are run by themselves don't wait for the other: a shell can be used while
 * the kernel is busy, and the kernel while a server runs in the shell.
 */
import { ISessionContext } from '@jupyterlab/apputils';

interface IBatch {
  terminal: boolean;
  /** Ends when the cells before those that `running` has are done; undefined if there are none. */
  before?: Promise<unknown>;
  running: Promise<unknown>[];
}

const batches = new WeakMap<ISessionContext, IBatch>();

/**
 * Run a cell when its turn has come.
 *
 * @param start starts it; what it returns is rejected if the cells after it shall not be run.
 * @param wait is called if the cell has to wait.
 */
export function inOrder<T>(
  context: ISessionContext,
  terminal: boolean,
  start: () => Promise<T>,
  wait: () => void,
  failed: (result: T) => boolean
): Promise<T> {
  let batch = batches.get(context);
  if (!batch) {
    batch = { terminal, running: [] };
    batches.set(context, batch);
    // All cells of one command are asked for in one go.
    window.setTimeout(() => batches.delete(context));
  }
  if (batch.terminal !== terminal) {
    batch.before = Promise.all([batch.before, ...batch.running]);
    batch.running = [];
    batch.terminal = terminal;
  }
  if (batch.before) {
    wait();
  }
  const done = batch.before ? batch.before.then(start, cancel) : start();
  const checked = done.then(result => (failed(result) ? cancel() : result));
  checked.catch(() => undefined);
  batch.running.push(checked);
  return done;
}

/** Whether a cell was not run because of one before it. */
export function isCanceled(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Canceled');
}

/** Lab takes an error of this name for a cell that was not run. */
function cancel(): never {
  throw new Error('Canceled: a cell before it has failed');
}
