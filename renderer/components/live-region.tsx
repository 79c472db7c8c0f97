/** The page's one live region. Never unmounts, because a region that appears with its text is not read out. */
export function LiveRegion({ text }: { text: string }) {
  return (
    <p className="live-region" aria-live="polite" aria-atomic="true">
      {text}
    </p>
  )
}
