/** Three dots that say "at work". Decoration: the words beside them say the same. */
export function BusyDots() {
  return (
    <span className="busy-dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  )
}
