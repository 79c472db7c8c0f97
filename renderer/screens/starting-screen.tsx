/** The first seconds after a start: the brand and nothing else. */
import { BrandMark } from '../components/brand-mark.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import type { Identity } from '../session-of.ts'

export function StartingScreen({ identity }: { identity: Identity }) {
  const { name: brandName } = identity.display.brand
  return (
    <ScreenFrame kind="starting">
      <div className="brand-alone">
        <BrandMark brandName={brandName} />
        <h1 className="brand-alone-name">{brandName}</h1>
      </div>
    </ScreenFrame>
  )
}
