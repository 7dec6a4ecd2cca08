/**
 * Comments on cells, for all who see a notebook: in a panel on the right, with marks at the cells.
 */
import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { ActivityMonitor } from '@jupyterlab/coreutils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { features } from '../server';
import * as api from './api';
import { Discussion } from './discussion';
import { commentIcon } from './icon';
import { mark } from './marks';
import { CommentsPanel } from './panel';
import { IThreadActions } from './thread';

const SHOW = 'nbhotel:comments';
const COMMENT = 'nbhotel:comment-on-cell';
/** So long after the last edit places and first lines are shown anew, in milliseconds. */
const PAUSE = 500;

export const comments: JupyterFrontEndPlugin<void> = {
  id: 'nbhotel:comments',
  description: 'Shows what people say about the cells of a notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    // Lab does not wait for it.
    void start(app, tracker, palette, restorer);
  }
};

async function start(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null
): Promise<void> {
  if (!(await features()).includes('comments')) {
    return;
  }
  const discussion = new Discussion(app.serviceManager.contents);
  const panel = new CommentsPanel(discussion, actions(discussion));
  app.shell.add(panel, 'right', { rank: 600, type: 'Comments' });
  restorer?.add(panel, 'nbhotel-comments');
  follow(app, tracker, discussion, panel);
  addCommands(app, tracker, panel, palette);
}

function actions(discussion: Discussion): IThreadActions {
  const change = (act: (path: string) => Promise<void>) =>
    discussion.change(act).catch(error => showErrorMessage('That was not done', error as Error));
  return {
    reply: (thread, text) => discussion.change(path => api.reply(path, thread.id, text)),
    edit: (comment, text) => discussion.change(path => api.edit(path, comment.id, text)),
    resolve: (thread, resolved) => void change(path => api.resolve(path, thread.id, resolved)),
    remove: async comment => {
      const answer = await showDialog({
        title: 'Delete this comment?',
        buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Delete' })]
      });
      if (answer.button.accept) {
        await change(path => api.remove(path, comment.id));
      }
    },
    reveal: cell => discussion.notebook && reveal(discussion.notebook, cell)
  };
}

/** Go to a cell. */
function reveal(notebook: NotebookPanel, id: string): void {
  const index = notebook.content.widgets.findIndex(cell => cell.model.id === id);
  if (index !== -1) {
    notebook.content.activeCellIndex = index;
    void notebook.content.scrollToItem(index, 'smart');
  }
}

/** Keep the panel and the marks in step with the notebook in front. */
function follow(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  discussion: Discussion,
  panel: CommentsPanel
): void {
  const open = (cell: string) => {
    app.shell.activateById(panel.id);
    panel.reveal(cell);
  };
  const draw = () => {
    const { notebook, threads, isKnown } = discussion;
    if (notebook && !notebook.isDisposed && isKnown) {
      mark(notebook, threads, open);
    }
    panel.refresh();
  };
  discussion.changed.connect(draw);
  tracker.activeCellChanged.connect(() => panel.refresh());
  const look = async () => {
    const notebook = tracker.currentWidget;
    await notebook?.context.ready;
    if (notebook === tracker.currentWidget) {
      discussion.notebook = notebook;
    }
  };
  const greet = (notebook: NotebookPanel) => {
    const edits = new ActivityMonitor({ signal: notebook.context.model.contentChanged, timeout: PAUSE });
    edits.activityStopped.connect(() => notebook === discussion.notebook && draw());
    notebook.disposed.connect(() => edits.dispose());
  };
  tracker.forEach(greet);
  tracker.widgetAdded.connect((_, notebook) => greet(notebook));
  tracker.currentChanged.connect(() => void look());
  void look();
}

function addCommands(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  panel: CommentsPanel,
  palette: ICommandPalette | null
): void {
  const describedBy = { args: { type: 'object', properties: {} } };
  app.commands.addCommand(SHOW, {
    label: 'Show Comments',
    caption: 'What is said about the notebook',
    icon: commentIcon,
    describedBy,
    execute: () => app.shell.activateById(panel.id)
  });
  app.commands.addCommand(COMMENT, {
    label: 'Comment on This Cell',
    icon: commentIcon,
    isEnabled: () => tracker.activeCell !== null,
    describedBy,
    execute: () => {
      app.shell.activateById(panel.id);
      panel.compose();
    }
  });
  for (const command of [SHOW, COMMENT]) {
    palette?.addItem({ command, category: 'Comments' });
  }
  app.contextMenu.addItem({ command: COMMENT, selector: '.jp-Notebook .jp-Cell', rank: 21 });
}
