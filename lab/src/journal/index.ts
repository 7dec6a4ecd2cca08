/**
 * The journal in Lab: all code that ran, searched in a side panel, and notebooks made again of it.
 */
import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  ICommandPalette,
  InputDialog,
  Notification,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import { features } from '../server';
import * as api from './api';
import { JournalPanel } from './panel';

const SHOW = 'nbhotel:journal';
const REBUILD = 'nbhotel:journal-rebuild';
const CATEGORY = 'Journal';

export const journal: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:journal',
  description: 'Searches all code that ran, and rebuilds notebooks from it.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: async (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    if (!(await features()).includes('journal')) {
      return;
    }
    const panel: JournalPanel = new JournalPanel({
      insert: run => insert(run, tracker, panel),
      copy: run => {
        Clipboard.copyToSystem(run.code);
        panel.tell('Copied.');
      },
      forget: run => void forget(run, panel),
      open: path => void open(path, app)
    });
    app.shell.add(panel, 'left', { rank: 450, type: 'Journal' });
    restorer?.add(panel, 'nbhotel-journal');
    follow(tracker, panel);
    addCommands(app, panel);
    for (const command of [SHOW, REBUILD]) {
      palette?.addItem({ command, category: CATEGORY });
    }
  }
};

/** Keep the panel in step with the notebook in front, and with what runs. */
function follow(tracker: INotebookTracker, panel: JournalPanel): void {
  const look = () => {
    const path = tracker.currentWidget?.context.path ?? '';
    panel.notebook = path.replace(/^RTC:/, '');
  };
  tracker.currentChanged.connect(look);
  look();
  const refresh = () => panel.refresh();
  NotebookActions.executed.connect(refresh);
  panel.disposed.connect(() => NotebookActions.executed.disconnect(refresh));
}

function addCommands(app: JupyterFrontEnd, panel: JournalPanel): void {
  const describedBy = { args: { type: 'object', properties: { path: { type: 'string' } } } };
  app.commands.addCommand(SHOW, {
    label: 'Show the Journal',
    caption: 'Search all code that ran',
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => app.shell.activateById(panel.id)
  });
  app.commands.addCommand(REBUILD, {
    label: 'Rebuild a Notebook from the Journal…',
    caption: 'Make a notebook again of the code that ran in it',
    describedBy,
    execute: async args => {
      const path = (args.path as string | undefined) ?? (await askForPath());
      return path ? rebuild(path, app) : undefined;
    }
  });
}

function insert(run: api.IRun, tracker: INotebookTracker, panel: JournalPanel): void {
  const notebook = tracker.currentWidget?.content;
  if (!notebook) {
    panel.tell('Open a notebook first: the code is inserted below its active cell.');
    return;
  }
  NotebookActions.insertBelow(notebook);
  notebook.activeCell?.model.sharedModel.setSource(run.code);
  panel.tell('Inserted.');
}

async function forget(run: api.IRun, panel: JournalPanel): Promise<void> {
  const answer = await showDialog({
    title: 'Forget this run?',
    body: 'It is deleted from the journal for good.',
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Forget' })]
  });
  if (answer.button.accept) {
    await api.forget(run).catch(error => showErrorMessage('The run is still there', error as Error));
    panel.refresh();
  }
}

/** Open a notebook, or offer to make it again if it is gone. */
async function open(path: string, app: JupyterFrontEnd): Promise<void> {
  try {
    await app.serviceManager.contents.get(path, { content: false });
  } catch (error) {
    if (error instanceof ServerConnection.ResponseError && error.response.status === 404) {
      const answer = await showDialog({
        title: `${path} is not there any more`,
        body: 'Make it again of the code that ran in it?',
        buttons: [Dialog.cancelButton(), Dialog.okButton({ label: 'Rebuild' })]
      });
      return answer.button.accept ? rebuild(path, app) : undefined;
    }
  }
  await app.commands.execute('docmanager:open', { path });
}

async function askForPath(): Promise<string | null> {
  const answer = await InputDialog.getText({
    title: 'Rebuild a Notebook from the Journal',
    label: 'Where was it?',
    placeholder: 'folder/name.ipynb',
    okLabel: 'Rebuild'
  });
  return answer.button.accept ? answer.value : null;
}

async function rebuild(path: string, app: JupyterFrontEnd): Promise<void> {
  try {
    const made = await api.rebuild(path);
    await app.commands.execute('docmanager:open', { path: made.path });
    Notification.info(
      `${made.path}: ${made.cells} cells, in the order in which they ran. The journal knows no text, no outputs, ` +
        'and no cell that never ran.'
    );
  } catch (error) {
    await showErrorMessage('The notebook could not be rebuilt', error as Error);
  }
}
