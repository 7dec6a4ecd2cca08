/**
 * Says in the browser's console which features run: for whoever looks for a missing one.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { features } from './server';

export const about: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:about',
  description: 'Says which features of nbhotel the server has.',
  autoStart: true,
  activate: async (_app: JupyterFrontEnd) => {
    const found = await features();
    console.info(`nbhotel: ${found.length ? found.join(', ') : 'the server has no nbhotel'}`);
  }
};
