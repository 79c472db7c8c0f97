/** Texts by id, by language, compiled from this folder's catalogs by `catalog-plugin.ts`. */
declare module 'virtual:catalogs' {
  export const CATALOGS: Readonly<
    Record<import('../../contract/languages.ts').Language, import('@lingui/core').Messages>
  >
}
