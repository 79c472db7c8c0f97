/** The brand's mark, made from its initial. Decoration: the name always stands beside it or in the page's words. */
export function BrandMark({ brandName }: { brandName: string }) {
  const [initial = ''] = brandName.trim()
  return (
    <span className="brand-mark" aria-hidden="true">
      {initial.toUpperCase()}
    </span>
  )
}
