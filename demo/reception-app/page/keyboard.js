/** Keys on the glass for a kiosk that has none. Types into the field that has the focus; knows nothing of what is typed. */

const ROWS = ['qwertyuiop', 'asdfghjkl', "zxcvbnm'-"]

/** @param {HTMLElement} place where the keys go; shown while one of the fields is being filled in */
export function offerKeyboard(place) {
  let isUpper = true
  /** @type {HTMLInputElement | null} */
  let field = null

  /** @param {string} label @param {string} kind @param {() => void} press */
  function key(label, kind, press) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = `key ${kind}`
    button.textContent = label
    button.tabIndex = -1
    // The field keeps the focus.
    button.addEventListener('pointerdown', (event) => event.preventDefault())
    button.addEventListener('click', press)
    return button
  }

  /** @param {string} text */
  function type(text) {
    if (field === null) return
    field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end')
    isUpper = /^$|[\s'-]$/.test(field.value)
    draw()
  }

  function erase() {
    if (field === null) return
    const end = field.selectionEnd ?? 0
    const start = field.selectionStart === end ? Math.max(0, end - 1) : (field.selectionStart ?? 0)
    field.setRangeText('', start, end, 'end')
    isUpper = field.value === ''
    draw()
  }

  function draw() {
    const rows = ROWS.map((letters, index) => {
      const keys = [...letters].map((letter) => {
        const shown = isUpper ? letter.toUpperCase() : letter
        return key(shown, '', () => type(shown))
      })
      return index === 2 ? [...keys, key('⌫', 'key-wide', erase)] : keys
    })
    rows.push([
      key('⇧', 'key-wide', () => {
        isUpper = !isUpper
        draw()
      }),
      key('space', 'key-space', () => type(' ')),
      key('Done', 'key-wide', () => field?.blur()),
    ])
    place.replaceChildren(
      ...rows.map((keys) => {
        const row = document.createElement('div')
        row.className = 'key-row'
        row.append(...keys)
        return row
      }),
    )
  }

  document.addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return
    field = target
    isUpper = field.value === ''
    draw()
    place.hidden = false
    document.body.dataset.typing = 'true'
  })
  document.addEventListener('focusout', () => {
    field = null
    place.hidden = true
    delete document.body.dataset.typing
  })
}
