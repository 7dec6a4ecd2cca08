/**
 * The menu Share, for code hosts: a notebook as a gist, a folder as a project.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  ICommandPalette,
  Notification,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { onServer, serverPath } from '../changes/api';
import { features } from '../server';
import { shareMenu, SHARE_RANK } from '../share-menu';
import * as api from './api';
import { GistForm, ProjectForm, rememberOutputs } from './forms';
import { share } from './progress';

const GIST = 'nbhotel:share-gist';
const UPDATE = 'nbhotel:share-gist-update';
const COPY = 'nbhotel:share-gist-link';
const PROJECT = 'nbhotel:share-project';

export const sharing: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:sharing',
  description: 'Shares notebooks and folders on code hosts.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IMainMenu, ICommandPalette, IDefaultFileBrowser],
  activate: async (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    mainMenu: IMainMenu | null,
    palette: ICommandPalette | null,
    browser: IDefaultFileBrowser | null
  ) => {
    if (!(await features()).includes('sharing')) {
      return;
    }
    addGistCommands(app, tracker);
    addProjectCommand(app, tracker, browser);
    shareMenu(app, mainMenu, palette).add(SHARE_RANK.hosts, [GIST, UPDATE, COPY, PROJECT]);
  }
};

function addGistCommands(app: JupyterFrontEnd, tracker: INotebookTracker): void {
  const add = (id: string, label: string, caption: string, run: (path: string) => Promise<unknown>) =>
    app.commands.addCommand(id, {
      label,
      caption,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: () => told(async () => tracker.currentWidget && run(await saved(app, tracker.currentWidget)))
    });
  add(GIST, 'Notebook as Gist…', 'Share the notebook and data beside it as a gist', path =>
    gist(path, false)
  );
  add(UPDATE, 'Update the Gist…', 'Put the notebook as it is now into its gist', path => gist(path, true));
  add(COPY, 'Copy Gist Link', 'Copy the address of the gist that the notebook was shared as', copyLink);
}

function addProjectCommand(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  browser: IDefaultFileBrowser | null
): void {
  const { contents } = app.serviceManager;
  /** The folder of the notebook in front, else the one that the file browser shows. */
  const folder = async () => {
    const notebook = tracker.currentWidget;
    if (notebook && notebook === app.shell.currentWidget) {
      return PathExt.dirname(await saved(app, notebook));
    }
    return onServer(browser?.model.path ?? '', contents);
  };
  /** The folder that was clicked in the file browser. */
  const clicked = () => {
    const [item] = browser ? [...browser.selectedItems()] : [];
    return item?.type === 'directory' ? onServer(item.path, contents) : null;
  };
  app.commands.addCommand(PROJECT, {
    label: 'Folder as Project on GitHub…',
    caption: 'Commit a folder with its data, and push it to a code host',
    describedBy: { args: { type: 'object', properties: { clicked: { type: 'boolean' } } } },
    execute: args => told(async () => project((args.clicked && clicked()) || (await folder())))
  });
  app.contextMenu.addItem({
    command: PROJECT,
    args: { clicked: true },
    selector: '.jp-DirListing-item[data-isdir="true"]',
    rank: 12
  });
}

/** Where the server has a notebook, with what was typed last: what is on disk is what leaves. */
async function saved(app: JupyterFrontEnd, notebook: NotebookPanel): Promise<string> {
  const path = serverPath(notebook, app.serviceManager.contents);
  const { model } = notebook.context;
  // Where several people write, it is never dirty, and on disk a moment later.
  if (!model.readOnly && (model.dirty || model.collaborative)) {
    await notebook.context.save();
  }
  return path;
}

async function gist(path: string, isUpdate: boolean): Promise<void> {
  const known = await api.knownGist(path);
  if (isUpdate && !known.gist) {
    throw notShared(path, known);
  }
  const title = `${isUpdate ? 'Update' : 'Share'} ${PathExt.basename(path)}`;
  await asked(title, 'gist', new GistForm(path, known, isUpdate), isUpdate ? 'Update' : 'Share');
}

async function copyLink(path: string): Promise<void> {
  const known = await api.knownGist(path);
  if (!known.gist) {
    throw notShared(path, known);
  }
  Clipboard.copyToSystem(known.gist.address);
  Notification.success(`Copied ${known.gist.address}`, { autoClose: 4000 });
}

async function project(folder: string): Promise<void> {
  const known = await api.knownProject(folder);
  const title = `Share ${PathExt.basename(known.path) || 'the folder'}`;
  await asked(title, 'project', new ProjectForm(known), 'Share');
}

/** Ask how, then do it. */
async function asked(
  title: string,
  kind: api.Kind,
  body: GistForm | ProjectForm,
  label: string
): Promise<void> {
  const buttons = [Dialog.cancelButton(), Dialog.okButton({ label })];
  const { button, value } = await showDialog<api.IWish>({ title, body, buttons });
  if (button.accept && value) {
    await body.giveToken();
    const done = ({ address }: api.IResult) => kind === 'gist' && rememberOutputs(address, value.outputs);
    await share(title, kind, value, done);
  }
}

function notShared(path: string, { word, host }: api.IKnownGist): Error {
  return new Error(`${PathExt.basename(path)} was not shared as a ${word} on ${host.name} yet.`);
}

/** Run, and tell what went wrong. */
async function told(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    await showErrorMessage('That can’t be shared', error as Error);
  }
}
