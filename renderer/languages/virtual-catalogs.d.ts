/** Texts by id, compiled from this folder's catalogs by `catalog-plugin.ts`. */
declare module 'virtual:catalogs' {
  type Language = import('../../contract/languages.ts').Language
  type Messages = import('@lingui/core').Messages

  export const ENGLISH: Messages
  /** A language's own name, and which way it is read. */
  export const LANGUAGE_FACTS: Readonly<Record<Language, { name: string; direction: 'ltr' | 'rtl' }>>
  /** Each loads the texts of its language. */
  export const CATALOG_LOADERS: Readonly<Record<Language, () => Promise<Messages>>>
}
