/**
 * The JupyterLab side of nbhotel: one plugin per feature. Each asks the server first whether it has the
 * feature; without it, Lab is as it was.
 */
import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { about } from './about';
import { changes } from './changes';
import { comments } from './comments';
import { guests } from './guests';
import { journal } from './journal';
import { saving } from './saving';
import { sharing } from './sharing';
import { terminal } from './terminal';
import { together } from './together';
import { transfer } from './transfer';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  about,
  changes,
  comments,
  guests,
  journal,
  saving,
  sharing,
  terminal,
  together,
  transfer
];

export default plugins;
