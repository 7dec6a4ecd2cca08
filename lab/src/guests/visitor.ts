/**
 * A page of somebody else's room: it says so, offers nothing that the server would refuse, and tells when
 * the share was withdrawn. The server decides all of it; this is for people's sake.
 */
import { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { Cell } from '@jupyterlab/cells';
import { INotebookModel, INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import { ServerError } from '../server';
import { element } from '../sharing/fields';
import * as api from './api';

/** Between two questions whether one may still be here, in milliseconds. */
const EVERY = 2000;
const FORBIDDEN = 403;

/** Make the page one of a visitor. */
export function visit(app: JupyterFrontEnd, me: api.IMe, tracker: INotebookTracker | null): void {
  const sign = new Widget({ node: element('div', 'nbhotel-Visitor') });
  sign.id = 'nbhotel-visitor';
  sign.node.textContent = signOf(me);
  app.shell.add(sign, 'top', { rank: 900 });
  app.docRegistry.addWidgetExtension('Notebook', new OnlyRead(me));
  void watch(me, sign, tracker);
}

function signOf(me: api.IMe): string {
  const levels = new Set(me.grants.map(grant => grant.level));
  const what = levels.has('edit') ? '' : levels.has('comment') ? ', to read and comment' : ', to read';
  return `${me.name} in ${me.owner}'s room${what}`;
}

/** Notebooks that may not be changed: no kernel is asked for, and no cell takes letters. */
class OnlyRead implements DocumentRegistry.IWidgetExtension<NotebookPanel, INotebookModel> {
  constructor(private readonly _me: api.IMe) {}

  createNew(panel: NotebookPanel, context: DocumentRegistry.IContext<INotebookModel>): IDisposable {
    const path = context.localPath;
    if (api.levelOf(this._me.grants, path) === 'edit') {
      return new DisposableDelegate(() => undefined);
    }
    panel.addClass('nbhotel-mod-onlyRead');
    context.sessionContext.kernelPreference = {
      ...context.sessionContext.kernelPreference,
      shouldStart: false,
      canStart: false,
      autoStartDefault: false
    };
    const lock = (): void => panel.content.widgets.forEach(close);
    panel.content.modelContentChanged.connect(lock);
    panel.content.activeCellChanged.connect(lock);
    void panel.revealed.then(lock);
    return new DisposableDelegate(() => {
      panel.content.modelContentChanged.disconnect(lock);
      panel.content.activeCellChanged.disconnect(lock);
    });
  }
}

function close(cell: Cell): void {
  cell.readOnly = true;
}

/** Ask from time to time; say so when the share is gone or another one. */
async function watch(me: api.IMe, sign: Widget, tracker: INotebookTracker | null): Promise<void> {
  for (;;) {
    await new Promise(resolve => window.setTimeout(resolve, EVERY));
    try {
      const now = await api.me();
      if (JSON.stringify(now.grants) !== JSON.stringify(me.grants)) {
        await changed(me);
        return;
      }
    } catch (error) {
      if (error instanceof ServerError && error.status === FORBIDDEN) {
        sign.node.textContent = `no longer shared by ${me.owner}`;
        // Lab has noticed, too, and says that the kernel died.
        Dialog.flush();
        await withdrawn(me, tracker);
        return;
      }
    }
  }
}

async function changed(me: api.IMe): Promise<void> {
  const body = `${me.owner} has changed what you may do here.`;
  await new Dialog({
    title: 'Shared otherwise',
    body,
    buttons: [Dialog.okButton({ label: 'Load again' })]
  }).launch();
  window.location.reload();
}

async function withdrawn(me: api.IMe, tracker: INotebookTracker | null): Promise<void> {
  const told = `${me.owner} shares this with you no longer. What you had written is in ${me.owner}'s notebook.`;
  await new Withdrawn(told, tracker?.currentWidget ?? null).launch();
  window.location.href = URLExt.join(PageConfig.getOption('hubPrefix') || '/hub/', 'home');
}

/** Stays after a download: Lab's own dialogs, of lost kernels and files, wait behind it. */
class Withdrawn extends Dialog<null> {
  constructor(
    body: string,
    private readonly _panel: NotebookPanel | null
  ) {
    const leave = Dialog.okButton({ label: 'To my own room' });
    const keep = Dialog.cancelButton({ label: 'Download a copy' });
    super({
      title: 'No longer shared',
      body,
      buttons: _panel ? [keep, leave] : [leave],
      defaultButton: _panel ? 1 : 0,
      hasClose: false
    });
  }

  resolve(index?: number): void {
    if (this._panel && index === 0) {
      download(this._panel);
    } else {
      super.resolve(index);
    }
  }
}

function download(panel: NotebookPanel): void {
  const content = JSON.stringify(panel.model?.toJSON() ?? {}, null, 1);
  const link = element('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  link.download = panel.title.label;
  link.click();
  URL.revokeObjectURL(link.href);
}
