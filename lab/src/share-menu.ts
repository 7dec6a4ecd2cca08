/**
 * The menu "Share" in Lab's menu bar. Several features add to it; the first that does makes it.
 */
import { JupyterFrontEnd } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IMainMenu } from '@jupyterlab/mainmenu';
import { RankedMenu } from '@jupyterlab/ui-components';

/** Where the groups stand in the menu: people of this hotel first, then code hosts. */
export const SHARE_RANK = { people: 10, hosts: 20 } as const;

/** Its place in the menu bar: behind Kernel (5), before Tabs (500). */
const BAR_RANK = 400;

let made: RankedMenu | undefined;

export interface IShareMenu {
  /** Add commands as one group, to the palette too; `rank` is one of SHARE_RANK. */
  add(rank: number, commands: readonly string[]): void;
}

/** Return the menu. Without a menu bar or a palette, commands are added to what there is. */
export function shareMenu(
  app: JupyterFrontEnd,
  mainMenu: IMainMenu | null,
  palette: ICommandPalette | null
): IShareMenu {
  return {
    add: (rank, commands) => {
      if (mainMenu) {
        made ??= inBar(app, mainMenu);
        made.addGroup(
          commands.map(command => ({ command })),
          rank
        );
      }
      commands.forEach(command => palette?.addItem({ command, category: 'Share' }));
    }
  };
}

function inBar(app: JupyterFrontEnd, mainMenu: IMainMenu): RankedMenu {
  const menu = new RankedMenu({ commands: app.commands, rank: BAR_RANK });
  menu.id = 'nbhotel-share-menu';
  menu.title.label = 'Share';
  mainMenu.addMenu(menu, true, { rank: BAR_RANK });
  return menu;
}
