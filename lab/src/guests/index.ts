/**
 * Files and folders of this room for other guests of the hotel, and theirs for me.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { INotebookTracker } from '@jupyterlab/notebook';
import { PanelLayout } from '@lumino/widgets';
import { features } from '../server';
import { SHARE_RANK, shareMenu } from '../share-menu';
import * as api from './api';
import { showShares } from './dialog';
import { Taken } from './taken';
import { visit } from './visitor';

const SHARE = 'nbhotel:share-with-guests';
const SHARE_SELECTED = 'nbhotel:share-selected-with-guests';
const GIVEN = 'nbhotel:what-i-share';

export const guests: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:guests',
  description: 'Shares files of this room with other guests of the hotel.',
  autoStart: true,
  optional: [IDefaultFileBrowser, INotebookTracker, IMainMenu, ICommandPalette],
  activate: async (
    app: JupyterFrontEnd,
    browser: IDefaultFileBrowser | null,
    tracker: INotebookTracker | null,
    mainMenu: IMainMenu | null,
    palette: ICommandPalette | null
  ) => {
    const me = (await features()).includes('guests') ? await api.me().catch(() => undefined) : undefined;
    if (!me) {
      return;
    }
    if (me.visitor) {
      visit(app, me, tracker);
      return;
    }
    addCommands(app, browser);
    shareMenu(app, mainMenu, palette).add(SHARE_RANK.people, [SHARE, GIVEN]);
    app.contextMenu.addItem({
      command: SHARE_SELECTED,
      selector: '.jp-DirListing-item[data-isdir]',
      rank: 10.5
    });
    (browser?.layout as PanelLayout | undefined)?.addWidget(new Taken());
  }
};

function addCommands(app: JupyterFrontEnd, browser: IDefaultFileBrowser | null): void {
  const selected = (): string | undefined => {
    const item = browser?.selectedItems().next().value;
    return item && app.serviceManager.contents.localPath(item.path);
  };
  const current = (): string | undefined => {
    const widget = app.shell.currentWidget;
    return widget instanceof DocumentWidget ? widget.context.localPath : selected();
  };
  app.commands.addCommand(SHARE, {
    label: 'With Guests of this Hotel…',
    caption: 'Let other guests read this file, comment on it, or write in it with you',
    isEnabled: () => !!current(),
    execute: () => showShares(current() ?? '')
  });
  app.commands.addCommand(SHARE_SELECTED, {
    label: 'Share with Guests…',
    isVisible: () => !!selected(),
    execute: () => showShares(selected() ?? '')
  });
  app.commands.addCommand(GIVEN, {
    label: 'What I Share…',
    execute: () => showShares('')
  });
}
