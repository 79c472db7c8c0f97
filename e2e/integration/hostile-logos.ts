/** SVG files that try to run, fetch, move or lead somewhere from a logo's place. Never reach beyond the server they are given. */

export type HostileLogo = {
  name: string
  svg: string
  /** What a browser does that opens the file as a page: `nothing` for tricks that need another kind of carelessness. */
  asPage: 'acts' | 'nothing'
}

const NAMESPACES =
  'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:h="http://www.w3.org/1999/xhtml"'
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The body, and attributes of the root, of each file; `hit` is an address that must never be asked for. */
type Trick = (hit: string) => { body: string; root?: string; before?: string }

const ACTING: Record<string, Trick> = {
  script: (hit) => ({ body: `<script>fetch('${hit}')</script>` }),
  'script-cdata': (hit) => ({ body: `<script><![CDATA[fetch('${hit}')]]></script>` }),
  'script-elsewhere': (hit) => ({ body: `<script href="${hit}"/>` }),
  'script-xlink': (hit) => ({ body: `<script xlink:href="${hit}"/>` }),
  'script-other-prefix': (hit) => ({
    body: `<s:script xmlns:s="http://www.w3.org/2000/svg">fetch('${hit}')</s:script>`,
  }),
  'script-html': (hit) => ({ body: `<h:script>fetch('${hit}')</h:script>` }),
  onload: (hit) => ({ body: '', root: `onload="fetch('${hit}')"` }),
  onerror: (hit) => ({ body: `<image href="data:image/png;base64,AAAA" onerror="fetch('${hit}')"/>` }),
  onbegin: (hit) => ({ body: `<animate attributeName="x" dur="1s" onbegin="fetch('${hit}')"/>` }),
  'foreign-object': (hit) => ({
    body: `<foreignObject width="9" height="9"><h:img src="${hit}"/></foreignObject>`,
  }),
  'foreign-frame': (hit) => ({
    body: `<foreignObject width="9" height="9"><h:iframe src="${hit}"/></foreignObject>`,
  }),
  'html-refresh': (hit) => ({ body: `<h:meta http-equiv="refresh" content="0;url=${hit}"/>` }),
  'html-stylesheet': (hit) => ({ body: `<h:link rel="stylesheet" href="${hit}"/>` }),
  image: (hit) => ({ body: `<image href="${hit}" width="9" height="9"/>` }),
  'image-xlink': (hit) => ({ body: `<image xlink:href="${hit}" width="9" height="9"/>` }),
  'image-relative': (hit) => ({ body: `<image href="${new URL(hit).pathname}" width="9" height="9"/>` }),
  use: (hit) => ({ body: `<use href="${hit}#a"/>` }),
  'fe-image': (hit) => ({
    body: `<filter id="f"><feImage href="${hit}"/></filter><rect width="9" height="9" filter="url(#f)"/>`,
  }),
  'css-import': (hit) => ({ body: `<style>@import url("${hit}");</style>` }),
  'css-import-text': (hit) => ({ body: `<style><![CDATA[@import "${hit}";]]></style>` }),
  'css-font': (hit) => ({
    body: `<style>@font-face{font-family:x;src:url(${hit})}text{font-family:x}</style><text y="9">a</text>`,
  }),
  'css-background': (hit) => ({ body: `<style>svg{background:url(${hit})}</style>` }),
  'css-escaped': (hit) => ({ body: `<style>svg{background:u\\72l(${hit})}</style>` }),
  'css-image-set': (hit) => ({ body: `<style>svg{background-image:image-set("${hit}" 1x)}</style>` }),
  'css-attribute': (hit) => ({ body: '', root: `style="background:url(${hit})"` }),
  'css-attribute-escaped': (hit) => ({ body: '', root: `style="background:\\75 rl('${hit}')"` }),
  'xml-stylesheet': (hit) => ({ body: '', before: `<?xml-stylesheet type="text/css" href="${hit}"?>` }),
  'link-script': (hit) => ({
    body: `<a href="javascript:void fetch('${hit}')"><rect id="press" width="9" height="9"/></a>`,
  }),
  'link-script-hidden': (hit) => ({
    body: `<a xlink:href=" java&#x73;cript:void fetch('${hit}')"><rect id="press" width="9" height="9"/></a>`,
  }),
  'link-elsewhere': (hit) => ({ body: `<a href="${hit}"><rect id="press" width="9" height="9"/></a>` }),
  'smil-image': (hit) => ({
    body: `<image width="9" height="9"><set attributeName="href" to="${hit}"/></image>`,
  }),
  'smil-link': (hit) => ({
    body: `<a><rect id="press" width="9" height="9"/><set attributeName="href" to="${hit}"/></a>`,
  }),
  'smil-values': (hit) => ({
    body: `<image width="9" height="9"><animate attributeName="href" values="${hit}" dur="9s"/></image>`,
  }),
}

