/**
 * `%put` and `%get` in the browser, and the same as commands, in the File menu and by drag and drop.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Kernel } from '@jupyterlab/services';
import { features } from '../server';
import { Errands, ICall } from './errands';
import { onFiles } from './panel';
import { CALL } from './talk';

const PUT = 'nbhotel:upload-beside';
const GET = 'nbhotel:download';

export const transfer: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:transfer',
  description: "Files to and from the kernel's machine.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, IMainMenu],
  activate: async (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    menu: IMainMenu | null
  ) => {
    if (!(await features()).includes('transfer')) {
      return;
    }
    const errands = new Errands(app.serviceManager.contents);
    addCommands(app, tracker, errands);
    [PUT, GET].forEach(command => palette?.addItem({ command, category: 'Notebook Operations' }));
    menu?.fileMenu.addGroup([{ command: PUT }, { command: GET }], 15);
    tracker.forEach(notebook => attend(notebook, errands));
    tracker.widgetAdded.connect((_, notebook) => attend(notebook, errands));
  }
};

function addCommands(app: JupyterFrontEnd, tracker: INotebookTracker, errands: Errands): void {
  const isEnabled = () => tracker.currentWidget !== null;
  const add = (id: string, label: string, caption: string, run: (notebook: NotebookPanel) => Promise<void>) =>
    app.commands.addCommand(id, {
      label,
      caption,
      isEnabled,
      execute: () => (tracker.currentWidget ? run(tracker.currentWidget) : undefined)
    });
  add(PUT, 'Upload Files Beside the Notebook…', "To the kernel's machine, of any size, like %put", notebook =>
    errands.pick(notebook)
  );
  add(GET, 'Download Files from the Notebook…', "From the kernel's machine, like %get", notebook =>
    errands.get(notebook)
  );
}

/** Listen to a notebook: files that are dropped on it, calls of its kernels. */
function attend(notebook: NotebookPanel, errands: Errands): void {
  onFiles(notebook.content.node, files => void errands.put(notebook, files));
  const listen = (kernel: Kernel.IKernelConnection | null | undefined) =>
    kernel?.registerCommTarget(CALL, (_comm, message) => {
      // Each front end hears the call: it is for the one that ran the cell.
      const caller = message.parent_header as { session?: string };
      if (caller.session === kernel.clientId) {
        errands.answer(kernel, message.content.data as unknown as ICall).catch(error => console.warn(error));
      }
    });
  listen(notebook.sessionContext.session?.kernel);
  notebook.sessionContext.kernelChanged.connect((_, change) => listen(change.newValue));
}
