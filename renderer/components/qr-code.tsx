/** A QR code in whole device pixels, dark on white in every theme. Give it a key per generation: it is never animated or stale. */
import { QRCodeSVG } from 'qrcode.react'
import { memo, type Ref, useLayoutEffect, useReducer, useRef, useState } from 'react'
import { isOnDevicePixel, qrSize, shiftToDevicePixel } from '../qr-size.ts'
import { watchMoves } from '../watch-moves.ts'

const QUIET_ZONE_MODULES = 4

/** Drawn once for each text, whatever its place and size become. */
const Modules = memo(function Modules({ ref, text, name }: { ref: Ref<SVGSVGElement>; text: string; name: string }) {
  return (
    <QRCodeSVG
      ref={ref}
      value={text}
      level="M"
      marginSize={QUIET_ZONE_MODULES}
      fgColor="#000000"
      bgColor="#ffffff"
      aria-label={name}
    />
  )
})

function fittingSizePx(box: HTMLElement, place: HTMLElement, svg: SVGSVGElement): number {
  // The box grows with the code, and would never tell of a smaller screen while it holds a larger code.
  place.hidden = true
  const boxPx = box.getBoundingClientRect().width
  place.hidden = false
  const { innerWidth, innerHeight, devicePixelRatio } = window
  return qrSize({
    moduleCount: svg.viewBox.baseVal.width,
    quietModuleCount: QUIET_ZONE_MODULES,
    boxPx,
    shortSidePx: Math.min(innerWidth, innerHeight),
    devicePixelRatio,
  }).sizePx
}

export function QrCode({ text, name }: { text: string; name: string }) {
  const boxRef = useRef<HTMLDivElement>(null)
  const placeRef = useRef<HTMLDivElement>(null)
  const svgRef = useRef<SVGSVGElement>(null)
  const [sizePx, setSizePx] = useState(0)
  const [{ left, top }, setShift] = useState({ left: 0, top: 0 })
  const [looks, lookAgain] = useReducer((count: number) => count + 1, 0)

  // Before the first paint: how many modules the text takes is known only once the code has been laid out.
  useLayoutEffect(() => {
    const [box, place, svg] = [boxRef.current, placeRef.current, svgRef.current]
    if (box !== null && place !== null && svg !== null) setSizePx(fittingSizePx(box, place, svg))
  }, [text, looks])

  // Where the code lies is known only once it has its size, and after every render of it. A shift moves nothing else.
  useLayoutEffect(() => {
    if (sizePx === 0 || placeRef.current === null) return
    const place = placeRef.current.getBoundingClientRect()
    if (isOnDevicePixel(place.left, devicePixelRatio) && isOnDevicePixel(place.top, devicePixelRatio)) return
    setShift({
      left: shiftToDevicePixel(place.left - left, devicePixelRatio),
      top: shiftToDevicePixel(place.top - top, devicePixelRatio),
    })
  })

  useLayoutEffect(() => (boxRef.current === null ? undefined : watchMoves(boxRef.current, lookAgain)), [])

  return (
    <div className="qr-box" ref={boxRef}>
      <div className="qr-place" ref={placeRef} style={{ inlineSize: sizePx, left, top }}>
        <Modules ref={svgRef} text={text} name={name} />
      </div>
    </div>
  )
}
