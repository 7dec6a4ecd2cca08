/**
 * The line below a terminal cell: that it is not saved, how its last run ended, and while it runs, where to
 * type what its program asks for.
 */
import { Widget } from '@lumino/widgets';
import { IRun } from './channel';
import { keyText } from './keys';

/** Milliseconds after which a program can be typed to even if it doesn't seem to wait. */
const PATIENCE = 1000;

export class Bar extends Widget {
  /** `type` gets what is typed, `interrupt` is called for Ctrl+C. */
  constructor(
    private _type: (text: string) => void,
    private _interrupt: () => void
  ) {
    super();
    this.addClass('nbhotel-TerminalBar');
    this.node.dataset.lmSuppressShortcuts = 'true';
    this._badge.className = 'nbhotel-TerminalBadge';
    this._badge.textContent = 'Terminal · not saved';
    this._badge.title = 'This cell goes to a shell that lives as long as the kernel. It is never saved.';
    this._status.className = 'nbhotel-TerminalStatus';
    this._status.setAttribute('role', 'status');
    this._input.className = 'nbhotel-TerminalInput jp-mod-styled';
    this._input.setAttribute('aria-label', 'Input for the running program');
    this._input.autocomplete = 'off';
    this._input.spellcheck = false;
    this._input.addEventListener('keydown', event => this._onKey(event));
    this._input.hidden = true;
    this.node.append(this._badge, this._input, this._status);
  }

  /** Whether the person may be sent to the input, once it is needed. */
  mayFocus: () => boolean = () => false;

  /** Show what is known of the last run. */
  update_(run: IRun): void {
    const started = this._run?.job !== run.job || this._run.state !== run.state;
    this._run = run;
    this._status.textContent = statusText(run);
    this._status.classList.toggle('nbhotel-mod-failed', run.state === 'done' && run.status !== 0);
    this._input.type = run.echo || !run.lines ? 'text' : 'password';
    this._input.placeholder = run.lines
      ? run.echo
        ? 'Input, then Enter'
        : 'Not shown, then Enter'
      : 'Each key goes to the program';
    if (run.state !== 'running') {
      this._offer(false);
    } else if (run.waits) {
      this._offer(true);
    } else if (started) {
      window.clearTimeout(this._patience);
      // Another run's time must not take the input away from this one's.
      this._patience = window.setTimeout(() => {
        if (this._run?.job === run.job && this._run.state === 'running') {
          this._offer(true);
        }
      }, PATIENCE);
    }
  }

  private _offer(on: boolean): void {
    if (this._input.hidden !== on) {
      return;
    }
    this._input.hidden = !on;
    this._input.value = '';
    if (on && this._run?.waits && this.mayFocus()) {
      this._input.focus();
    }
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.isComposing) {
      return;
    }
    const plainControl = event.ctrlKey && !event.altKey && !event.metaKey;
    if (plainControl && event.key === 'c' && this._input.selectionStart === this._input.selectionEnd) {
      this._interrupt();
    } else if (plainControl && event.key === 'd') {
      // An end of input; what stands there goes with it, as in a terminal.
      this._type(`${this._input.value}\x04`);
      this._input.value = '';
    } else if (this._run?.lines === false) {
      const text = keyText(event);
      if (text === null) {
        return;
      }
      this._type(text);
    } else if (event.key === 'Enter') {
      this._type(`${this._input.value}\n`);
      this._input.value = '';
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private _run?: IRun;
  private _patience?: number;
  private _badge = document.createElement('span');
  private _status = document.createElement('span');
  private _input = document.createElement('input');
}

function statusText(run: IRun): string {
  if (run.state !== 'done') {
    return run.state;
  }
  const status = run.status === null || run.status === 0 ? '' : `exit ${run.status}`;
  return [status, run.note].filter(part => part).join(' · ');
}
