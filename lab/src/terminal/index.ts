/**
 * Terminal cells: a kind of cell beside code, text and raw whose text goes to a shell, and which is not saved.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, ISessionContext, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { CodeCell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';
import { features } from '../server';
import { isTerminal, toCode, toTerminal } from './cell';
import { NotebookTerminals } from './notebook';
import { inOrder, isCanceled } from './order';
import { TerminalSwitcher } from './switcher';

const COMMAND = 'nbhotel:change-cell-to-terminal';

export const terminal: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:terminal',
  description: 'Cells whose text goes to a shell.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IToolbarWidgetRegistry, ICommandPalette],
  activate: async (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    toolbar: IToolbarWidgetRegistry | null,
    palette: ICommandPalette | null
  ) => {
    if (!(await features()).includes('shell')) {
      return;
    }
    const open = new WeakMap<ISessionContext, NotebookTerminals>();
    const follow = (panel: NotebookPanel) =>
      void open.set(panel.sessionContext, new NotebookTerminals(panel));
    tracker.forEach(follow);
    tracker.widgetAdded.connect((_, panel) => follow(panel));
    routeCells(open);
    toolbar?.addFactory<NotebookPanel>('Notebook', 'cellType', panel => new TerminalSwitcher(panel.content));
    addCommand(app, tracker, palette);
  }
};

/**
 * Let terminal cells go to the shell. All that runs cells in Lab does it by `CodeCell.execute`; Lab's executor
 * of cells can be replaced but once, and only by who takes it away from all others.
 */
function routeCells(open: WeakMap<ISessionContext, NotebookTerminals>): void {
  const stock = CodeCell.execute;
  const execute: typeof stock = async (cell, context, metadata) => {
    const terminals = open.get(context);
    const wait = () => {
      cell.model.executionState = 'running';
    };
    try {
      if (terminals && isTerminal(cell.model)) {
        await inOrder(
          context,
          true,
          () => terminals.run(cell),
          wait,
          ended => ended.failed
        );
        return undefined;
      }
      return await inOrder(context, false, () => stock(cell, context, metadata), wait, hasFailed);
    } catch (error) {
      if (!cell.isDisposed && isCanceled(error)) {
        cell.model.executionState = 'idle';
      }
      throw error;
    }
  };
  (CodeCell as { execute: typeof stock }).execute = execute;
}

function hasFailed(reply: KernelMessage.IExecuteReplyMsg | void): boolean {
  return !!reply && reply.content.status !== 'ok';
}

/** The command, for the palette and for keys; and Lab's own that makes a cell a code cell. */
function addCommand(app: JupyterFrontEnd, tracker: INotebookTracker, palette: ICommandPalette | null): void {
  const current = () => tracker.currentWidget?.content;
  app.commands.addCommand(COMMAND, {
    label: 'Change to Terminal Cell Type',
    caption: 'Its text goes to a shell that lives as long as the kernel; the cell is not saved.',
    isEnabled: () => !!current()?.model && tracker.currentWidget === app.shell.currentWidget,
    execute: () => {
      const notebook = current();
      if (notebook) {
        toTerminal(notebook);
      }
    },
    describedBy: { args: { type: 'object', properties: {} } }
  });
  palette?.addItem({ command: COMMAND, category: 'Notebook Cell Operations' });
  app.commands.commandExecuted.connect((_, done) => {
    const notebook = current();
    if (notebook && done.id === 'notebook:change-cell-to-code') {
      toCode(notebook);
    }
  });
}
