/**
 * Lab's choice of a cell's type in the notebook's toolbar, with one more.
 */
import { CellTypeSwitcher, Notebook } from '@jupyterlab/notebook';
import * as React from 'react';
import { isTerminal, selected, toCode, toTerminal } from './cell';

export class TerminalSwitcher extends CellTypeSwitcher {
  constructor(private _cells: Notebook) {
    super(_cells);
    const change = this.handleChange;
    this.handleChange = event => {
      if (event.target.value === 'terminal') {
        toTerminal(_cells);
        _cells.activate();
      } else if (event.target.value !== '-') {
        toCode(_cells);
        change(event);
      }
      this.update();
    };
  }

  render(): JSX.Element {
    const select = super.render();
    const own = this._cells ? selected(this._cells).map(isTerminal) : [];
    const value = own.every(each => !each) ? select.props.value : own.every(each => each) ? 'terminal' : '-';
    const option = React.createElement('option', { key: 'terminal', value: 'terminal' }, 'Terminal');
    const options = [...React.Children.toArray(select.props.children), option];
    return React.cloneElement(select, { value, onChange: this.handleChange }, ...options);
  }
}
