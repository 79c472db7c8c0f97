/** The brand's logo, or its initial. Decoration, but for the technician who holds it: the name stands in words beside it. */
import { assertNever } from '../../contract/kiosk-error.ts'
import { useBrandLook } from '../brand/use-brand.ts'

/** From this shape on a logo is taken for the name itself, which is not shown a second time beside it. */
const WORDMARK_SHAPE = 2.5

export function BrandMark({ brandName }: { brandName: string }) {
  const { logo, plates } = useBrandLook()
  switch (logo.kind) {
    case 'picture':
      return (
        <span
          className="brand-mark"
          aria-hidden="true"
          data-hold-for-support
          data-logo={logo.picture.shape >= WORDMARK_SHAPE ? 'wordmark' : 'sign'}
          data-plate-on-dark={plates.dark}
          data-plate-on-light={plates.light}
        >
          {/* Decoded already: it is there with the rest of the screen. */}
          <img className="brand-logo" src={logo.picture.url} alt="" decoding="sync" draggable={false} />
        </span>
      )
    case 'loading':
      return <span className="brand-mark" aria-hidden="true" data-hold-for-support data-logo="loading" />
    case 'initial': {
      const [initial = ''] = brandName.trim()
      return (
        <span className="brand-mark" aria-hidden="true" data-hold-for-support>
          {initial.toUpperCase()}
        </span>
      )
    }
    default:
      return assertNever(logo)
  }
}
