/**
 * A share on its way: its steps as they are done, then its address; what looks secret is asked about.
 */
import { Clipboard, Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { ServerError } from '../server';
import * as api from './api';
import { element, link } from './fields';

/** Milliseconds between questions how far it is; more after a lost connection. */
const PAUSE = 300;
const PAUSE_AFTER_LOSS = 2000;

/**
 * Share, and show it, until it has an end or somebody doesn't want to let go what looks secret; `done` is
 * called as soon as it is shared.
 */
export async function share(
  title: string,
  kind: api.Kind,
  wish: api.IWish,
  done: (result: api.IResult) => void
): Promise<void> {
  let allowed: api.IFinding[] = [];
  for (;;) {
    const secrets = await once(title, () => api.start(kind, wish, allowed), done);
    if (!secrets || !(await mayLeave(secrets))) {
      return;
    }
    allowed = secrets;
  }
}

/** Follow one attempt; return what it found to be secret, if that is how it ended. */
async function once(
  title: string,
  start: () => Promise<{ id: string }>,
  done: (result: api.IResult) => void
): Promise<api.IFinding[] | null> {
  const progress = new Progress();
  const dialog = new Dialog({ title, body: progress, buttons: [Dialog.okButton({ label: 'Close' })] });
  const closed = dialog.launch();
  try {
    const { id } = await start();
    const end = await followed(id, state => progress.tell(state));
    if (end.state === 'asks') {
      dialog.reject();
      return end.secrets ?? [];
    }
    progress.end(end.result!);
    done(end.result!);
    if (dialog.isDisposed) {
      notify(title, end.result!);
    }
  } catch (error) {
    progress.fail((error as Error).message);
    if (dialog.isDisposed) {
      Notification.error(`${title}: ${(error as Error).message}`, { autoClose: false });
    }
  }
  await closed;
  return null;
}

/** Ask until it has an end. A lost connection ends nothing on the server. */
async function followed(id: string, show: (state: api.IJob) => void): Promise<api.IJob> {
  let last: api.IJob = { state: 'running', steps: [], note: '' };
  for (;;) {
    let pause = PAUSE;
    try {
      last = await api.job(id);
    } catch (error) {
      if (error instanceof ServerError) {
        throw error;
      }
      last = { ...last, note: 'the server does not answer; asks again' };
      pause = PAUSE_AFTER_LOSS;
    }
    show(last);
    if (last.state !== 'running') {
      return last;
    }
    await new Promise(resolve => window.setTimeout(resolve, pause));
  }
}

async function mayLeave(secrets: api.IFinding[]): Promise<boolean> {
  const body = new Widget();
  body.addClass('nbhotel-Share');
  const lines = secrets.map(({ path, what }) => element('li', '', element('strong', '', path), `: ${what}`));
  body.node.append(
    element('div', '', 'Nothing was sent yet. This looks like a password, key or token:'),
    element('ul', 'nbhotel-Share-secrets', ...lines)
  );
  const { button } = await showDialog({
    title: secrets.length === 1 ? 'Share a secret?' : `Share ${secrets.length} secrets?`,
    body,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Share Nevertheless' })],
    defaultButton: 0
  });
  return button.accept;
}

/** The body of the window: what is done, what is waited for, and what came of it. */
class Progress extends Widget {
  constructor() {
    super();
    this.addClass('nbhotel-Share');
    this.node.setAttribute('aria-live', 'polite');
    this.node.append(this._steps, this._bar, this._note);
    this._bar.setAttribute('aria-label', 'Sharing');
  }

  tell(state: api.IJob): void {
    // Only what is new: a screen reader reads what is added.
    const fresh = state.steps.slice(this._steps.childElementCount);
    this._steps.append(...fresh.map(step => element('li', '', step)));
    if (this._note.textContent !== state.note) {
      this._note.textContent = state.note;
    }
  }

  end(result: api.IResult): void {
    this._bar.remove();
    this._note.remove();
    for (const address of [result.address, result.pull].filter(each => !!each) as string[]) {
      const copy = element('button', 'jp-mod-styled jp-mod-reject', 'Copy');
      copy.type = 'button';
      copy.title = 'Copy the address';
      copy.onclick = () => {
        Clipboard.copyToSystem(address);
        copy.textContent = 'Copied';
      };
      this.node.append(element('div', 'nbhotel-Share-result', link(address), copy));
    }
  }

  fail(message: string): void {
    this._bar.remove();
    this._note.textContent = message;
    this._note.setAttribute('role', 'alert');
    this._note.classList.add('nbhotel-mod-failed');
  }

  private _steps = element('ul', 'nbhotel-Share-steps');
  private _bar = element('progress', 'nbhotel-Share-bar');
  private _note = element('div', 'nbhotel-Share-note');
}

/** The end, for somebody who has closed the window before. */
function notify(title: string, result: api.IResult): void {
  const address = result.pull || result.address;
  Notification.success(`${title}: ${address}`, {
    autoClose: false,
    actions: [
      { label: 'Open', callback: () => void window.open(address, '_blank', 'noopener') },
      { label: 'Copy', callback: () => Clipboard.copyToSystem(address) }
    ]
  });
}
