/**
 * Output of a shell in a cell's output area.
 */
import { ICodeCellModel } from '@jupyterlab/cells';

/** Let the first `keep` letters of a cell's output be followed by `text`. */
export function showOutput(model: ICodeCellModel, keep: number, text: string): void {
  const outputs = model.outputs;
  if (keep === 0 || outputs.length !== 1 || !outputs.get(0).streamText) {
    outputs.clear();
    if (text) {
      outputs.add({ output_type: 'stream', name: 'stdout', text });
    }
    return;
  }
  const stream = outputs.get(0).streamText!;
  if (keep < stream.text.length) {
    stream.remove(keep, stream.text.length);
  }
  if (text) {
    stream.insert(keep, text);
  }
}
