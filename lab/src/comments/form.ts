/**
 * A field for Markdown with a button. What was typed stays until the server has taken it.
 */
import { element } from './elements';

export class Form {
  /** `send` is called with what was typed; what it throws is shown below the field. */
  constructor(
    label: string,
    action: string,
    private readonly send: (text: string) => Promise<void>
  ) {
    this.field.rows = 1;
    this.field.placeholder = label;
    this.field.setAttribute('aria-label', label);
    this.field.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        void this.submit();
      }
    });
    this.said.setAttribute('role', 'alert');
    const button = element('button', 'jp-mod-styled jp-mod-minimal', action);
    button.title = `${action} (Ctrl+Enter)`;
    this.node.addEventListener('submit', event => {
      event.preventDefault();
      void this.submit();
    });
    this.buttons.append(button);
    this.node.append(this.field, this.said, this.buttons);
  }

  readonly node = element('form', 'nbhotel-Comments-form');
  readonly field = element('textarea', 'jp-mod-styled');
  readonly buttons = element('div', 'nbhotel-Comments-buttons');

  private async submit(): Promise<void> {
    const text = this.field.value;
    if (this.isBusy || !text.trim()) {
      return;
    }
    this.isBusy = true;
    this.said.textContent = '';
    try {
      await this.send(text);
      // Somebody may have typed on.
      this.field.value = this.field.value === text ? '' : this.field.value;
    } catch (error) {
      this.said.textContent = (error as Error).message;
    }
    this.isBusy = false;
  }

  private isBusy = false;
  private readonly said = element('p', 'nbhotel-Comments-failed');
}
