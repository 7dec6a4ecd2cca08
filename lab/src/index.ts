/**
 * The JupyterLab side of nbhotel: one plugin per feature. Each asks the server first whether it has the
 * feature; without it, Lab is as it was.
 */
import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { about } from './about';
import { changes } from './changes';
import { saving } from './saving';

const plugins: JupyterFrontEndPlugin<unknown>[] = [about, changes, saving];

export default plugins;
