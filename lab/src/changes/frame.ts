/**
 * Shows a page of the server in a frame without rights: it has no origin, reaches neither Lab nor the network,
 * and what it wants it asks for by messages.
 */
import { Message } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

/** What the page's colours are in Lab. */
const COLOURS: [string, string][] = [
  ['--ground', '--jp-layout-color1'],
  ['--paper', '--jp-layout-color1'],
  ['--sunk', '--jp-cell-editor-background'],
  ['--ink', '--jp-ui-font-color1'],
  ['--soft', '--jp-ui-font-color2'],
  ['--line', '--jp-border-color2'],
  ['--accent', '--jp-brand-color1'],
  ['--code', '--jp-code-font-family'],
  ['--text', '--jp-ui-font-family']
];

/** A button of the page: by the id of the section that it stands in. */
export type Offer = Record<string, { label: string; hint: string }>;

interface IFromPage {
  ready?: boolean;
  deed?: string;
  open?: string;
  scroll?: number;
}

export class Frame extends Widget {
  constructor() {
    super();
    this.addClass('nbhotel-Changes-frame');
    this._frame.setAttribute('sandbox', 'allow-scripts');
    this._frame.title = 'What changed';
    this.node.append(this._frame);
  }

  /** A button of the page was pressed; with the id of its section. */
  get pressed(): ISignal<this, string> {
    return this._pressed;
  }

  /** Show a page; where it was read stays where it is if it is another state of the same. */
  display(page: string, offer: Offer, same: boolean): void {
    this._offer = offer;
    if (page === this._page) {
      return;
    }
    this._page = page;
    this._scroll = same ? this._scroll : 0;
    this._hadFocus = document.activeElement === this._frame;
    this._frame.srcdoc = page;
  }

  /** Take on Lab's theme. */
  dress(): void {
    const style = getComputedStyle(document.body);
    const pairs = COLOURS.map(([own, labs]) => [own, style.getPropertyValue(labs).trim()]);
    const colours = Object.fromEntries(pairs.filter(([, value]) => value));
    this._tell({ theme: { dark: document.body.dataset.jpThemeLight === 'false', colours } });
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // A frame that is put elsewhere loads its page anew.
    window.addEventListener('message', this._onMessage);
  }

  protected onBeforeDetach(message: Message): void {
    window.removeEventListener('message', this._onMessage);
    super.onBeforeDetach(message);
  }

  private _tell(message: object): void {
    // The page has no origin by which it could be addressed; nothing that is told is secret.
    this._frame.contentWindow?.postMessage(message, '*');
  }

  private _onMessage = (event: MessageEvent) => {
    const told = (event.data as { nbhotel?: IFromPage } | null)?.nbhotel;
    if (event.source !== this._frame.contentWindow || !told) {
      return;
    }
    if (told.ready) {
      this.dress();
      this._tell({ offer: this._offer, scroll: this._scroll });
      if (this._hadFocus) {
        this._frame.focus(); // a button was pressed that is no longer there
      }
    }
    if (typeof told.scroll === 'number') {
      this._scroll = told.scroll;
    }
    if (typeof told.deed === 'string') {
      this._pressed.emit(told.deed);
    }
    if (typeof told.open === 'string' && /^(https?|mailto):/i.test(told.open)) {
      window.open(told.open, '_blank', 'noopener,noreferrer');
    }
  };

  private _frame = document.createElement('iframe');
  private _page = '';
  private _offer: Offer = {};
  private _scroll = 0;
  private _hadFocus = false;
  private _pressed = new Signal<this, string>(this);
}
