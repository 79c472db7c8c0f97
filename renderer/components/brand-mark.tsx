/** The brand's mark, made from its initial. Decoration, but for the technician who holds it: the name stands in words beside it. */
export function BrandMark({ brandName }: { brandName: string }) {
  const [initial = ''] = brandName.trim()
  return (
    <span className="brand-mark" aria-hidden="true" data-hold-for-support>
      {initial.toUpperCase()}
    </span>
  )
}
