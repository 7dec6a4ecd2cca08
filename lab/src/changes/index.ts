/**
 * What changed in a notebook since it was saved or committed, the way back, and the history of a cell.
 */
import { ILabShell, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager, ToolbarButton } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { features } from '../server';
import { Gutter, Since } from './gutter';
import { changesIcon } from './icon';
import { ChangesPanel } from './panel';

const SHOW = 'nbhotel:changes';
const OF_CELL = 'nbhotel:changes-of-cell';
const ID = 'nbhotel:changes';

export const changes: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows what changed in a notebook since it was saved or committed.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ILabShell, ICommandPalette, IThemeManager, ISettingRegistry],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker, ...more: Optional) => {
    // Lab does not wait for it.
    void start(app, tracker, ...more);
  }
};

type Optional = [ILabShell | null, ICommandPalette | null, IThemeManager | null, ISettingRegistry | null];

async function start(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  ...[lab, palette, themes, registry]: Optional
): Promise<void> {
  if (!(await features()).includes('changes')) {
    return;
  }
  const panels = new Panels(app, lab);
  themes?.themeChanged.connect(() => panels.dress());
  addCommands(app, tracker, panels, palette);
  const since = await readSince(registry, () => panels.mark());
  const greet = (notebook: NotebookPanel) => panels.greet(notebook, since);
  tracker.forEach(greet);
  tracker.widgetAdded.connect((_, notebook) => greet(notebook));
  tracker.currentChanged.connect((_, notebook) => notebook && panels.shown(notebook));
}

/** The panels and gutters of all open notebooks. */
class Panels {
  constructor(
    private _app: JupyterFrontEnd,
    private _lab: ILabShell | null
  ) {}

  /** The panel of a notebook, brought to the front. */
  open(notebook: NotebookPanel): ChangesPanel {
    let panel = this._panels.get(notebook);
    if (!panel || panel.isDisposed) {
      panel = new ChangesPanel(notebook, this._app.serviceManager.contents, () =>
        this._gutters.get(notebook)?.expect()
      );
      this._panels.set(notebook, panel);
      notebook.disposed.connect(() => this._panels.delete(notebook));
    }
    if (!panel.isAttached) {
      if (this._lab) {
        this._app.shell.add(panel, 'main', { mode: 'split-right', ref: notebook.id });
      } else {
        this._app.shell.add(panel, 'right');
      }
    }
    this._app.shell.activateById(panel.id);
    return panel;
  }

  greet(notebook: NotebookPanel, since: () => Since): void {
    if (this._gutters.has(notebook)) {
      return;
    }
    this._gutters.set(notebook, new Gutter(notebook, this._app.serviceManager.contents, since));
    notebook.disposed.connect(() => this._gutters.delete(notebook));
    const button = new ToolbarButton({
      icon: changesIcon,
      tooltip: 'What changed since the last commit or save',
      onClick: () => this.open(notebook).showChanges()
    });
    if (!notebook.toolbar.insertBefore('spacer', 'nbhotel-changes', button)) {
      notebook.toolbar.addItem('nbhotel-changes', button);
    }
  }

  dress(): void {
    this._panels.forEach(panel => panel.isDisposed || panel.frame.dress());
  }

  mark(): void {
    this._gutters.forEach(gutter => gutter.refresh());
  }

  shown(notebook: NotebookPanel): void {
    this._gutters.get(notebook)?.shown();
  }

  private _panels = new Map<NotebookPanel, ChangesPanel>();
  private _gutters = new Map<NotebookPanel, Gutter>();
}

function addCommands(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  panels: Panels,
  palette: ICommandPalette | null
): void {
  const current = () => tracker.currentWidget;
  app.commands.addCommand(SHOW, {
    label: 'Show Changes of the Notebook',
    caption: 'What changed since the last commit or save',
    icon: changesIcon,
    isEnabled: () => current() !== null,
    execute: () => {
      const notebook = current();
      notebook && panels.open(notebook).showChanges();
    }
  });
  app.commands.addCommand(OF_CELL, {
    label: 'Show History of This Cell',
    caption: 'The commits that changed the cell under the cursor',
    isEnabled: () => tracker.activeCell !== null,
    execute: () => {
      const notebook = current();
      const cell = tracker.activeCell;
      notebook && cell && panels.open(notebook).showCell(cell.model.id);
    }
  });
  for (const command of [SHOW, OF_CELL]) {
    palette?.addItem({ command, category: 'Notebook Changes' });
    app.contextMenu.addItem({ command, selector: '.jp-Notebook .jp-Cell', rank: 20 });
  }
}

/** What cells are marked against; `changed` is called when somebody sets it. */
async function readSince(registry: ISettingRegistry | null, changed: () => void): Promise<() => Since> {
  try {
    const settings = await registry?.load(ID);
    settings?.changed.connect(changed);
    return () => (settings?.composite.gutter as Since | undefined) ?? 'commit';
  } catch {
    return () => 'commit'; // the server has no schema of ours
  }
}
