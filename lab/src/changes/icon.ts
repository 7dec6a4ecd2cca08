import { LabIcon } from '@jupyterlab/ui-components';

/** A plus above a minus. */
export const changesIcon = new LabIcon({
  name: 'nbhotel:changes',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3 jp-icon-selectable" fill="#616161" d="M11 3h2v5h5v2h-5v5h-2v-5H6V8h5zM6 18h12v2H6z"/>
</svg>`
});