const QUIET: Record<string, Trick> = {
  'entity-script': (hit) => ({
    body: '&run;',
    before: `<!DOCTYPE svg [<!ENTITY run "&#60;script>fetch('${hit}')&#60;/script>">]>`,
  }),
  'entity-elsewhere': (hit) => ({ body: '&run;', before: `<!DOCTYPE svg [<!ENTITY run SYSTEM "${hit}">]>` }),
  'entity-bomb': () => ({
    body: '&j;',
    before: `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${[...'bcdefghij']
      .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
      .join('')}]>`,
  }),
  'breaks-out-of-style': (hit) => ({
    body: `<style><![CDATA[</style><img src="x" onerror="fetch('${hit}')">]]></style>`,
  }),
  'breaks-out-of-title': (hit) => ({ body: `<title>&lt;img src="x" onerror="fetch('${hit}')"></title>` }),
  'data-document': (hit) => ({
    body: `<image href="data:image/svg+xml,%3Csvg onload='fetch(&quot;${hit}&quot;)'/%3E"/>`,
  }),
}

function write(name: string, origin: string, trick: Trick): string {
  const { body, root = '', before = '' } = trick(`${origin}/hit/${name}`)
  return `${before}<svg ${NAMESPACES} viewBox="0 0 40 20" id="${name}" ${root}><rect width="40" height="20" fill="#808080"/>${body}</svg>`
}

/** @param origin of a server that counts what is asked of it below `/hit/` */
export function hostileLogos(origin: string): HostileLogo[] {
  const logos = (tricks: Record<string, Trick>, asPage: HostileLogo['asPage']) =>
    Object.entries(tricks).map(([name, trick]) => ({ name, svg: write(name, origin, trick), asPage }))
  return [...logos(ACTING, 'acts'), ...logos(QUIET, 'nothing')]
}

/** What drawing programs write, all of it drawn by the file itself. */
export const GOOD_LOGOS: Readonly<Record<string, string>> = {
  'gradients-and-classes': `<svg ${NAMESPACES} viewBox="0 0 200 80"><defs><linearGradient id="g" x1="0" x2="1"><stop offset="0" stop-color="#0b5cad"/><stop offset="1" stop-color="#e4572e"/></linearGradient><style>.a{fill:url(#g)}.b{fill:none;stroke:#fff;stroke-width:6px}</style></defs><rect class="a" width="200" height="80" rx="20"/><path class="b" d="M20 40h60m20-20v40"/></svg>`,
  'clips-masks-and-uses': `<svg ${NAMESPACES} width="60mm" height="30mm" viewBox="0 0 60 30"><defs><clipPath id="c"><circle cx="15" cy="15" r="14"/></clipPath><mask id="m"><rect width="60" height="15" fill="#fff"/></mask><g id="s"><rect width="8" height="8" fill="#0a7866"/></g></defs><rect width="60" height="30" clip-path="url(#c)" fill="#222"/><use href="#s" x="35" y="2"/><use xlink:href="#s" x="45" y="12" mask="url(#m)" transform="rotate(4)"/></svg>`,
  'embedded-picture': `<svg ${NAMESPACES} viewBox="0 0 20 10"><image href="data:image/png;base64,${PIXEL}" width="20" height="10" preserveAspectRatio="none"/></svg>`,
  'no-view-box': `<?xml version="1.0" encoding="UTF-8"?><!-- a tool --><svg ${NAMESPACES} width="90" height="30"><circle cx="15" cy="15" r="12" style="fill:#c0f"/><text x="32" y="22" font-size="20" fill="#333">Aö&amp;</text></svg>`,
  'huge-dimensions': `<svg ${NAMESPACES} width="1000000000" height="500000000" viewBox="0 0 40 20"><rect width="40" height="20" fill="#a0c"/></svg>`,
}
