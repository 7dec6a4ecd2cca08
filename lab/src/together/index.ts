/**
 * Says when a notebook is open in another room of the same person: the two would write over each other.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ask, features } from '../server';

/** Between two questions, in milliseconds; only while the page can be seen. */
const EVERY = 10_000;

/** What `together/elsewhere` answers. */
interface IElsewhere {
  together: boolean;
  elsewhere: boolean;
}

export const together: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:together',
  description: 'Says when a shared notebook is open in another room of yours.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: async (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    if ((await features()).includes('together')) {
      tracker.forEach(panel => void watch(panel));
      tracker.widgetAdded.connect((_, panel) => void watch(panel));
    }
  }
};

async function watch(panel: NotebookPanel): Promise<void> {
  await panel.context.ready;
  let notice = '';
  while (!panel.isDisposed) {
    const path = panel.context.localPath;
    if (document.visibilityState === 'visible') {
      const found = await look(path);
      if (found && !found.together) {
        return;
      }
      if (found?.elsewhere && !notice) {
        notice = Notification.warning(
          `${path} is open in another room of yours, too. What is typed in both at a time may get lost: close it in one.`,
          { autoClose: false }
        );
      } else if (found && !found.elsewhere && notice) {
        Notification.dismiss(notice);
        notice = '';
      }
    }
    await new Promise(resolve => window.setTimeout(resolve, EVERY));
  }
  Notification.dismiss(notice);
}

function look(path: string): Promise<IElsewhere | undefined> {
  return ask<IElsewhere>('together/elsewhere' + URLExt.objectToQueryString({ path })).catch(() => undefined);
}
