/**
 * What people are asked before a gist or a project is shared.
 */
import { Dialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { Widget } from '@lumino/widgets';
import { toldSize } from '../transfer/panel';
import * as api from './api';
import { checkbox, choice, element, field, link, textInput } from './fields';

const KEEP: [string, string] = ['keep', 'leave with the notebook'];
const STRIP: [string, string] = ['strip', 'stay here'];
/** The browser remembers by this, and the gist's address. */
const OUTPUTS = 'nbhotel:share-outputs:';

/** What both forms begin with: the host, and whether it knows us. */
abstract class Form<Known extends { host: api.IHost }>
  extends Widget
  implements Dialog.IBodyWidget<api.IWish>
{
  constructor(
    known: Known,
    private readonly _look: (host: string) => Promise<Known>
  ) {
    super();
    this.addClass('nbhotel-Share');
    this._host = textInput(known.host.name, 'github.com');
    this._host.addEventListener('change', () => void this._lookAgain());
    this._token.setAttribute('role', 'status');
    this._typed.type = 'password';
    this._typed.autocomplete = 'off';
    void this._lookForToken();
  }

  abstract getValue(): api.IWish;

  /** What depends on the host. */
  protected abstract told(known: Known): void;

  protected get host(): string {
    return this._host.value.trim();
  }

  /** Give the server the token that was typed, if one was. Throws ServerError if the host does not take it. */
  async giveToken(): Promise<void> {
    const typed = this._typed.value.trim();
    if (typed) {
      await api.giveToken(this.host, typed);
    }
  }

  protected readonly hostLines = () => [field('Host', this._host), this._token, this._missing];

  /** Another host was typed. */
  private async _lookAgain(): Promise<void> {
    const host = this.host;
    try {
      const known = await this._look(host);
      if (host === this.host) {
        this.told(known);
        await this._lookForToken();
      }
    } catch (error) {
      this._tell((error as Error).message, true);
    }
  }

  private async _lookForToken(): Promise<void> {
    const host = this.host;
    this._tell('Looks for a token…');
    try {
      const found = await api.knownToken(host);
      if (host === this.host) {
        const token = `${found.host.title}, with the token from ${found.source}`;
        this._tell(found.problem || token, !!found.problem);
        this._ask(found);
      }
    } catch (error) {
      this._tell((error as Error).message, true);
    }
  }

  /** Where there is no token, one can be typed. */
  private _ask(found: api.IToken): void {
    this._typed.value = '';
    this._missing.hidden = !found.problem;
    this._missing.replaceChildren(
      field('Or a token', this._typed),
      element('div', 'nbhotel-Share-note', 'Made at ', link(found.host.page))
    );
  }

  private _tell(text: string, isProblem = false): void {
    this._token.className = 'nbhotel-Share-note';
    this._token.classList.toggle('nbhotel-mod-failed', isProblem);
    this._token.textContent = text;
    this._missing.hidden = true;
  }

  private _host: HTMLInputElement;
  private _token = element('div');
  private _missing = element('div', 'nbhotel-Share-missing');
  private _typed = textInput('', '');
}

/** How the outputs of a gist left: an update shall not send what was held back before. */
export function outputsOf(address = ''): string {
  return window.localStorage.getItem(OUTPUTS + address) ?? 'keep';
}

export function rememberOutputs(address: string, outputs: string): void {
  window.localStorage.setItem(OUTPUTS + address, outputs);
}

export class GistForm extends Form<api.IKnownGist> {
  constructor(
    private readonly _path: string,
    known: api.IKnownGist,
    private readonly _isUpdate: boolean
  ) {
    super(known, host => api.knownGist(_path, host));
    this.node.append(this._before, ...this.hostLines());
    if (!_isUpdate) {
      this.node.append(field('Who can read it', this._public));
    }
    this.node.append(field('Outputs', this._outputs), field('Description', this._description));
    this._addFiles(known);
    this.told(known);
    this._outputs.value = outputsOf(known.gist?.address);
  }

  getValue(): api.IWish {
    const folder = PathExt.dirname(this._path);
    const chosen = this._files.filter(({ box }) => box.checked);
    return {
      path: this._path,
      host: this.host,
      outputs: this._outputs.value,
      public: !this._isUpdate && this._public.value === 'public',
      update: this._isUpdate,
      description: this._description.value.trim(),
      files: chosen.map(({ name }) => PathExt.join(folder, name))
    };
  }

  protected told(known: api.IKnownGist): void {
    const chosen = this._public.value;
    const secret = known.hidden || 'those who have its address';
    this._public.replaceChildren(
      new Option(secret, 'secret'),
      new Option('everybody: it is listed', 'public')
    );
    this._public.value = chosen || 'secret';
    const { gist } = known;
    const day = gist ? new Date(gist.shared).toLocaleDateString() : '';
    const words = this._isUpdate ? 'This changes ' : 'This makes another one than ';
    this._before.replaceChildren(
      ...(gist ? [words, link(gist.address), ` (${gist.public ? 'public' : 'secret'}, ${day}).`] : [])
    );
  }

  private _addFiles(known: api.IKnownGist): void {
    this._files = known.beside.map(({ name, size, shared }) => ({
      name,
      ...checkbox(`${name} (${toldSize(size)})`, shared)
    }));
    if (this._files.length) {
      const lines = this._files.map(({ line }) => line);
      const list = element('div', 'nbhotel-Share-files', ...lines);
      list.setAttribute('role', 'group');
      list.setAttribute('aria-label', 'Files that go with it');
      this.node.append(element('div', '', 'Files that go with it:'), list);
    }
  }

  private _before = element('div', 'nbhotel-Share-note');
  private _public = choice([]);
  private _outputs = choice([KEEP, STRIP]);
  private _description = textInput('', this._isUpdate ? 'as it is' : 'the names of the files');
  private _files: { name: string; box: HTMLInputElement; line: HTMLLabelElement }[] = [];
}

export class ProjectForm extends Form<api.IKnownProject> {
  constructor(private readonly _known: api.IKnownProject) {
    super(_known, host => api.knownProject(_known.path, host));
    const { files, size, path } = _known;
    const what = element('strong', '', path || 'All files of this server');
    const count = files === 1 ? '1 file' : `${files} files`;
    this.node.append(
      element('div', '', what, `: ${count}, ${toldSize(size)}`),
      ...this.hostLines(),
      field('Repository', this._repository),
      field('If it is new', this._public),
      field('Branch', this._branch),
      this._pull.line,
      field('Message', this._message),
      field('Outputs', this._outputs)
    );
    this.told(_known);
  }

  getValue(): api.IWish {
    return {
      path: this._known.path,
      host: this.host,
      outputs: this._outputs.value,
      repository: this._repository.value.trim(),
      public: this._public.value === 'public',
      branch: this._branch.value.trim(),
      pull: this._pull.box.checked,
      message: this._message.value.trim()
    };
  }

  protected told(known: api.IKnownProject): void {
    this._repository.value = known.repository;
    this._pull.line.lastChild!.textContent = `Open a ${known.host.pull} of this branch`;
  }

  private _repository = textInput('', `OWNER/NAME; else yours, called ${this._known.name}`);
  private _public = choice([
    ['private', 'private'],
    ['public', 'public: everybody may see it']
  ]);
  private _branch = textInput('', this._known.branch || 'main');
  private _pull = checkbox(' ');
  private _message = textInput('', `Share ${this._known.path.split('/').pop() || this._known.name}`);
  private _outputs = choice(
    this._known.configured ? [['', 'as git is set up'], STRIP, KEEP] : [['strip', STRIP[1]], KEEP]
  );
}
