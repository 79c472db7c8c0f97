/** Every file that is made of build/windows/windows-product.mjs, by its path. Pure. */
import { renderDefines } from './render-defines.mjs'
import { renderTask } from './render-task.mjs'

/** @returns {Record<string, string>} */
export function renderIntuneFiles() {
  return {
    'build/windows/product.nsh': renderDefines(),
    'build/windows/helper-task.xml': renderTask(),
  }
}
