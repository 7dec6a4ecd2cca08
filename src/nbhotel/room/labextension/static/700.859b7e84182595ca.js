"use strict";(self.rspackChunknbhotel=self.rspackChunknbhotel||[]).push([[700],{881(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=(n.n(a))()(t());l.push([e.id,`/* The panel beside a notebook. */
.nbhotel-Changes {
  display: flex;
  flex-direction: column;
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size1);
  min-width: 16rem;
}

.nbhotel-Changes-bar {
  display: flex;
  align-items: center;
  gap: 8px;
  padding: 4px 8px;
  border-bottom: var(--jp-border-width) solid var(--jp-toolbar-border-color);
}

.nbhotel-Changes-choice {
  display: flex;
  flex: 1;
  align-items: center;
  gap: 8px;
  min-width: 0;
}

.nbhotel-Changes-choice[hidden],
.nbhotel-Changes-bar button[hidden] {
  display: none;
}

.nbhotel-Changes .nbhotel-Changes-choice select {
  flex: 1;
  min-width: 0;
  max-width: 28rem;
  height: 26px;
  padding: 0 4px;
  font-size: var(--jp-ui-font-size1);
  text-overflow: ellipsis;
}

.nbhotel-Changes-choice label {
  display: flex;
  align-items: center;
  gap: 2px;
  white-space: nowrap;
}

.nbhotel-Changes-bar button.jp-ToolbarButtonComponent {
  margin-left: auto;
  border: none;
  background: none;
  cursor: pointer;
}

.nbhotel-Changes-bar button:focus-visible {
  outline: 2px solid var(--jp-brand-color1);
}

.nbhotel-Changes-said {
  margin: 0;
  padding: 10px 12px;
  overflow-wrap: anywhere;
}

.nbhotel-Changes-said.jp-mod-error {
  border-left: 3px solid var(--jp-warn-color1);
}

.nbhotel-Changes-place,
.nbhotel-Changes-frame {
  display: flex;
  flex: 1;
  min-height: 0;
}

/* A frame whose page was loaded while it had no box stays blank in Chromium when it gets one. */
.nbhotel-Changes-place[hidden] {
  visibility: hidden;
}

.nbhotel-Changes-said[hidden] {
  display: none;
}

.nbhotel-Changes-frame iframe {
  flex: 1;
  width: 100%;
  border: 0;
}

.nbhotel-Changes[aria-busy] .nbhotel-Changes-bar {
  cursor: progress;
}

/* Marks at the left edge of cells. */
.jp-Notebook .jp-Cell[data-nbhotel-change] {
  box-shadow: inset 3px 0 0 -0.5px var(--nbhotel-change-color);
}

.jp-Cell[data-nbhotel-change='added'] {
  --nbhotel-change-color: var(--jp-success-color1);
}

.jp-Cell[data-nbhotel-change='changed'] {
  --nbhotel-change-color: var(--jp-warn-color1);
}

.jp-Cell[data-nbhotel-change='moved'] {
  --nbhotel-change-color: var(--jp-info-color1);
}

/* Where a cell was taken out. */
.jp-Notebook .jp-Cell[data-nbhotel-gone='after'] {
  background: linear-gradient(var(--jp-error-color1)) bottom / 100% 2px no-repeat;
}

.jp-Notebook .jp-Cell[data-nbhotel-gone='before'] {
  background: linear-gradient(var(--jp-error-color1)) top / 100% 2px no-repeat;
}
`,""]),n.d(o,{},{A:l})},682(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=(n.n(a))()(t());l.push([e.id,`/* The comments' side panel, in the theme of Lab. */
.nbhotel-Comments {
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  display: flex;
  flex-direction: column;
  font-size: var(--jp-ui-font-size1);
  gap: 6px;
  min-width: 16rem;
  padding: 8px;
}

.nbhotel-Comments.lm-mod-hidden,
.nbhotel-Comments [hidden] {
  display: none;
}

.nbhotel-Comments-form {
  display: flex;
  flex: none;
  flex-direction: column;
  gap: 4px;
}

.nbhotel-Comments .nbhotel-Comments-form select {
  appearance: auto;
  font-size: inherit;
  height: 26px;
  width: 100%;
}

.nbhotel-Comments-form textarea {
  background: var(--jp-input-background);
  border: var(--jp-border-width) solid var(--jp-border-color1);
  box-sizing: border-box;
  color: var(--jp-ui-font-color0);
  field-sizing: content;
  font: inherit;
  max-height: 16em;
  padding: 5px;
  resize: vertical;
  width: 100%;
}

.nbhotel-Comments-buttons {
  align-items: center;
  display: flex;
  gap: 8px;
}

.nbhotel-Comments-message,
.nbhotel-Comments-said,
.nbhotel-Comments-failed {
  flex: none;
  margin: 0;
  overflow-wrap: anywhere;
}

.nbhotel-Comments-failed {
  color: var(--jp-error-color0);
}

.nbhotel-Comments p:empty {
  display: none;
}

.nbhotel-Comments-all {
  flex: none;
}

.nbhotel-Comments-list,
.nbhotel-Comments-comments {
  list-style: none;
  margin: 0;
  padding: 0;
}

.nbhotel-Comments-list {
  flex: 1 1 0;
  overflow: auto;
}

.nbhotel-Comments-thread {
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
  display: flex;
  flex-direction: column;
  gap: 4px;
  padding: 8px 0;
}

.nbhotel-Comments-thread.nbhotel-mod-resolved .nbhotel-Comments-text {
  color: var(--jp-ui-font-color2);
}

.nbhotel-Comments-place,
.nbhotel-Comments-head {
  align-items: baseline;
  display: flex;
  flex-wrap: wrap;
  gap: 2px 8px;
}

.nbhotel-Comments-place code {
  background: var(--jp-cell-editor-background);
  flex: 1;
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
  min-width: 0;
  overflow: hidden;
  padding: 0 4px;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nbhotel-Comments-comment {
  border-left: 3px solid var(--jp-border-color2);
  margin: 4px 0;
  padding-left: 8px;
}

.nbhotel-Comments-time {
  color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size0);
}

.nbhotel-Comments-text {
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}

.nbhotel-Comments-text .jp-RenderedHTMLCommon {
  white-space: normal;
  color: inherit;
  font-size: inherit;
  padding-right: 0;
}

.nbhotel-Comments-text .jp-RenderedHTMLCommon > :last-child {
  margin-bottom: 0;
}

.nbhotel-Comments-link {
  background: none;
  border: 0;
  color: var(--jp-content-link-color);
  cursor: pointer;
  font: inherit;
  padding: 0;
  text-align: left;
}

/* Marks in the margin of cells. */
.nbhotel-CommentMark {
  background: var(--jp-layout-color1);
  border: 0;
  cursor: pointer;
  left: calc(var(--jp-cell-collapser-width) + 6px);
  line-height: 0;
  padding: 1px;
  position: absolute;
  top: 7px;
  z-index: 1;
}

.jp-Notebook .jp-Cell:has(> .nbhotel-CommentMark) {
  position: relative;
}
`,""]),n.d(o,{},{A:l})},163(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=(n.n(a))()(t());l.push([e.id,`.nbhotel-Share-line {
  display: flex;
  gap: 8px;
  align-items: center;
  margin: 4px 0;
}

.nbhotel-Share-line > span {
  flex: 1 1 auto;
  overflow-wrap: anywhere;
}

.nbhotel-Share-line > select {
  flex: 0 0 11em;
  width: 11em;
}

.nbhotel-Share-line > button {
  flex: 0 0 auto;
}

.nbhotel-Share-list {
  max-height: 35vh;
  overflow-y: auto;
}

.nbhotel-Share-new {
  border-top: 1px solid var(--jp-border-color2);
  margin-top: 8px;
  padding-top: 8px;
}

.nbhotel-Taken {
  border-top: 1px solid var(--jp-border-color2);
  flex: 0 0 auto;
  max-height: 40%;
  overflow-y: auto;
  padding: 4px 0;
}

.nbhotel-Taken-title {
  color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size0);
  font-weight: 600;
  letter-spacing: 1px;
  padding: 2px 12px 4px;
  text-transform: uppercase;
}

.nbhotel-Taken-row {
  align-items: center;
  display: flex;
}

.nbhotel-Taken-row:hover {
  background: var(--jp-layout-color2);
}

.nbhotel-Taken-line {
  align-items: center;
  color: var(--jp-ui-font-color1);
  display: flex;
  flex: 1;
  font-size: var(--jp-ui-font-size1);
  gap: 6px;
  min-width: 0;
  padding: 4px 12px;
}

.nbhotel-Taken-line > span:nth-child(2) {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nbhotel-Taken-line > small {
  color: var(--jp-ui-font-color2);
}

.nbhotel-mod-away {
  opacity: 0.6;
}

.nbhotel-Taken-leave {
  background: none;
  border: none;
  color: var(--jp-ui-font-color2);
  cursor: pointer;
}

.nbhotel-Visitor {
  background: var(--jp-warn-color3, var(--jp-layout-color2));
  border-radius: 3px;
  color: var(--jp-ui-font-color0);
  font-size: var(--jp-ui-font-size1);
  margin: 3px 8px;
  padding: 2px 8px;
  white-space: nowrap;
}
`,""]),n.d(o,{},{A:l})},646(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=n.n(a),i=n(881),p=n(682),d=n(163),s=n(909),h=n(395),c=n(560),f=n(678),b=l()(t());b.i(i.A),b.i(p.A),b.i(d.A),b.i(s.A),b.i(h.A),b.i(c.A),b.i(f.A),b.push([e.id,`/* What each feature needs stands in a file of its own. */
`,""]),n.d(o,{},{A:b})},395(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=(n.n(a))()(t());l.push([e.id,`/* The journal's side panel, in the theme of Lab. */
.nbhotel-Journal {
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  display: flex;
  flex-direction: column;
  font-size: var(--jp-ui-font-size1);
  gap: 6px;
  padding: 8px;
}

.nbhotel-Journal.lm-mod-hidden {
  display: none;
}

.nbhotel-Journal > input[type='search'] {
  background: var(--jp-input-background);
  border: var(--jp-border-width) solid var(--jp-border-color1);
  color: var(--jp-ui-font-color0);
  flex: none;
  font-size: inherit;
  padding: 5px;
}

.nbhotel-Journal-filters,
.nbhotel-Journal-switches {
  display: flex;
  flex: none;
  flex-wrap: wrap;
  gap: 2px 12px;
}

.nbhotel-Journal-switches {
  border-top: var(--jp-border-width) solid var(--jp-border-color2);
  padding-top: 6px;
}

.nbhotel-Journal-message {
  color: var(--jp-ui-font-color1);
  flex: none;
  margin: 0;
  overflow-wrap: anywhere;
}

.nbhotel-Journal-message:empty {
  display: none;
}

.nbhotel-Journal-list {
  flex: 1 1 0;
  list-style: none;
  margin: 0;
  overflow: auto;
  padding: 0;
}

.nbhotel-Journal-run {
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
  padding: 6px 0;
}

.nbhotel-Journal-head {
  color: var(--jp-ui-font-color1);
  display: flex;
  flex-wrap: wrap;
  font-size: var(--jp-ui-font-size0);
  gap: 2px 8px;
}

.nbhotel-Journal-failed {
  color: var(--jp-error-color0);
}

.nbhotel-Journal-code,
.nbhotel-Journal-output {
  background: var(--jp-cell-editor-background);
  color: var(--jp-content-font-color1);
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
  line-height: var(--jp-code-line-height);
  margin: 4px 0;
  max-height: 12em;
  overflow: auto;
  padding: 4px;
}

.nbhotel-Journal-output {
  background: none;
  border-left: 3px solid var(--jp-border-color2);
  max-height: 6em;
}

.nbhotel-Journal-button,
.nbhotel-Journal-link {
  background: none;
  border: 0;
  color: inherit;
  cursor: pointer;
  font: inherit;
  padding: 2px 4px;
}

.nbhotel-Journal-link {
  color: var(--jp-content-link-color);
  overflow-wrap: anywhere;
  padding: 0;
  text-align: left;
}

.nbhotel-Journal-button:hover {
  background: var(--jp-layout-color2);
}

.nbhotel-Journal > button {
  flex: none;
}
`,""]),n.d(o,{},{A:l})},678(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=(n.n(a))()(t());l.push([e.id,`.nbhotel-Share {
  display: flex;
  flex-direction: column;
  gap: 8px;
  width: 440px;
  max-width: 80vw;
}

.nbhotel-Share-field {
  display: grid;
  grid-template-columns: 120px 1fr;
  gap: 8px;
  align-items: center;
}

.nbhotel-Share-field > .jp-mod-styled,
.nbhotel-Share-field > .jp-select-wrapper {
  margin: 0;
  min-width: 0;
  width: 100%;
}

.nbhotel-Share-field input,
.nbhotel-Share-field select {
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size1);
}

.nbhotel-Share-check {
  display: flex;
  gap: 6px;
  align-items: center;
}

.nbhotel-Share-files {
  max-height: 20vh;
  overflow-y: auto;
}

.nbhotel-Share-note {
  color: var(--jp-ui-font-color2);
  overflow-wrap: anywhere;
}

.nbhotel-Share-missing {
  display: flex;
  flex-direction: column;
  gap: 4px;
}

.nbhotel-Share-missing[hidden] {
  display: none;
}

.nbhotel-Share-note.nbhotel-mod-failed {
  color: var(--jp-error-color1);
}

.nbhotel-Share-note:empty {
  display: none;
}

.nbhotel-Share-steps,
.nbhotel-Share-secrets {
  margin: 0;
  padding-left: 20px;
  max-height: 40vh;
  overflow-y: auto;
  overflow-wrap: anywhere;
}

.nbhotel-Share-bar {
  width: 100%;
  accent-color: var(--jp-brand-color1);
}

.nbhotel-Share-result {
  display: flex;
  gap: 8px;
  align-items: center;
  justify-content: space-between;
}

.nbhotel-Share-link {
  color: var(--jp-content-link-color);
  text-decoration: underline;
  overflow-wrap: anywhere;
}
`,""]),n.d(o,{},{A:l})},560(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=(n.n(a))()(t());l.push([e.id,`/* Terminal cells: an edge of their own, and a line below that says that they are not saved. */
.nbhotel-TerminalCell .jp-InputArea-editor {
  border-left: 3px solid var(--jp-warn-color1);
  background: var(--jp-layout-color2);
}

.nbhotel-TerminalBar {
  display: flex;
  align-items: baseline;
  gap: 8px;
  margin-left: calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width));
  padding: 2px 4px;
  font-family: var(--jp-ui-font-family);
  font-size: var(--jp-ui-font-size0);
  color: var(--jp-ui-font-color1);
}

.nbhotel-TerminalBadge {
  flex: none;
  padding: 0 6px;
  border: 1px dashed var(--jp-border-color0);
  border-radius: 8px;
}

.nbhotel-TerminalStatus.nbhotel-mod-failed {
  color: var(--jp-error-color1);
}

.nbhotel-TerminalInput.jp-mod-styled {
  flex: 1 1 auto;
  min-width: 8em;
  height: 22px;
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
}

.nbhotel-TerminalInput[hidden] {
  display: none;
}
`,""]),n.d(o,{},{A:l})},909(e,o,n){var r=n(601),t=n.n(r),a=n(314),l=(n.n(a))()(t());l.push([e.id,`.nbhotel-Transfer {
  position: fixed;
  right: 344px; /* beside Lab's own notifications */
  bottom: 40px;
  z-index: 1000;
  width: 360px;
  max-height: 50vh;
  overflow-y: auto;
  color: var(--jp-ui-font-color1);
  background: var(--jp-layout-color1);
  border: var(--jp-border-width) solid var(--jp-border-color1);
  border-radius: var(--jp-border-radius);
  box-shadow: var(--jp-elevation-z6);
  font-size: var(--jp-ui-font-size1);
}

.nbhotel-Transfer-rows {
  list-style: none;
  margin: 0;
  padding: 0;
}

.nbhotel-Transfer-row {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 8px;
  align-items: center;
  padding: 8px 12px;
  border-bottom: var(--jp-border-width) solid var(--jp-border-color2);
}

.nbhotel-Transfer-name {
  flex: 1 0 100%;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nbhotel-Transfer-bar {
  flex: 1 0 100%;
  accent-color: var(--jp-brand-color1);
}

.nbhotel-Transfer-note {
  flex: 1;
  color: var(--jp-ui-font-color2);
}

.nbhotel-Transfer-buttons {
  display: flex;
  gap: 4px;
}

.nbhotel-mod-failed .nbhotel-Transfer-note {
  color: var(--jp-error-color1);
  overflow-wrap: anywhere;
}

.nbhotel-Transfer-zone > span {
  flex: 1 0 100%;
  overflow-wrap: anywhere;
}

.nbhotel-Transfer-input {
  display: none;
}

.nbhotel-mod-dropTarget {
  outline: 2px dashed var(--jp-brand-color1);
  outline-offset: -2px;
}
`,""]),n.d(o,{},{A:l})},314(e){e.exports=function(e){var o=[];return o.toString=function(){return this.map(function(o){var n="",r=void 0!==o[5];return o[4]&&(n+="@supports (".concat(o[4],") {")),o[2]&&(n+="@media ".concat(o[2]," {")),r&&(n+="@layer".concat(o[5].length>0?" ".concat(o[5]):""," {")),n+=e(o),r&&(n+="}"),o[2]&&(n+="}"),o[4]&&(n+="}"),n}).join("")},o.i=function(e,n,r,t,a){"string"==typeof e&&(e=[[null,e,void 0]]);var l={};if(r)for(var i=0;i<this.length;i++){var p=this[i][0];null!=p&&(l[p]=!0)}for(var d=0;d<e.length;d++){var s=[].concat(e[d]);r&&l[s[0]]||(void 0!==a&&(void 0===s[5]||(s[1]="@layer".concat(s[5].length>0?" ".concat(s[5]):""," {").concat(s[1],"}")),s[5]=a),n&&(s[2]&&(s[1]="@media ".concat(s[2]," {").concat(s[1],"}")),s[2]=n),t&&(s[4]?(s[1]="@supports (".concat(s[4],") {").concat(s[1],"}"),s[4]=t):s[4]="".concat(t)),o.push(s))}},o}},601(e){e.exports=function(e){return e[1]}},72(e){var o=[];function n(e){for(var n=-1,r=0;r<o.length;r++)if(o[r].identifier===e){n=r;break}return n}function r(e,r){for(var t={},a=[],l=0;l<e.length;l++){var i=e[l],p=r.base?i[0]+r.base:i[0],d=t[p]||0,s="".concat(p," ").concat(d);t[p]=d+1;var h=n(s),c={css:i[1],media:i[2],sourceMap:i[3],supports:i[4],layer:i[5]};if(-1!==h)o[h].references++,o[h].updater(c);else{var f=function(e,o){var n=o.domAPI(o);return n.update(e),function(o){o?(o.css!==e.css||o.media!==e.media||o.sourceMap!==e.sourceMap||o.supports!==e.supports||o.layer!==e.layer)&&n.update(e=o):n.remove()}}(c,r);r.byIndex=l,o.splice(l,0,{identifier:s,updater:f,references:1})}a.push(s)}return a}e.exports=function(e,t){var a=r(e=e||[],t=t||{});return function(e){e=e||[];for(var l=0;l<a.length;l++){var i=n(a[l]);o[i].references--}for(var p=r(e,t),d=0;d<a.length;d++){var s=n(a[d]);0===o[s].references&&(o[s].updater(),o.splice(s,1))}a=p}}},659(e){var o={};e.exports=function(e,n){var r=function(e){if(void 0===o[e]){var n=document.querySelector(e);if(window.HTMLIFrameElement&&n instanceof window.HTMLIFrameElement)try{n=n.contentDocument.head}catch(e){n=null}o[e]=n}return o[e]}(e);if(!r)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");r.appendChild(n)}},540(e){e.exports=function(e){var o=document.createElement("style");return e.setAttributes(o,e.attributes),e.insert(o,e.options),o}},56(e,o,n){e.exports=function(e){var o=n.nc;o&&e.setAttribute("nonce",o)}},825(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var o=e.insertStyleElement(e);return{update:function(n){var r,t,a;r="",n.supports&&(r+="@supports (".concat(n.supports,") {")),n.media&&(r+="@media ".concat(n.media," {")),(t=void 0!==n.layer)&&(r+="@layer".concat(n.layer.length>0?" ".concat(n.layer):""," {")),r+=n.css,t&&(r+="}"),n.media&&(r+="}"),n.supports&&(r+="}"),(a=n.sourceMap)&&"u">typeof btoa&&(r+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(a))))," */")),e.styleTagTransform(r,o,e.options)},remove:function(){var e;null===(e=o).parentNode||e.parentNode.removeChild(e)}}}},113(e){e.exports=function(e,o){if(o.styleSheet)o.styleSheet.cssText=e;else{for(;o.firstChild;)o.removeChild(o.firstChild);o.appendChild(document.createTextNode(e))}}},959(e,o,n){var r=n(72),t=n.n(r),a=n(825),l=n.n(a),i=n(659),p=n.n(i),d=n(56),s=n.n(d),h=n(540),c=n.n(h),f=n(113),b=n.n(f),u=n(646),m={};m.styleTagTransform=b(),m.setAttributes=s(),m.insert=p().bind(null,"head"),m.domAPI=l(),m.insertStyleElement=c(),t()(u.A,m),u.A&&u.A.locals&&u.A.locals}}]);