/**
 * Says what went wrong after a save: the notebook is saved, but an export of it was not written.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Contents } from '@jupyterlab/services';
import { features } from '../server';
import { Notices } from './notices';

export const saving: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:saving',
  description: 'Says what went wrong with the exports of a notebook that was saved.',
  autoStart: true,
  activate: async (app: JupyterFrontEnd) => {
    if (!(await features()).includes('saving')) {
      return;
    }
    const { contents } = app.serviceManager;
    const notices = new Notices();
    contents.fileChanged.connect((_, change: Contents.IChangedArgs) => {
      const path = change.newValue?.path;
      if (path?.endsWith('.ipynb') && (change.type === 'save' || change.type === 'rename')) {
        void notices.look(contents.localPath(path));
      }
    });
  }
};
