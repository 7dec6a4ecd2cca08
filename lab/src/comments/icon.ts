import { LabIcon } from '@jupyterlab/ui-components';

/** A speech balloon with two lines of text. */
export const commentIcon = new LabIcon({
  name: 'nbhotel:comment',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3 jp-icon-selectable" fill="#616161" fill-rule="evenodd"
    d="M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 2v11h16V5H4zm2 3h12v2H6V8zm0 4h8v2H6v-2z"/>
</svg>`
});
